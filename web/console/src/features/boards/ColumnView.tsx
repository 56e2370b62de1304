import { memo } from "react";
import type { OrderRow } from "@api/types";
import "@i18n/areas/board";
import { t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import { StatePill } from "@ui/marks";
import { OrderCard } from "@ui/order";
import { follow } from "../../parts/data";
import { type BoardCell, type Column, columnName, type TeamData } from "./types";

interface Shown {
  column: Column;
  lanes: TeamData["lanes"];
  limit: number | undefined;
  narrowed: boolean;
  over: boolean;
  shut: string;
  lifted: string;
  tab: string;
  menu: (id: string, button?: HTMLElement) => void;
}
const laneName = (lane: TeamData["lanes"][number]) => (lane.label ? tl(lane.label) : lane.key === "none" ? t("noTeam") : /^[1-4]$/.test(lane.key) ? t(`priority_${lane.key}` as "priority_1") : lane.key);
const more = (cell: BoardCell) => {
  const to = `/app/orders?${toQuery(cell.filter)}`;
  return <a href={to} onClick={(e) => follow(e, to)}>{t("andMore", { n: `${cell.count - cell.items.length}${cell.capped ? "+" : ""}` })}</a>;
};

/** A column: its name, how many there are (a link to the list), its limit, and the cards of each lane. */
export const ColumnView = memo(function ColumnView({ column, lanes, limit, narrowed, over, shut, lifted, tab, menu }: Shown) {
  const name = columnName(column);
  const list = `/app/orders?${toQuery(column.filter)}`;
  const beyond = limit !== undefined && !narrowed && column.count > limit;
  return (
    <section data-column={column.key} aria-label={name} className={`lane ${column.family ?? "person"} ${over && !shut ? "over" : ""} ${shut ? "shut" : ""} ${beyond ? "beyond" : ""}`}>
      <h2>
        {column.family && column.label ? <StatePill family={column.family} label={column.label} cancelled={column.cancelled ?? false} /> : <span className="cut">{name}</span>}
        <a href={list} aria-label={`${name} ${column.count}`} onClick={(e) => follow(e, list)}>{column.count}{column.capped ? "+" : ""}</a>
      </h2>
      {limit !== undefined && <p className={`wip ${beyond ? "beyond" : ""}`} title={narrowed ? t("wipNarrowed") : undefined}>{beyond ? `\u25b2 ${t("wipOver", { n: limit })}` : t("wipMost", { n: limit })}</p>}
      {shut && over && <p className="why" aria-hidden="true">{shut}</p>}
      {column.count === 0 && <p className="soft">{t("laneEmpty")}</p>}
      {lanes.map((lane) => {
        const cell = column.cells.find((c) => c.lane === lane.key);
        return (
          <div key={lane.key} className="lane-cell">
            {lanes.length > 1 && cell && <h3><span className="cut">{laneName(lane)}</span><small>{cell.count}{cell.capped ? "+" : ""}</small></h3>}
            {cell && cell.items.length > 0 && <ul>{cell.items.map((o) => <Slot key={o.id} o={o} lifted={lifted === o.id} tab={tab === o.id} menu={menu} />)}</ul>}
            {cell && cell.count > cell.items.length && more(cell)}
          </div>
        );
      })}
    </section>
  );
});

const same = (a: Slotted, b: Slotted) =>
  a.lifted === b.lifted && a.tab === b.tab && a.menu === b.menu && a.o.version === b.o.version && a.o.sla_state === b.o.sla_state && a.o.next_due_at === b.o.next_due_at && Math.floor(Date.now() / 60_000) === drawn.get(a.o.id);
const drawn = new Map<string, number>();
interface Slotted {
  o: OrderRow;
  lifted: boolean;
  tab: boolean;
  menu: Shown["menu"];
}

/** A card is drawn anew when its order changed, or a minute has passed. */
const Slot = memo(function Slot({ o, lifted, tab, menu }: Slotted) {
  drawn.set(o.id, Math.floor(Date.now() / 60_000));
  return (
    <li data-card={o.id} tabIndex={tab ? 0 : -1} className={`slot ${lifted ? "lifted" : ""}`} aria-label={`${o.number} ${o.title}`}>
      <OrderCard o={o} open={follow} menu={<button type="button" className="move" aria-haspopup="menu" aria-label={`${t("moveTo")} ${o.number}`} onClick={(e) => menu(o.id, e.currentTarget)}>{"\u22ef"}</button>} />
    </li>
  );
}, same);
