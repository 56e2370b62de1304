import { AlertOutlined, AuditOutlined, BellOutlined, CommentOutlined, ExportOutlined, InboxOutlined, SolutionOutlined, StarOutlined, UserSwitchOutlined } from "@ant-design/icons";
import { Button, Dropdown, Input, Modal } from "antd";
import { useState } from "react";
import type { Label, NotificationOut, OrderRow } from "@api/types";
import "@i18n/areas/inbox";
import "@i18n/areas/order";
import { t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { SlaChip, StatePill } from "@ui/marks";
import { orderPath } from "@ui/order";
import { kindWords } from "./Bell";
import type { Deeds } from "./inboxDeeds";

const ICONS: Record<string, React.ReactNode> = {
  assigned: <SolutionOutlined aria-hidden />, queue: <InboxOutlined aria-hidden />, mention: <CommentOutlined aria-hidden />, approval: <AuditOutlined aria-hidden />,
  breach: <AlertOutlined aria-hidden />, reply: <CommentOutlined aria-hidden />, transfer: <ExportOutlined aria-hidden />, rating: <StarOutlined aria-hidden />, dispatch: <UserSwitchOutlined aria-hidden />,
};
const HOUR = 3_600_000;
const clock = (days: number, hour: number): Date => {
  const at = new Date();
  at.setDate(at.getDate() + days);
  at.setHours(hour, 0, 0, 0);
  return at;
};
const local = (at: Date): string => new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

/** An entry: what it is about, its order, since when, and what I can do with it. */
export function Notice({ n, order, current, deeds, open }: { n: NotificationOut; order: OrderRow | undefined; current: boolean; deeds: Deeds; open: (event: React.MouseEvent, to: string) => void }) {
  const [asking, setAsking] = useState("");
  const words = tl(n.text as unknown as Label);
  const busy = deeds.busy === n.id;
  const kind = kindWords(n.kind);
  const back = n.show_at > n.created_at;
  const aside = Date.parse(n.show_at) > Date.now();
  const today = clock(0, 14);
  const times = [
    { key: "hour", label: t("snoozeHour"), at: () => new Date(Date.now() + HOUR) },
    ...(today.getTime() > Date.now() ? [{ key: "today", label: t("snoozeToday"), at: () => today }] : []),
    { key: "tomorrow", label: t("snoozeTomorrow"), at: () => clock(1, 9) },
  ];
  const snooze = { items: [...times.map(({ key, label }) => ({ key, label })), { key: "date", label: t("snoozeDate") }], onClick: ({ key }: { key: string }) => {
    const chosen = times.find((x) => x.key === key);
    if (chosen) void deeds.snooze(n, chosen.at());
    else setAsking(local(clock(1, 9)));
  } };
  const mutes = [
    { key: "hour", label: t("muteHour", { kind }), what: () => ({ kind: n.kind, until: new Date(Date.now() + HOUR).toISOString() }) },
    ...(n.order_id ? [{ key: "order", label: t("muteOrder"), what: () => ({ order_id: n.order_id as string }) }] : []),
    { key: "kind", label: t("muteKind", { kind }), what: () => ({ kind: n.kind }) },
  ];
  const mute = { items: mutes.map(({ key, label }) => ({ key, label })), onClick: ({ key }: { key: string }) => {
    const chosen = mutes.find((x) => x.key === key);
    if (chosen) void deeds.mute(n, chosen.what(), chosen.label);
  } };
  return (
    <article className="notice" id={`notice-${n.id}`} role="listitem" aria-current={current}>
      <div className="said">
        <div className="row">
          <span className={`kind ${n.kind}`}>{ICONS[n.kind] ?? <BellOutlined aria-hidden />}{kind}</span>
          <time className="soft" dateTime={n.show_at} title={full(n.created_at)}>{aside ? t("inboxUntil", { at: when(n.show_at) }) : when(n.show_at)}</time>
          {back && !aside && <span className="soft">{t("inboxBack")}</span>}
          {order && <StatePill family={order.family} label={order.state_label} cancelled={order.cancelled} waiting={order.waiting_on} />}
          {order && order.family !== "closed" && <SlaChip state={order.sla_state} due={order.next_due_at} waiting={order.waiting_on} family={order.family} />}
        </div>
        <div style={{ fontWeight: n.read_at ? 400 : 600 }}>
          {n.order_id ? <a href={orderPath(n.order_id)} onClick={(e) => open(e, orderPath(n.order_id as string))}>{words}</a> : words}
        </div>
      </div>
      <div className="acts">
        {n.kind === "approval" && n.token_id && !n.read_at && (
          <>
            <Button type="primary" loading={busy} onClick={() => void deeds.decide(n, "approve")}>{t("approve")}</Button>
            <Button disabled={busy} onClick={() => void deeds.decide(n, "reject")}>{t("reject")}</Button>
          </>
        )}
        {n.read_at ? <Button disabled={busy} onClick={() => void deeds.reopen(n)}>{t("inboxNotDone")}</Button> : <Button disabled={busy} onClick={() => void deeds.done(n)}>{t("inboxDone")}</Button>}
        {!n.read_at && (aside ? <Button disabled={busy} onClick={() => void deeds.snooze(n, null)}>{t("inboxWake")}</Button> : <Dropdown menu={snooze} trigger={["click"]}><Button id={`snooze-${n.id}`} disabled={busy}>{t("inboxSnooze")}</Button></Dropdown>)}
        <Dropdown menu={mute} trigger={["click"]}><Button disabled={busy}>{t("inboxMute")}</Button></Dropdown>
      </div>
      {asking && (
        <Modal open title={t("snoozeWhen")} onCancel={() => setAsking("")} onOk={() => { void deeds.snooze(n, new Date(asking)); setAsking(""); }} okText={t("inboxSnooze")} cancelText={t("cancel")}>
          <Input type="datetime-local" aria-label={t("snoozeWhen")} value={asking} min={local(new Date())} onChange={(e) => setAsking(e.target.value)} />
        </Modal>
      )}
    </article>
  );
}
