// The list in groups: the server counts them, each opens its own pages. What was not counted is said.
import { useCallback, useEffect, useRef, useState } from "react";
import { get } from "@api/client";
import type { OrderGroup, OrderGroups } from "@api/generated/types.gen";
import type { Page } from "@api/types";
import "@i18n/areas/list";
import { t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import type { Filters } from "./address";
import type { Item } from "./Grid";
import type { Row } from "./rows";
import { useGet } from "../../parts/data";

const OPEN_AT_FIRST = 3;
const PAGE = 25;
interface Part {
  rows: Row[];
  next: string | null;
  loading: boolean;
}
export interface Grouped {
  items: Item[];
  rows: Row[];
  loading: boolean;
  error: Error | undefined;
  capped: boolean;
  press: (key: string) => void;
  reload: () => void;
  patch: (id: string, change: Partial<Row>) => void;
}
const name = (g: OrderGroup, by: string) => (g.label ? tl(g.label) : t(by === "assignee_id" ? "unassigned" : "none"));

export function useGroups(filters: Filters, by: string, sort: string, fields: string[]): Grouped {
  const groups = useGet<OrderGroups>(by ? `/orders/groups?${toQuery({ ...filters, by })}` : null);
  const [parts, setParts] = useState<Record<string, Part>>({});
  const [shut, setShut] = useState<Record<string, boolean>>({});
  const turn = useRef(0);
  const list = groups.data?.groups ?? [];
  const query = `${toQuery(filters)} ${by} ${sort} ${fields.join()}`;
  const isOpen = (g: OrderGroup, i: number) => !(shut[g.value] ?? i >= OPEN_AT_FIRST);
  const load = (g: OrderGroup, part?: Part) => {
    const mine = turn.current;
    setParts((p) => ({ ...p, [g.value]: { rows: part?.rows ?? [], next: part?.next ?? null, loading: true } }));
    void get<Page<Row>>(`/orders?${toQuery({ ...filters, ...g.filter, sort, fields: fields.join(","), limit: String(PAGE), cursor: part?.next ?? "" })}`).then(
      (page) => mine === turn.current && setParts((p) => ({ ...p, [g.value]: { rows: [...(part?.rows ?? []), ...page.items], next: page.next, loading: false } })),
      () => mine === turn.current && setParts((p) => ({ ...p, [g.value]: { rows: part?.rows ?? [], next: part?.next ?? null, loading: false } })),
    );
  };
  useEffect(() => {
    turn.current += 1;
    setParts({});
    if (by) list.forEach((g, i) => isOpen(g, i) && load(g));
  }, [groups.data, query]);
  useEffect(() => setShut({}), [by]);
  const items = list.flatMap((g, i): Item[] => {
    const part = parts[g.value];
    const head: Item = { kind: "group", key: `g ${g.value}`, label: name(g, by), count: String(g.count), open: isOpen(g, i) };
    if (!isOpen(g, i)) return [head];
    const rest: Item[] = part?.next || part?.loading || !part ? [{ kind: "more", key: `m ${g.value}`, loading: part?.loading ?? true, left: String(g.count - (part?.rows.length ?? 0)) }] : [];
    return [head, ...(part?.rows ?? []).map((row): Item => ({ kind: "row", row })), ...rest];
  });
  const press = (key: string) => {
    const i = list.findIndex((g) => g.value === key.slice(2));
    const g = list[i];
    if (!g) return;
    if (key.startsWith("m ")) return load(g, parts[g.value]);
    const open = isOpen(g, i);
    setShut((s) => ({ ...s, [g.value]: open }));
    if (!open && !parts[g.value]) load(g);
  };
  const patch = useCallback((id: string, change: Partial<Row>) => setParts((p) => Object.fromEntries(Object.entries(p).map(([k, part]) => [k, { ...part, rows: part.rows.map((o) => (o.id === id ? { ...o, ...change } : o)) }]))), []);
  return { items, rows: items.flatMap((x) => (x.kind === "row" ? [x.row] : [])), loading: groups.loading && !groups.data, error: groups.error, capped: groups.data?.capped ?? false, press, reload: groups.reload, patch };
}
