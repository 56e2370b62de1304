import { CopyOutlined } from "@ant-design/icons";
import { App, Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { post, remove } from "@api/client";
import type { Holder, Holders } from "@api/generated/types.gen";
import type { ClockOut, OrderDetail } from "@api/types";
import "@i18n/areas/order";
import { t, tl } from "@i18n/words";
import { full, span } from "@ui/format";
import { Priority, SlaChip, StatePill } from "@ui/marks";
import { holder } from "@ui/order";
import { follow, may, useGet } from "../../parts/data";
import { useTell } from "../../parts/tell";
import { places } from "./entries";
import { Steps } from "./OrderSteps";

const Presence = lazy(() => import("../../parts/Presence"));

type Ask = (verb: string) => void;

/** What an order is, where it stands, by when, whose it is, and the next step: in sight while one reads on. */
export function Head({ o, beside, reload, open, asked, settle }: { o: OrderDetail; beside: boolean; reload: () => void; open: (tab: string) => void; asked: string; settle: Ask }) {
  const { message } = App.useApp();
  const copy = () => void navigator.clipboard.writeText(o.number).then(() => message.success(t("isCopied", { what: o.number }), 2), () => message.info(o.number));
  const Heading = beside ? "h2" : "h1"; // the list beside has the page's own
  return (
    <div className="head">
      <div className="row titled">
        <div>
          <Heading title={o.title}>
            <a className="soft" href="/app/orders" onClick={(e) => follow(e, "/app/orders")}>{o.number}</a>{" "}
            <Button size="small" type="text" icon={<CopyOutlined aria-hidden />} aria-label={t("copyNumber")} onClick={copy} /> {o.title}
          </Heading>
          <div className="row marks">
            <StatePill family={o.family} label={o.state_label} cancelled={o.cancelled} waiting={o.waiting_on} />
            <Clocks o={o} open={() => open("sla")} />
            <Priority value={o.priority} />
            <Whose o={o} />
            <Suspense><Presence place={`order:${o.id}`} /></Suspense>
          </div>
        </div>
        <Steps o={o} reload={reload} asked={asked} settle={settle} />
      </div>
      <Flow o={o} />
    </div>
  );
}

/** Every clock that runs, the most urgent first; a press explains. */
function Clocks({ o, open }: { o: OrderDetail; open: () => void }) {
  const clocks = useGet<ClockOut[]>(may("sla.view") ? `/orders/${o.id}/clocks` : null);
  const running = (clocks.data ?? []).filter((c) => !c.stopped_at && c.state !== "met").sort((a, b) => (a.due_at ?? "9").localeCompare(b.due_at ?? "9"));
  const state = (c: ClockOut) => (c.state === "paused" ? "paused" : c.remaining_seconds < 0 ? "breached" : c.remaining_seconds <= c.target_minutes * 15 ? "near" : "ok");
  const chips = running.length && o.family !== "closed" && o.family !== "resolved"
    ? running.map((c) => <span key={c.key} className="named">{tl(c.label as { zh: string; en: string })} <SlaChip state={state(c)} due={c.due_at} waiting={o.waiting_on} family={o.family} /></span>)
    : <SlaChip state={o.sla_state} due={o.next_due_at} waiting={o.waiting_on} family={o.family} />;
  if (o.sla_state === "none" && !running.length) return null;
  return may("sla.view") ? <button type="button" className="clocks" onClick={open} title={t("whyDeadline")}>{chips}</button> : <>{chips}</>;
}

const reach = (h: { phone: string | null; email: string | null }) => (h.phone ? <a href={`tel:${h.phone}`}>{h.phone}</a> : h.email ? <a href={`mailto:${h.email}`}>{h.email}</a> : null);
const Named = ({ h }: { h: Holder }) => (
  <span>{h.name} {reach(h)}{h.members.length > 0 && <span className="soft" title={h.members.map((m) => `${m.name} ${m.phone ?? m.email ?? ""}`).join("\n")}> ({h.members.length})</span>}</span>
);

/** Who holds it now, since when, and how to reach them; open steps with theirs. */
function Whose({ o }: { o: OrderDetail }) {
  const held = useGet<Holders>(`/orders/${o.id}/holders`);
  const since = (at: string | null) => (at ? <time dateTime={at} title={full(at)}> · {span((Date.now() - Date.parse(at)) / 60_000)}</time> : null);
  const order = held.data?.order;
  const steps = held.data?.steps ?? o.tokens.map((x) => ({ token_id: x.id, label: x.label, since: x.entered_at, holders: [] as Holder[] }));
  return (
    <>
      <span>{order?.holders.length ? order.holders.map((h) => <Named key={h.id ?? h.name} h={h} />) : holder(o)}{since(order?.since ?? null)}</span>
      {steps.map((s) => (
        <span key={s.token_id} className="soft">{t("nowAt", { step: tl(s.label as { zh: string; en: string }) })}{s.holders.map((h) => <span key={h.id ?? h.name}> · <Named h={h} /></span>)}{since(s.since)}</span>
      ))}
    </>
  );
}

/** The flow in one row: passed, now, next. */
function Flow({ o }: { o: OrderDetail }) {
  const row = places(o);
  if (row.length < 2 || o.cancelled) return null;
  return (
    <ol className="flow" aria-label={t("flowRow")}>
      {row.map((p) => (
        <li key={p.key} className={p.at} aria-current={p.at === "now" ? "step" : undefined}><span aria-hidden="true">{p.at === "done" ? "\u2713" : p.at === "now" ? "\u25cf" : "\u25cb"}</span> {tl(p.label)}<span className="hidden"> {t(`step_${p.at}`)}</span></li>
      ))}
    </ol>
  );
}

/** Somebody who wants to hear of it. */
export function Watch({ o, me, reload }: { o: OrderDetail; me: string; reload: () => void }) {
  const tell = useTell();
  const [busy, setBusy] = useState(false);
  const on = o.watchers.includes(me);
  const turn = async () => {
    setBusy(true);
    await (on ? remove(`/orders/${o.id}/watchers`) : post(`/orders/${o.id}/watchers`)).then(reload, tell);
    setBusy(false);
  };
  return <Button size="small" loading={busy} aria-pressed={on} onClick={() => void turn()}>{t(on ? "isWatched" : "watchIt")} {o.watchers.length || ""}</Button>;
}
