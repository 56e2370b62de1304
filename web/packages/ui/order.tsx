import type { OrderRow } from "@api/types";
import { t } from "@i18n/words";
import { full } from "@ui/format";
import { Priority, SlaChip, StatePill } from "@ui/marks";

// One object, one look: line, card, bar, pin and phone show the same facts in the same order –
// number, title, customer, place, time, person, SLA.
interface Shown {
  o: OrderRow;
  /** Called with the press on the link; the link itself works without. */
  open?: ((event: React.MouseEvent, to: string) => void) | undefined;
}

export const orderPath = (id: string): string => `/app/orders/${id}`;
export const holder = (o: Pick<OrderRow, "assignee_name" | "team_name">): string => o.assignee_name ?? o.team_name ?? t("unassigned");
/** Whether red (or orange) still means that somebody should act. */
export const alarming = (o: Pick<OrderRow, "family" | "sla_state">): string => (o.family === "waiting" || o.family === "working" ? o.sla_state : "");
/** How much of the time to the deadline is used, 0 to 1; undefined without a running deadline. */
export function used(o: Pick<OrderRow, "created_at" | "next_due_at" | "sla_state">, now = Date.now()): number | undefined {
  if (!o.next_due_at || o.sla_state === "paused") return undefined;
  const [from, to] = [Date.parse(o.created_at), Date.parse(o.next_due_at)];
  return Math.min(Math.max((now - from) / Math.max(to - from, 1), 0), 1);
}

/** In one line: tabs, palette, suggestions. */
export const OrderLine = ({ o, open }: Shown) => (
  <p className="order-line">
    <StatePill family={o.family} label={o.state_label} cancelled={o.cancelled} waiting={o.waiting_on} />
    <a className="cut" href={orderPath(o.id)} title={o.title} onClick={open ? (e) => open(e, orderPath(o.id)) : undefined}>{o.number} {o.title}</a>
  </p>
);

/** As a card of at most four lines, the deadline as a bar along its lower edge: board, calendar, map, phone. */
export function OrderCard({ o, open, menu }: Shown & { menu?: React.ReactNode }) {
  const share = used(o);
  return (
    <div className={`order-card ${alarming(o)}`}>
      <div className="between">
        <span className="soft">{o.number}</span>
        <span className="row"><Priority value={o.priority} />{menu}</span>
      </div>
      <a href={orderPath(o.id)} onClick={open ? (e) => open(e, orderPath(o.id)) : undefined}>{o.title}</a>
      <div className="soft cut" title={`${o.customer_name ?? ""} ${o.site_address}`}>{[o.customer_name, o.site_address].filter(Boolean).join(" · ")}</div>
      <div className="between">
        <span className="cut" title={full(o.updated_at)}>{holder(o)}</span>
        {o.waiting_on ? <StatePill family={o.family} label={o.state_label} waiting={o.waiting_on} /> : o.family !== "closed" && <SlaChip state={o.sla_state} due={o.next_due_at} waiting={o.waiting_on} family={o.family} />}
      </div>
      {share !== undefined && o.family !== "closed" && <i className="share" aria-hidden="true" style={{ inlineSize: `${Math.round(share * 100)}%` }} />}
    </div>
  );
}
