import { App, Button, Modal, Tabs, Tag } from "antd";
import { useState } from "react";
import { ApiError, patch, post } from "@api/client";
import type { OrderDetail } from "@api/types";
import { t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { follow, may, useGet } from "../parts/data";
import { Priority, SlaChip, StatePill } from "../parts/marks";
import { Waiting } from "../parts/states";
import { Facts } from "./OrderFacts";
import { Around, Candidates, Files, Why } from "./OrderSides";
import { Talk } from "./OrderTalk";
import { Steps } from "./OrderSteps";

/** One order: header with the next legal step, facts, one timeline, and what is around it. */
export default function Order({ id }: { id: string }) {
  const order = useGet<OrderDetail>(`/orders/${id}`);
  return <Waiting of={order}>{(o) => <Shown o={o} reload={order.reload} />}</Waiting>;
}

interface Clash {
  mine: Record<string, unknown>;
  theirs: Record<string, unknown>;
  version: number;
}

function Shown({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const { message } = App.useApp();
  const [clash, setClash] = useState<Clash>();
  const change = async (values: Record<string, unknown>, version = o.version) => {
    try {
      await patch(`/orders/${o.id}`, values, version);
      setClash(undefined);
      void message.success(t("saved"));
      reload();
    } catch (error) {
      const problem = error instanceof ApiError ? error.problem : undefined;
      if (problem?.code === "stale_version") setClash({ mine: values, theirs: (problem.theirs ?? {}) as Record<string, unknown>, version: problem.version ?? version });
      else void message.error((error as Error).message);
    }
  };
  const vote = async (token: string, decision: string) => {
    try {
      await post(`/orders/${o.id}/approvals/${token}`, { decision });
      reload();
    } catch (error) {
      void message.error((error as Error).message);
    }
  };
  const waiting = o.tokens.filter((x) => x.kind === "approval");
  const tabs = [
    { key: "around", label: t("links360"), children: <Around o={o} /> },
    ...(may("dispatch.view") ? [{ key: "dispatch", label: t("dispatch"), children: <Candidates o={o} reload={reload} /> }] : []),
    ...(may("sla.view") ? [{ key: "sla", label: t("sla"), children: <Why id={o.id} /> }] : []),
    { key: "files", label: `${t("attachments")} ${o.attachments.length || ""}`, children: <Files o={o} reload={reload} /> },
  ];
  return (
    <>
      <div className="head">
        <div className="row" style={{ justifyContent: "space-between" }}>
          <div style={{ minWidth: 0, flex: 1 }}>
            <div className="row soft">
              <a href="/app/orders" onClick={(e) => follow(e, "/app/orders")}>{t("orders")}</a> / {o.number} · {tl(o.blueprint_name)}
            </div>
            <h1 style={{ margin: "2px 0 6px" }}>{o.title}</h1>
            <div className="row">
              <StatePill family={o.family} label={o.state_label} cancelled={o.cancelled} waiting={o.waiting_on} />
              <SlaChip state={o.sla_state} due={o.next_due_at} waiting={o.waiting_on} />
              <Priority value={o.priority} />
              <span>{o.assignee_name ?? t("unassigned")}</span>
              {o.tokens.map((x) => (
                <span key={x.id} className="soft">
                  {tl(x.label)} · {when(x.entered_at)}
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
              <Button type="primary" onClick={() => void vote(x.id, "approve")}>{t("approve")}</Button>
              <Button onClick={() => void vote(x.id, "reject")}>{t("reject")}</Button>
            </>
          )}
        </div>
      ))}
      <div className="order">
        <Facts o={o} change={change} />
        <Talk o={o} reload={reload} />
        <section className="panel" aria-label={t("details")}>
          <Tabs size="small" items={tabs} />
        </section>
      </div>
      <Modal open={clash !== undefined} title={t("conflictTitle")} onCancel={() => setClash(undefined)} footer={[
        <Button key="theirs" onClick={() => { setClash(undefined); reload(); }}>{t("takeTheirs")}</Button>,
        <Button key="mine" type="primary" onClick={() => clash && void change(clash.mine, clash.version)}>{t("keepMine")}</Button>,
      ]}>
        <table className="list">
          <thead><tr><th /><th>{t("conflictMine")}</th><th>{t("conflictTheirs")}</th></tr></thead>
          <tbody>
            {Object.keys(clash?.mine ?? {}).map((k) => (
              <tr key={k}><td>{k}</td><td>{JSON.stringify(clash?.mine[k])}</td><td>{JSON.stringify(clash?.theirs[k])}</td></tr>
            ))}
          </tbody>
        </table>
      </Modal>
      <p className="soft" style={{ fontSize: 12 }}>{t("created")} {full(o.opened_at)} · {t("channel")} {o.channel}</p>
    </>
  );
}
