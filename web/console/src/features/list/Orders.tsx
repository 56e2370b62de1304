import { Button, Popover } from "antd";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef } from "react";
import type { Vocabulary } from "@api/generated/types.gen";
import type { BlueprintRow, Label } from "@api/types";
import "@i18n/areas/list";
import { type Key, t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import "../../css/list.css";
import { setAround } from "../../parts/around";
import { Choice } from "../../parts/choice";
import { go, may, useGet } from "../../parts/data";
import { useOrderEvents } from "../../parts/live";
import { usePref } from "../../parts/prefs";
import { useListState, write } from "./address";
import { catalog } from "./catalog";
import { Chips } from "./Chips";
import { chosen, columns, useLook } from "./columns";
import { Sheet } from "./Sheet";
import { Top } from "./Top";
import { now, shippedAddress, useViews, viewAddress } from "./views";
import type { Row } from "./rows";

const Peek = lazy(() => import("./Peek"));
const Calendar = lazy(() => import("./Calendar"));
const OrderMap = lazy(() => import("./OrderMap"));
const ColumnMenu = lazy(() => import("./ColumnMenu"));
const GROUPS: [string, Key][] = [["", "groupNone"], ["state", "state"], ["assignee_id", "assignee"], ["team_id", "team"], ["priority", "priority"], ["customer_id", "customer"]];
const SORTS: [string, Key][] = [["-created", "newest"], ["created", "oldest"], ["due", "byDue"], ["-updated", "byUpdate"], ["priority", "byPriority"]];
const narrow = () => window.innerWidth <= 900;

/** The work list: a view, filters in words, the same orders as table, calendar or map, and the order itself beside them. */
export default function Orders() {
  const [state, set] = useListState();
  const [look, setLook] = useLook();
  const [density, setDensity] = usePref("density", "normal");
  const [share, setShare] = usePref("list.split", 40);
  const known = useGet<Vocabulary>("/orders/vocabulary");
  const kinds = useGet<BlueprintRow[]>(may("blueprint.view") ? "/blueprints" : null);
  const views = useViews(state);
  const count = useGet<{ count: number; capped: boolean }>(`/orders/count?${toQuery(state.filters)}`);
  const all = useMemo(() => columns(known.data), [known.data]);
  const cols = useMemo(() => chosen(look, all), [look, all]);
  const defs = useMemo(() => catalog(known.data, kinds.data?.map((k) => ({ key: k.key, label: tl(k.name as unknown as Label, k.key) })) ?? []), [known.data, kinds.data]);
  const shown = useRef<Row[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useOrderEvents(() => {
    timer.current ??= setTimeout(() => { timer.current = undefined; count.reload(); }, 3_000);
  });
  useEffect(() => () => clearTimeout(timer.current), []);

  // the person's own first view, when nothing else was asked for
  const bare = location.search === "";
  useEffect(() => {
    if (!bare || !views.standard) return;
    const own = views.list.find((v) => v.id === views.standard);
    const to = own ? viewAddress(own) : shippedAddress(views.standard);
    if (to !== "/app/orders?v=all") go(to, true);
  }, [bare, views.standard, views.list]);
  // a view that was just opened brings its columns and density
  const applied = useRef("");
  useEffect(() => {
    const v = views.on;
    if (!v || applied.current === v.id) return;
    applied.current = v.id;
    setLook({ columns: v.columns.length ? v.columns : look.columns, widths: v.look?.widths ?? {}, frozen: v.look?.frozen ?? 0 });
    if (v.look?.density) setDensity(v.look.density);
  }, [views.on]);
  useEffect(() => {
    if (!state.v) applied.current = "";
  }, [state.v]);

  const leave = useCallback((ids: string[]) => setAround({ ids, back: write(state, { peek: "" }) }), [state]);
  const whole = useCallback((id: string) => {
    leave(shown.current.map((o) => o.id));
    go(`/app/orders/${id}`);
  }, [leave]);
  const open = useCallback((event: React.MouseEvent, row: { id: string }) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (state.split && !narrow()) set({ peek: row.id }, true);
    else whole(row.id);
  }, [state.split, set, whole]);
  const step = (by: number) => {
    const rows = shown.current;
    const next = rows[rows.findIndex((o) => o.id === state.peek) + by];
    if (next) set({ peek: next.id }, true);
  };
  const peeking = state.peek !== "" && !narrow();
  const board = `/app/board?${toQuery(state.filters)}`;
  const layouts = ["table", ...(may("board.view") ? ["board"] : []), "calendar", "map"];
  const tools = (
    <>
      {state.layout === "table" && <Choice size="small" aria-label={t("groupBy")} popupMatchSelectWidth={false} value={state.group} onChange={(v) => set({ group: v })} options={GROUPS.map(([value, words]) => ({ value, label: value ? `${t("groupBy")}: ${t(words)}` : t(words) }))} />}
      {state.layout === "table" && <Choice size="small" aria-label={t("sort")} popupMatchSelectWidth={false} value={state.sort} onChange={(v) => set({ sort: v })} options={SORTS.map(([value, words]) => ({ value, label: t(words) }))} />}
      {state.layout === "table" && <Popover trigger="click" placement="bottomRight" destroyOnHidden content={<Suspense fallback={t("loading")}><ColumnMenu all={all} look={look} setLook={setLook} density={density} setDensity={setDensity} /></Suspense>}><Button size="small" className="wide">{t("columnsMenu")}</Button></Popover>}
      <Choice size="small" aria-label={t("layoutAs")} popupMatchSelectWidth={false} value={state.layout} onChange={(v) => (v === "board" ? go(board) : set({ layout: v, peek: "" }))} options={layouts.map((v) => ({ value: v, label: t(`layout${v[0]?.toUpperCase()}${v.slice(1)}` as Key) }))} />
    </>
  );
  return (
    <div className="work-list">
      <Top views={views} now={now(state, look, density)} count={count.data} tools={tools} columns={cols.map((c) => c.key)} filters={state.filters} ended={count.reload} />
      <Chips filters={state.filters} defs={defs} set={(filters) => set({ filters, peek: "" })} />
      <div className={peeking ? "beside" : ""} style={peeking ? ({ "--share": `${state.split ? share : 60}%` } as React.CSSProperties) : undefined}>
        <div className="main-part">
          {state.layout === "calendar" ? <Suspense fallback={t("loading")}><Calendar filters={state.filters} month={state.month} by={state.by} fields={known.data?.fields ?? []} set={set} open={open} /></Suspense>
          : state.layout === "map" ? <Suspense fallback={t("loading")}><OrderMap filters={state.filters} set={set} open={open} /></Suspense>
          : <Sheet state={state} set={set} cols={cols} look={look} setLook={setLook} fields={known.data?.fields ?? []} density={density} count={count.data} recount={count.reload} open={open} whole={whole} step={step} rows={shown} />}
        </div>
        {peeking && (
          <>
            <Edge share={share} setShare={setShare} />
            <Suspense><Peek id={state.peek} split={state.split} step={step} whole={() => whole(state.peek)} toggle={() => set({ split: state.split ? "" : "1" }, true)} close={() => set({ peek: "" }, true)} changed={() => undefined} /></Suspense>
          </>
        )}
      </div>
    </div>
  );
}

/** The edge between list and order: dragged, or moved with the arrow keys. */
function Edge({ share, setShare }: { share: number; setShare: (n: number) => void }) {
  const to = (n: number) => setShare(Math.round(Math.min(Math.max(n, 20), 75)));
  const pull = (event: React.PointerEvent<HTMLDivElement>) => {
    const el = event.currentTarget;
    const r = el.parentElement?.getBoundingClientRect();
    el.setPointerCapture(event.pointerId);
    const move = (e: PointerEvent) => { if (r) el.parentElement?.style.setProperty("--share", `${Math.min(Math.max(((e.clientX - r.left) / r.width) * 100, 20), 75)}%`); };
    el.addEventListener("pointermove", move);
    el.addEventListener("pointerup", (e: PointerEvent) => { el.removeEventListener("pointermove", move); if (r) to(((e.clientX - r.left) / r.width) * 100); }, { once: true });
  };
  return (
    <div className="divide" role="separator" aria-orientation="vertical" aria-label={t("splitEdge")} aria-valuenow={share} aria-valuemin={20} aria-valuemax={75} tabIndex={0} onPointerDown={pull}
      onKeyDown={(e) => { const by = e.key === "ArrowLeft" ? -5 : e.key === "ArrowRight" ? 5 : 0; if (by) { e.preventDefault(); to(share + by); } }} />
  );
}
