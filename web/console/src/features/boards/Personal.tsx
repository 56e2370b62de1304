import { useEffect, useState } from "react";
import type { OrderRow, Page } from "@api/types";
import "@i18n/areas/board";
import { t } from "@i18n/words";
import { toQuery } from "@ui/format";
import { OrderCard } from "@ui/order";
import { follow, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { useLive } from "./useLive";

const MOST = 200;
const two = (n: number) => String(n).padStart(2, "0");
const sameDay = (a: Date, b: Date) => a.toDateString() === b.toDateString();

/** My work: what is late, what is due today hour by hour, and the rest by deadline. */
export default function Personal({ filters }: { filters: Record<string, string> }) {
  const wanted = { family: "waiting,working", ...filters, assignee_id: "me" };
  const mine = useGet<Page<OrderRow>>(`/orders?${toQuery({ ...wanted, sort: "due", limit: String(MOST) })}`);
  const count = useGet<{ count: number; capped: boolean }>(`/orders/count?${toQuery(wanted)}`);
  const [now, setNow] = useState(() => new Date());
  useLive(() => { mine.reload(); count.reload(); });
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 60_000);
    return () => clearInterval(timer);
  }, []);
  const list = `/app/orders?${toQuery({ ...wanted, sort: "due" })}`;
  return (
    <Waiting of={mine}>
      {({ items }) => {
        const late = items.filter((o) => o.next_due_at && new Date(o.next_due_at) < now);
        const today = items.filter((o) => o.next_due_at && new Date(o.next_due_at) >= now && sameDay(new Date(o.next_due_at), now));
        const rest = items.filter((o) => !late.includes(o) && !today.includes(o));
        const hours = [...new Set([now.getHours(), ...today.map((o) => new Date(o.next_due_at ?? 0).getHours())])].sort((a, b) => a - b);
        return (
          <div className="personal">
            <section aria-labelledby="today">
              <h2 id="today" className="part">{t("todayByHour")} · {late.length + today.length}</h2>
              {late.length > 0 && <Slot name={t("lateOnes")} alarm orders={late} />}
              {hours.map((hour) => <Slot key={hour} name={`${two(hour)}:00`} now={hour === now.getHours()} orders={today.filter((o) => new Date(o.next_due_at ?? 0).getHours() === hour)} />)}
              {late.length + today.length === 0 && <p className="soft">{t("nothingToday")}</p>}
            </section>
            <section aria-labelledby="todo">
              <h2 id="todo" className="part">{t("todoByDue")} · {rest.length}</h2>
              {rest.length === 0 && <p className="soft">{t("nothingLeft")}</p>}
              <div className="deck">{rest.map((o) => <OrderCard key={o.id} o={o} open={follow} />)}</div>
              {count.data && <p><a href={list} onClick={(e) => follow(e, list)}>{count.data.count > items.length ? t("firstShown", { n: items.length, all: `${count.data.count}${count.data.capped ? "+" : ""}` }) : t("ordersBehind", { n: count.data.count })}</a></p>}
            </section>
          </div>
        );
      }}
    </Waiting>
  );
}

const Slot = ({ name, orders, now = false, alarm = false }: { name: string; orders: OrderRow[]; now?: boolean; alarm?: boolean }) => (
  <div className={`hour ${now ? "now" : ""} ${alarm ? "alarm" : ""}`}>
    <h3>{name}{now && <small>{t("nowHour")}</small>}</h3>
    <div className="deck">{orders.map((o) => <OrderCard key={o.id} o={o} open={follow} />)}</div>
  </div>
);
