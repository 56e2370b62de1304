import { App, Button, Checkbox } from "antd";
import { lazy, Suspense, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { VocabularyField } from "@api/generated/types.gen";
import { get } from "@api/client";
import type { BulkOut, Page } from "@api/types";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { toQuery } from "@ui/format";
import { OrderCard } from "@ui/order";
import { go, may } from "../../parts/data";
import { useKeys, useQuiet } from "../../parts/keys";
import { useOrderEvents } from "../../parts/live";
import { useNarrow } from "../../parts/narrow";
import { useNews } from "../../parts/seen";
import { Waiting } from "../../parts/states";
import { type Change, type ListState, write } from "./address";
import { useChanger } from "./change";
import type { Col, Look } from "./columns";
import type { Editing } from "./Editors";
import { Grid, type Item, type What } from "./Grid";
import { useGroups } from "./groups";
import { type Row, useRows } from "./rows";
import { useRuns } from "./runs";
import { useSelection } from "./selection";

const Editors = lazy(() => import("./Editors"));
const Batch = lazy(() => import("./Batch"));
const HEIGHT: Record<string, number> = { compact: 32, normal: 40, roomy: 48 };
const NO_FIELDS: string[] = [];
// where a person was in each list, so that coming back finds the same row at the same place
const places = new Map<string, { top: number; id: string }>();

interface Props {
  state: ListState;
  set: (change: Change, replace?: boolean) => void;
  cols: Col[];
  look: Look;
  setLook: (look: Look) => void;
  fields: VocabularyField[];
  density: string;
  count: { count: number; capped: boolean } | undefined;
  recount: () => void;
  open: (event: React.MouseEvent, row: Row) => void;
  whole: (id: string) => void;
  step: (by: number) => void;
  rows: React.RefObject<Row[]>;
}
/** The table (cards on a phone) with selection, keys, and editing in place. */
export function Sheet(p: Props) {
  const { state, set, cols, recount } = p;
  const { message } = App.useApp();
  const narrow = useNarrow(); // thousands of cards that nobody sees cost every step of a list
  const custom = useMemo(() => { const found = cols.filter((c) => c.key.startsWith("field.")).map((c) => c.key.slice(6)); return found.length ? found : NO_FIELDS; }, [cols]);
  const place = write(state, { peek: "", split: "" });
  const flat = useRows(state.group ? null : state.filters, state.sort, custom);
  const grouped = useGroups(state.filters, state.group, state.sort, custom);
  const rows = state.group ? grouped.rows : flat.rows;
  const items = useMemo<Item[]>(() => (state.group ? grouped.items : flat.rows.map((row) => ({ kind: "row", row }))), [state.group, grouped.items, flat.rows]);
  p.rows.current = rows;
  const [at, setAt] = useState(() => state.peek || places.get(place)?.id || "");
  const [editing, setEditing] = useState<Editing>();
  const box = useRef<HTMLDivElement>(null);
  const news = useNews();
  const picks = useSelection(rows, `${state.group} ${JSON.stringify(state.filters)}`);
  const patch = state.group ? grouped.patch : flat.patch;
  const { patch: regroup } = grouped;
  // in groups a changed row is read anew where it stands; it goes to its other group when the list is read anew
  const reread = useCallback(async (ids: string[]) => {
    const page = await get<Page<Row>>(`/orders?${toQuery({ id: ids.slice(0, 100).join(","), fields: custom.join(","), limit: "200" })}`).catch(() => undefined);
    page?.items.forEach((o) => regroup(o.id, o));
  }, [custom, regroup]);
  const refresh = state.group ? reread : flat.refresh;
  useOrderEvents((events) => {
    const ids = events.map((e) => e.order_id).filter((id) => state.group && rows.some((o) => o.id === id));
    if (ids.length) void reread(ids);
  });
  const change = useChanger(patch, refresh);
  const height = HEIGHT[p.density] ?? 40;
  const reload = state.group ? grouped.reload : flat.reload;

  const ended = useCallback((run: BulkOut) => {
    void message[run.refused ? "warning" : "success"](t("bulkDone", { ok: run.done - run.refused, bad: run.refused }));
    if (state.group) grouped.reload();
    else void flat.refresh(rows.slice(0, 100).map((o) => o.id));
    recount();
  }, [message, state.group, grouped.reload, flat.refresh, rows, recount]);
  useRuns(ended);

  const there = rows.length > 0;
  useLayoutEffect(() => {
    const kept = places.get(place);
    if (!there || !box.current || !kept) return;
    box.current.scrollTop = kept.top;
    setAt((now) => now || kept.id);
  }, [place, there]);
  useEffect(() => () => void places.set(place, { top: box.current?.scrollTop ?? places.get(place)?.top ?? 0, id: at }), [place, at]);
  useEffect(() => { if (state.peek) setAt(state.peek); }, [state.peek]);

  const focusRow = (id: string) => requestAnimationFrame(() => box.current?.querySelector<HTMLElement>(`[data-order="${id}"]`)?.focus({ preventScroll: true }));
  const move = (by: number) => {
    const order = items.flatMap((x, i) => (x.kind === "row" ? [{ id: x.row.id, i }] : []));
    const now = order.findIndex((o) => o.id === at);
    const next = order[Math.min(Math.max(now + by, 0), order.length - 1)];
    const el = box.current;
    if (!next) return;
    setAt(next.id);
    if (el && el.scrollHeight > el.clientHeight) {
      const top = next.i * height;
      const head = 40;
      if (top < el.scrollTop) el.scrollTop = top;
      else if (top + height + head > el.scrollTop + el.clientHeight - 8) el.scrollTop = top + height + head - el.clientHeight + 8;
    }
    focusRow(next.id);
    if (state.peek) set({ peek: next.id }, true);
  };
  const row = rows.find((o) => o.id === at);
  const edit = useCallback((of: Row, what: What, anchor: DOMRect, field?: string) => { setAt(of.id); setEditing({ row: of, what, anchor, field }); }, []);
  const editHere = (what: What) => {
    const el = box.current?.querySelector(`[data-order="${at}"]`)?.closest("tr,li");
    if (row && el) edit(row, what, el.getBoundingClientRect());
  };
  const closeEditor = useCallback(() => { setEditing(undefined); if (at) focusRow(at); }, [at]);
  const focus = useCallback((id: string) => setAt(id), []);
  const group = useCallback((key: string) => grouped.press(key), [grouped]);
  const peek = () => { if (row) set({ peek: state.peek === row.id ? "" : row.id }, true); };
  const keys = {
    select: () => at && picks.toggle(at, false), range: () => at && picks.toggle(at, true),
  };
  useQuiet(!!editing);
  useKeys([
    { id: "list.next", keys: "j,ArrowDown", words: t("keyNext"), run: () => move(1) },
    { id: "list.previous", keys: "k,ArrowUp", words: t("keyPrevious"), run: () => move(-1) },
    { id: "list.open", keys: "o", words: t("peekWhole"), run: () => row && p.whole(row.id) },
    { id: "list.peek", keys: "Space", words: t("peekOrder"), run: peek },
    { id: "list.assign", keys: "a", words: t("verb_assign"), run: () => editHere("assign") },
    { id: "list.state", keys: "s", words: t("rowState"), run: () => editHere("state") },
    { id: "list.priority", keys: "p", words: t("rowPriority"), run: () => editHere("priority") },
    { id: "list.label", keys: "l", words: t("tags"), run: () => editHere("label") },
    { id: "list.edit", keys: "e", words: t("rowField"), run: () => editHere("field") },
    ...(state.peek ? [{ id: "list.forth", keys: "]", words: t("keyNext"), run: () => p.step(1) }, { id: "list.back", keys: "[", words: t("keyPrevious"), run: () => p.step(-1) }] : []),
    ...(may("order.bulk") ? [{ id: "list.select", keys: "x", words: t("keySelect"), run: keys.select }, { id: "list.range", keys: "shift+x", words: t("keyRange"), run: keys.range }] : []),
  ]);
  const total = p.count ? `${p.count.count.toLocaleString("en")}${p.count.capped ? "+" : ""}` : "";
  const failed = state.group ? grouped.error : flat.error;
  const reading = { data: rows.length || !(failed || (state.group ? grouped.loading : flat.loading)) ? true : undefined, error: failed, loading: false, reload, set: () => undefined };
  const some = picks.some(rows);
  const filtered = Object.keys(state.filters).length > 0;
  return (
    <>
      {flat.live.fresh.size > 0 && <p className="fresh" role="status"><Button size="small" shape="round" type="primary" onClick={() => { flat.reload(); recount(); if (box.current) box.current.scrollTop = 0; }}>{t("freshOrders", { n: flat.live.fresh.size })}</Button></p>}
      {picks.count > 0 && may("order.bulk") && (
        <Suspense>
          <Batch of={picks.chosen(state.filters, total, p.count?.capped ?? false)} columns={cols.map((c) => c.key)} clear={picks.clear}
            wide={picks.wide ? <Button size="small" type="link" onClick={() => picks.setWide(false)}>{t("onlyThese", { n: rows.length })}</Button> : some === "all" && p.count && (p.count.capped || p.count.count > rows.length) && <Button size="small" type="link" onClick={() => picks.setWide(true)}>{t("selectAllMatching", { n: total })}</Button>} />
        </Suspense>
      )}
      {grouped.capped && state.group && <p className="soft">{t("groupsCapped")}</p>}
      <Waiting of={reading}>
        {() => !rows.length && !(state.group && items.length) ? (
          <div className="panel empty">
            <strong>{t("empty")}</strong>
            <p>{t("emptyHint")}</p>
            {filtered && <p><Button onClick={() => go("/app/orders?v=all")}>{t("clear")}</Button></p>}
          </div>
        ) : (
          <>
            <Grid items={items} cols={cols} look={p.look} setLook={p.setLook} fields={p.fields} height={height} live={flat.live} at={at} news={news} selected={may("order.bulk") ? picks.has : undefined} all={some} toggle={picks.toggle} toggleAll={picks.all} edit={edit} open={p.open} focus={focus} group={group} box={box} label={t("orders")} />
            {narrow && <ul className="order-cards" aria-label={t("orders")}>
              {items.map((x) =>
                x.kind === "row" ? (
                  <li key={x.row.id} className={flat.live.gone.has(x.row.id) ? "gone" : ""}>
                    {may("order.bulk") && <Checkbox aria-label={`${t("keySelect")} ${x.row.number}`} checked={picks.has(x.row.id)} onChange={() => picks.toggle(x.row.id, false)} />}
                    <OrderCard o={x.row} open={(e) => p.open(e, x.row)} />
                  </li>
                ) : x.kind === "group" ? <li key={x.key} className="whole"><Button block aria-expanded={x.open} onClick={() => group(x.key)}>{x.label} {x.count}</Button></li>
                : <li key={x.key} className="whole"><Button block type="link" loading={x.loading} onClick={() => group(x.key)}>{t("groupMore", { left: x.left })}</Button></li>,
              )}
            </ul>}
            {!state.group && (flat.next || rows.length > 20) && <p className="row">{flat.next && <Button loading={flat.loading} onClick={flat.more}>{t("loadMore")}</Button>}<span className="soft" aria-live="polite">{t("rowsLoaded", { n: rows.length })}</span></p>}
          </>
        )}
      </Waiting>
      {editing && <Suspense><Editors of={editing} change={change} fields={p.fields} shown={cols.map((c) => c.key)} close={closeEditor} /></Suspense>}
    </>
  );
}
