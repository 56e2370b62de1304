// The rows of the list: pages one after the other, patched in place by what people and events change. Nothing ever jumps in.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { get } from "@api/client";
import type { OrderRow, Page } from "@api/types";
import { toQuery } from "@ui/format";
import { useOrderEvents } from "../../parts/live";
import type { Filters } from "./address";

export interface Row extends OrderRow {
  fields?: Record<string, unknown>;
}
export interface Loaded {
  rows: Row[];
  next: string | null;
  loading: boolean;
  error: Error | undefined;
}
export interface Live {
  /** What changed just now, by order: names of columns. */
  changed: Map<string, Set<string>>;
  /** Rows that no longer match; they stay until the list is read anew. */
  gone: Set<string>;
  /** Orders that match and are not shown yet. */
  fresh: Set<string>;
}
const COLUMN_OF: Partial<Record<keyof Row, string>> = {
  state: "state", waiting_on: "state", title: "title", customer_name: "customer", site_address: "address", assignee_name: "assignee", team_name: "team", sla_state: "sla", next_due_at: "due", priority: "priority", tags: "tags", updated_at: "updated", fields: "fields",
};
/** The columns in which two readings of an order differ. */
export function differing(before: Row, after: Row): Set<string> {
  const keys = (Object.keys(COLUMN_OF) as (keyof Row)[]).filter((k) => JSON.stringify(before[k] ?? null) !== JSON.stringify(after[k] ?? null));
  return new Set(keys.map((k) => COLUMN_OF[k] ?? k));
}
/** What events mean for the rows on screen: `asked` were looked up with the list's filters, `found` still match. Pure. */
export function merged(rows: Row[], live: Live, asked: string[], found: Row[]): { rows: Row[]; live: Live } {
  const by = new Map(found.map((o) => [o.id, o]));
  const shown = new Set(rows.map((o) => o.id));
  const next: Live = { changed: new Map(live.changed), gone: new Set(live.gone), fresh: new Set(live.fresh) };
  for (const id of asked) {
    const now = by.get(id);
    if (!now) {
      next.fresh.delete(id);
      if (shown.has(id)) next.gone.add(id);
    } else if (!shown.has(id)) next.fresh.add(id);
    else next.gone.delete(id);
  }
  const patched = rows.map((o) => {
    const now = by.get(o.id);
    if (!now || now.version < o.version) return o;
    const cells = differing(o, now);
    if (cells.size) next.changed.set(o.id, cells);
    return cells.size || now.version !== o.version ? now : o;
  });
  return { rows: patched, live: next };
}
const nothing = (): Live => ({ changed: new Map(), gone: new Set(), fresh: new Set() });
const AT_ONCE = 100;
const MARKED_MS = 3_000;
// what was loaded stays while a person reads an order and comes back
const kept = new Map<string, { rows: Row[]; next: string | null; live: Live }>();
function keep(path: string, value: { rows: Row[]; next: string | null; live: Live }): void {
  kept.delete(path);
  kept.set(path, value);
  const oldest = kept.keys().next().value;
  if (kept.size > 12 && oldest !== undefined) kept.delete(oldest);
}

export interface Rows extends Loaded {
  live: Live;
  more: () => void;
  reload: () => void;
  patch: (id: string, change: Partial<Row>) => void;
  refresh: (ids: string[]) => Promise<void>;
}
/** `filters` null: nothing is read. */
export function useRows(filters: Filters | null, sort: string, fields: string[], limit = 100): Rows {
  const path = filters ? `/orders?${toQuery({ ...filters, sort, fields: fields.join(",") })}` : "";
  const begin = (): Loaded & { path: string } => ({ path, rows: kept.get(path)?.rows ?? [], next: kept.get(path)?.next ?? null, loading: filters !== null && !kept.has(path), error: undefined });
  const [state, setState] = useState(begin);
  const [live, setLive] = useState<Live>(() => kept.get(path)?.live ?? nothing());
  const [again, setAgain] = useState({ path: "", n: 0 });
  const turn = again.path === path ? again.n : 0;
  const at = useRef({ path, rows: state.rows, live, next: state.next });
  const current = state.path === path ? state : begin();
  at.current = { path, rows: current.rows, live, next: current.next };
  useEffect(() => {
    if (path && current.rows.length) keep(path, { rows: current.rows, next: current.next, live });
  }, [path, current.rows, current.next, live]);
  const ask = useCallback((cursor: string, before: Row[], stop?: AbortSignal) => {
    if (!path) return;
    const asked = path;
    setState({ path, rows: cursor ? before : at.current.rows, next: cursor || null, loading: true, error: undefined });
    get<Page<Row>>(`${path}&limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`, stop).then(
      (page) => {
        if (stop?.aborted || at.current.path !== asked) return;
        const there = new Set(before.map((o) => o.id));
        setState({ path, rows: [...before, ...page.items.filter((o) => !there.has(o.id))], next: page.next, loading: false, error: undefined });
      },
      (error: Error) => {
        if (!stop?.aborted && at.current.path === asked) setState({ path, rows: before, next: cursor || null, loading: false, error });
      },
    );
  }, [path, limit]);
  useEffect(() => {
    const stop = new AbortController();
    const known = turn === 0 ? kept.get(path) : undefined;
    if (known) {
      setState({ path, rows: known.rows, next: known.next, loading: false, error: undefined });
      setLive(known.live);
      void refresh(known.rows.slice(0, AT_ONCE).map((o) => o.id));
    } else {
      setLive(nothing());
      ask("", [], stop.signal);
    }
    return () => stop.abort();
  }, [path, turn]);
  const refresh = useCallback(async (ids: string[]) => {
    if (!path || !ids.length) return;
    const asked = path;
    const few = ids.slice(0, AT_ONCE);
    const page = await get<Page<Row>>(`${path}&limit=200&id=${few.join(",")}`).catch(() => undefined);
    if (!page || at.current.path !== asked) return;
    const result = merged(at.current.rows, at.current.live, few, page.items);
    setState((s) => ({ ...s, rows: result.rows }));
    setLive(result.live);
    setTimeout(() => setLive((l) => ({ ...l, changed: new Map([...l.changed].filter(([id]) => !few.includes(id))) })), MARKED_MS);
  }, [path]);
  const waiting = useRef(new Set<string>());
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useOrderEvents((events) => {
    const ids = events.length ? events.map((e) => e.order_id) : at.current.rows.slice(0, AT_ONCE).map((o) => o.id);
    for (const id of ids) waiting.current.add(id);
    timer.current ??= setTimeout(() => {
      const all = [...waiting.current];
      waiting.current.clear();
      timer.current = undefined;
      void refresh(all);
    }, 800);
  });
  useEffect(() => () => clearTimeout(timer.current), []);
  const patch = useCallback((id: string, change: Partial<Row>) => setState((s) => ({ ...s, rows: s.rows.map((o) => (o.id === id ? { ...o, ...change } : o)) })), []);
  const reload = useCallback(() => {
    kept.delete(path);
    setAgain((a) => ({ path, n: a.path === path ? a.n + 1 : 1 }));
  }, [path]);
  const { next, rows, loading } = current;
  const more = useCallback(() => { if (next && !loading) ask(next, rows); }, [next, rows, loading, ask]);
  return useMemo(() => ({ rows, next, loading, error: current.error, live, more, reload, patch, refresh }), [rows, next, loading, current.error, live, more, reload, patch, refresh]);
}
