import { App } from "antd";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { get, post } from "@api/client";
import type { OrderDetail, OrderRow, Receipt, Verb } from "@api/types";
import "@i18n/areas/board";
import { locale, t } from "@i18n/words";
import { me } from "../../parts/data";
import { useTell, words } from "../../parts/tell";
import { offerUndo } from "../../parts/undo";
import type { Say, Subject } from "../order/OrderSteps";
import { inverse, type Kind, toPerson, toState, type Way } from "./moving";
import { type BoardCell, type Column, columnName, type TeamData } from "./types";

export const placeOf = (o: OrderRow, by: "state" | "person"): string => (by === "state" ? o.state : (o.assignee_id ?? "none"));
const path = (verb: string) => verb.replace("_", "-");

interface Asking {
  subject: Subject;
  verb: Verb;
  values: Record<string, string>;
  o: OrderRow;
  column: Column;
  /** Only a reason is missing: the small question instead of the whole form. */
  reason: boolean;
}

const NONE: Kind[] = [];
/** Moves of cards: shown at once, taken back with the reason when the server refuses, offered for undoing where there is a way back.
 * `known`: where cards may go; a card that is dropped before that is known waits for it. */
export function useMoving(data: TeamData, known: Kind[] | undefined, reload: () => void) {
  const kinds = known ?? NONE;
  const [early, setEarly] = useState<{ id: string; to: string }>();
  const tell = useTell();
  const { message } = App.useApp();
  const [said, say] = useState("");
  const [moved, setMoved] = useState<Record<string, { to: string; was: number }>>({});
  const [detail, setDetail] = useState<OrderDetail>();
  const [asking, setAsking] = useState<Asking>();
  const looked = useRef("");
  // what the server says now stands; a move that is still on its way keeps its place
  useEffect(() => setMoved((m) => {
    const now = new Map(data.columns.flatMap((c) => c.cells.flatMap((x) => x.items)).map((o) => [o.id, o.version]));
    const left = Object.entries(m).filter(([id, { was }]) => now.get(id) === was);
    return left.length === Object.keys(m).length ? m : Object.fromEntries(left);
  }), [data]);
  const columns = useMemo(() => placed(data, moved), [data, moved]);

  const look = useCallback((o: OrderRow) => {
    looked.current = o.id;
    setDetail(undefined);
    get<OrderDetail>(`/orders/${o.id}`).then((d) => looked.current === o.id && setDetail(d), () => undefined);
  }, []);
  const way = useCallback((o: OrderRow, column: string): Way => {
    const seen = detail?.id === o.id && detail.version === o.version ? detail : undefined;
    return data.by === "state" ? toState(o, column, kinds, locale(), seen) : toPerson(o, column, kinds, me()?.id ?? "", locale(), seen);
  }, [detail, data.by, kinds]);
  const whyNot = useCallback((o: OrderRow, column: string): string => {
    if (!known) return "";
    const { shut } = way(o, column);
    return typeof shut === "object" ? shut.said : shut ? t(shut) : "";
  }, [way, known]);

  const done = useCallback((o: OrderRow, column: Column, receipt: Receipt) => {
    const here = data.by === "state" ? t("cardMoved", { number: o.number, column: columnName(column) }) : t("cardTaken", { number: o.number, name: columnName(column) });
    say(here);
    const back = inverse(o, receipt.state, kinds);
    if (back) offerUndo(here, async () => {
      await post(`/orders/${o.id}/${path(back.verb)}`, back.values, receipt.version);
      reload();
    });
    reload();
  }, [data.by, kinds, reload]);
  const move = useCallback((o: OrderRow, to: string) => {
    const column = data.columns.find((c) => c.key === to);
    if (!column || to === placeOf(o, data.by)) return;
    if (!known) return setEarly({ id: o.id, to });
    const found = way(o, to);
    const why = whyNot(o, to);
    if (!found.verb || why) {
      say(t("cardRefused", { number: o.number, why }));
      return void message.warning({ content: why, duration: 6 });
    }
    const { verb, values } = found;
    if (found.asks) return setAsking({ subject: { id: o.id, version: o.version, states: [] }, verb, values, o, column, reason: data.by === "person" });
    setMoved((m) => ({ ...m, [o.id]: { to, was: o.version } }));
    post<Receipt>(`/orders/${o.id}/${path(verb.verb)}`, values, o.version).then((receipt) => done(o, column, receipt), (error: unknown) => {
      setMoved(({ [o.id]: _, ...rest }) => rest);
      say(t("cardRefused", { number: o.number, why: words(error) }));
      tell(error);
      reload();
    });
  }, [data, known, way, whyNot, done, tell, message, reload]);
  useEffect(() => {
    if (!known || !early) return;
    setEarly(undefined);
    const o = data.columns.flatMap((c) => c.cells.flatMap((x) => x.items)).find((x) => x.id === early.id);  // as it is by now
    if (o) move(o, early.to);
  }, [known, early, move, data]);
  /** What a dialog asked for is said; true when it was done. */
  const ask: Say = async (subject, verb, values) => {
    try {
      const receipt = await post<Receipt>(`/orders/${subject.id}/${path(verb.verb)}`, { ...asking?.values, ...values }, subject.version);
      if (asking) done(asking.o, asking.column, receipt);
      return true;
    } catch (error) {
      tell(error);
      return false;
    }
  };
  return { columns, said, say, look, whyNot, move, asking, ask, dropAsking: () => setAsking(undefined) };
}

/** The columns with cards that were moved here already where they are going. */
function placed(data: TeamData, moved: Record<string, { to: string; was: number }>): Column[] {
  if (Object.keys(moved).length === 0) return data.columns;
  const going = new Map<string, { o: OrderRow; lane: string }[]>();
  for (const column of data.columns)
    for (const cell of column.cells)
      for (const o of cell.items) {
        const to = moved[o.id]?.to;
        if (to && to !== column.key) going.set(to, [...(going.get(to) ?? []), { o, lane: cell.lane }]);
      }
  return data.columns.map((column) => {
    const coming = going.get(column.key) ?? [];
    const leaves = (o: OrderRow) => moved[o.id] !== undefined && moved[o.id]?.to !== column.key;
    if (coming.length === 0 && !column.cells.some((c) => c.items.some(leaves))) return column;
    const cells: BoardCell[] = column.cells.map((cell) => {
      const stay = cell.items.filter((o) => !leaves(o));
      return { ...cell, items: stay, count: cell.count - (cell.items.length - stay.length) };
    });
    for (const { o, lane } of coming) {
      const at = cells.findIndex((c) => c.lane === lane);
      const cell = cells[at];
      if (cell) cells[at] = { ...cell, count: cell.count + 1, items: [o, ...cell.items] };
      else cells.push({ lane, count: 1, capped: false, filter: column.filter, items: [o] });
    }
    return { ...column, cells, count: cells.reduce((n, c) => n + c.count, 0) };
  });
}
