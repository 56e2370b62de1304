import { Dropdown } from "antd";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { OrderRow } from "@api/types";
import "@i18n/areas/board";
import { t } from "@i18n/words";
import { useGet } from "../../parts/data";
import { useKeys } from "../../parts/keys";
import { ColumnView } from "./ColumnView";
import type { Kind } from "./moving";
import { columnName, type TeamData } from "./types";
import { useDrag } from "./useDrag";
import { placeOf, useMoving } from "./useMoving";

const Ask = lazy(() => import("../order/OrderAsk"));
const Reason = lazy(() => import("./Reason"));

const cardOf = (id: string) => document.querySelector<HTMLElement>(`[data-card="${id}"]`);

/** All columns with their cards, and the three ways to move one: by pointer, by its menu, by arrows. */
export function Cards({ data, narrowed, reload, hold }: { data: TeamData; narrowed: boolean; reload: () => void; hold: (on: boolean) => void }) {
  const kinds = useGet<Kind[]>("/boards/moves");
  const moving = useMoving(data, kinds.data, reload);
  const { columns, say } = moving;
  const [current, setCurrent] = useState("");
  const [lifted, setLifted] = useState<{ o: OrderRow; at: string }>();
  const [menu, setMenu] = useState<{ o: OrderRow; x: number; y: number }>();
  const [, tick] = useState(0);
  const region = useRef<HTMLDivElement>(null);
  const orders = useMemo(() => new Map(columns.flatMap((c) => c.cells.flatMap((cell) => cell.items)).map((o) => [o.id, o])), [columns]);
  const drag = useDrag(region, (id) => orders.get(id), moving);
  const carried = drag.carried ?? lifted?.o;
  const over = drag.over || (lifted?.at ?? "");
  useEffect(() => hold(!!carried || !!menu), [carried, menu, hold]);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
  const last = useRef("");
  useEffect(() => {
    if (!last.current || document.activeElement !== document.body) return;
    cardOf(last.current)?.focus();
    last.current = "";
  }, [columns]);

  const all = () => [...(region.current?.querySelectorAll<HTMLElement>("[data-card]") ?? [])];
  const focused = () => (document.activeElement as HTMLElement | null)?.closest<HTMLElement>("[data-card]")?.dataset.card ?? current;
  const step = (by: number) => {
    const cards = all();
    const at = cards.findIndex((c) => c.dataset.card === focused());
    cards[at < 0 ? 0 : Math.min(Math.max(at + by, 0), cards.length - 1)]?.focus();
  };
  const { look } = moving;
  const known = useRef(orders);
  known.current = orders;
  // the same function for ever: every card has it, and none is drawn anew because another one moved
  const open = useCallback((id: string, button?: HTMLElement) => {
    const o = known.current.get(id);
    const rect = (button ?? cardOf(id))?.getBoundingClientRect();
    if (!o || !rect) return;
    look(o);
    setMenu({ o, x: rect.left, y: Math.min(rect.bottom, innerHeight - 40) });
  }, [look]);
  const shut = () => {
    const id = menu?.o.id;
    setMenu(undefined);
    if (id) requestAnimationFrame(() => document.activeElement === document.body && cardOf(id)?.focus());
  };
  const lift = (id: string) => {
    const o = orders.get(id);
    if (!o) return;
    look(o);
    setLifted({ o, at: placeOf(o, data.by) });
    say(t("lifted", { number: o.number }));
  };
  const aim = (by: number) => {
    if (!lifted) return;
    const at = columns.findIndex((c) => c.key === lifted.at);
    const next = columns[Math.min(Math.max(at + by, 0), columns.length - 1)];
    if (!next) return;
    setLifted({ ...lifted, at: next.key });
    const why = moving.whyNot(lifted.o, next.key);
    say(why ? t("overShut", { column: columnName(next), why }) : t("overColumn", { column: columnName(next) }));
    region.current?.querySelector(`[data-column="${CSS.escape(next.key)}"]`)?.scrollIntoView({ inline: "nearest", block: "nearest" });
  };
  const drop = () => {
    if (!lifted) return;
    last.current = lifted.o.id;
    setLifted(undefined);
    if (lifted.at !== placeOf(lifted.o, data.by)) moving.move(lifted.o, lifted.at);
  };
  const back = () => {
    if (lifted) say(t("putBack", { number: lifted.o.number }));
    setLifted(undefined);
  };
  useKeys([
    { id: "board.next", keys: "j", words: t("keyCardNext"), run: () => step(1) },
    { id: "board.before", keys: "k", words: t("keyCardBefore"), run: () => step(-1) },
    { id: "board.menu", keys: "s", words: t("keyCardMenu"), run: () => open(focused()) },
    { id: "board.lift", keys: "Space", words: t("keyCardLift"), run: () => lift(focused()) },
  ], !lifted);
  useKeys([
    { id: "board.left", keys: "ArrowLeft", words: t("keyCardLeft"), run: () => aim(-1) },
    { id: "board.right", keys: "ArrowRight", words: t("keyCardRight"), run: () => aim(1) },
    { id: "board.drop", keys: "Enter", words: t("keyCardDrop"), run: drop },
    { id: "board.back", keys: "Escape", words: t("keyCardBack"), run: back },
  ], !!lifted);
  // on the card itself: the space bar lifts and drops it, up and down go along the cards
  const press = (event: React.KeyboardEvent) => {
    const card = event.target as HTMLElement;
    if (!card.dataset.card) return;
    if (event.key === " ") {
      event.preventDefault();
      if (lifted) drop();
      else lift(card.dataset.card);
    } else if (!lifted && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (!lifted && event.key === "Enter") card.querySelector("a")?.click();
  };
  const items = menu ? columns.filter((c) => c.key !== placeOf(menu.o, data.by)).map((c) => {
    const why = moving.whyNot(menu.o, c.key);
    return { key: c.key, disabled: !!why, label: `${columnName(c)}${why ? ` — ${why}` : ""}`, onClick: () => { last.current = menu.o.id; setMenu(undefined); moving.move(menu.o, c.key); } };
  }) : [];
  const first = current && orders.has(current) ? current : columns.flatMap((c) => c.cells.flatMap((x) => x.items))[0]?.id;
  return (
    <>
      <div className={`board ${carried ? "carrying" : ""} ${data.lanes.length > 1 ? "laned" : ""}`} role="region" aria-label={t("board")} tabIndex={0} ref={region} onKeyDown={press} {...drag.handlers}
        onFocus={(e) => { const id = (e.target as HTMLElement).closest<HTMLElement>("[data-card]")?.dataset.card; if (id) setCurrent(id); }}>
        {columns.map((c) => (
          <ColumnView key={c.key} column={c} lanes={data.lanes} limit={data.limits.limits[c.key]} narrowed={narrowed} over={!!carried && over === c.key}
            shut={carried && c.key !== placeOf(carried, data.by) ? moving.whyNot(carried, c.key) : ""} lifted={lifted?.o.id ?? ""} tab={first ?? ""} menu={open} />
        ))}
      </div>
      <div role="status" aria-live="polite" className="hidden">{moving.said}</div>
      <Dropdown open={!!menu} autoFocus trigger={["click"]} onOpenChange={(on) => !on && shut()} menu={{ items, onKeyDown: (e) => e.key === "Escape" && shut() }}>
        <span className="menu-anchor" style={{ left: menu?.x ?? 0, top: menu?.y ?? 0 }} />
      </Dropdown>
      {moving.asking && (moving.asking.reason
        ? <Suspense><Reason subject={moving.asking.subject} verb={moving.asking.verb} close={moving.dropAsking} say={moving.ask} /></Suspense>
        : <Suspense><Ask o={moving.asking.subject} verb={moving.asking.verb} close={moving.dropAsking} say={moving.ask} /></Suspense>)}
    </>
  );
}
