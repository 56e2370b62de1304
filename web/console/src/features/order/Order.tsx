import { Button, Tabs, Tag } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { post } from "@api/client";
import type { OrderDetail } from "@api/types";
import "@i18n/areas/order";
import { channelWords, t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { Priority, SlaChip, StatePill } from "@ui/marks";
import { follow, may, useGet } from "../../parts/data";
import { useOrderEvents } from "../../parts/live";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";
import { Facts } from "./OrderFacts";
import { Around, Candidates, Files, Why } from "./OrderSides";
import { Talk } from "./OrderTalk";
import { Steps } from "./OrderSteps";

const Presence = lazy(() => import("../../parts/Presence"));

/** One order: header with the next legal step, facts, one timeline, and what is around it. */
export default function Order({ id }: { id: string }) {
  const order = useGet<OrderDetail>(`/orders/${id}`);
  const { reload } = order;
  useEffect(() => {
    const seen = () => document.visibilityState === "visible" && reload();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [reload]);
  useOrderEvents((events) => (events.length === 0 || events.some((e) => e.order_id === id)) && reload());
  return <Waiting of={order}>{(o) => <Shown o={o} reload={reload} />}</Waiting>;
}

function Shown({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const tell = useTell();
  const [voting, setVoting] = useState("");
  const title = `${o.number} ${o.title}`;
  useEffect(() => {
    document.title = `${title} · ${t("app")}`;
  }, [title]);
  const vote = async (token: string, decision: string) => {
    setVoting(token + decision);
    await post(`/orders/${o.id}/approvals/${token}`, { decision }).then(reload, tell);
    setVoting("");
  };
  const waiting = o.tokens.filter((x) => x.kind === "approval");
  const tabs = [
    { key: "around", label: t("links360"), children: <Around o={o} /> },
    ...(may("dispatch.view") && o.family !== "closed" ? [{ key: "dispatch", label: t("dispatch"), children: <Candidates o={o} reload={reload} /> }] : []),
    ...(may("sla.view") ? [{ key: "sla", label: t("sla"), children: <Why id={o.id} version={o.version} /> }] : []),
    { key: "files", label: `${t("attachments")} ${o.attachments.length || ""}`, children: <Files o={o} reload={reload} /> },
  ];
  return (
    <>
      <div className="head">
        <div className="row titled">
          <div>
            <div className="row soft">
              <a href="/app/orders" onClick={(e) => follow(e, "/app/orders")}>{t("orders")}</a> / {o.number} · {tl(o.blueprint_name)}
            </div>
            <h1>{o.title}</h1>
            <div className="row">
              <StatePill family={o.family} label={o.state_label} cancelled={o.cancelled} waiting={o.waiting_on} />
              <SlaChip state={o.sla_state} due={o.next_due_at} waiting={o.waiting_on} family={o.family} />
              <Priority value={o.priority} />
              <Suspense><Presence place={`order:${o.id}`} /></Suspense>
              <span>{o.assignee_name ?? o.team_name ?? t("unassigned")}</span>
              {o.tokens.map((x) => (
                <span key={x.id} className="soft">
                  {t("nowAt", { step: tl(x.label) })} · {when(x.entered_at)}
                </span>
              ))}
              {o.tags.map((x) => (
                <Tag key={x}>#{x}</Tag>
              ))}
            </div>
          </div>
          <Steps o={o} reload={reload} />
        </div>
      </div>
      {waiting.map((x) => (
        <div key={x.id} className="panel row" style={{ marginBottom: 12 }}>
          <strong>{t("approvalWaiting")}: {tl(x.label)}</strong>
          {may("order.decide") && (
            <>
              <Button type="primary" loading={voting === `${x.id}approve`} disabled={!!voting} onClick={() => void vote(x.id, "approve")}>{t("approve")}</Button>
              <Button loading={voting === `${x.id}reject`} disabled={!!voting} onClick={() => void vote(x.id, "reject")}>{t("reject")}</Button>
            </>
          )}
        </div>
      ))}
      <div className="order">
        <Facts o={o} reload={reload} />
        <Talk o={o} reload={reload} />
        <section className="panel" aria-label={t("details")}>
          <Tabs size="small" tabBarGutter={16} items={tabs} />
        </section>
      </div>
      <p className="soft" style={{ fontSize: 12 }}>{t("created")} {full(o.opened_at)} · {t("channel")} {channelWords(o.channel)}</p>
    </>
  );
}
