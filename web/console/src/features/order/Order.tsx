import { Button, Tabs } from "antd";
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from "react";
import { patch, post } from "@api/client";
import type { OrderDetail } from "@api/types";
import "@i18n/areas/order";
import { channelWords, t, tl } from "@i18n/words";
import { full } from "@ui/format";
import { neighbour } from "../../parts/around";
import { go, may, me, useGet } from "../../parts/data";
import { useKeys } from "../../parts/keys";
import { useOrderEvents } from "../../parts/live";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";
import { offerUndo } from "../../parts/undo";
import { Facts } from "./OrderFacts";
import { Head } from "./OrderHead";
import { Talk } from "./OrderTalk";
import "../../css/order.css";

const sides = () => import("./OrderSides");
const Around = lazy(() => sides().then((m) => ({ default: m.Around })));
const Asset = lazy(() => sides().then((m) => ({ default: m.Asset })));
const Candidates = lazy(() => import("./OrderWhy").then((m) => ({ default: m.Candidates })));
const Why = lazy(() => import("./OrderWhy").then((m) => ({ default: m.Why })));
const SimilarOrders = lazy(() => import("./OrderSimilar"));
const Links = lazy(() => import("./OrderLinks").then((m) => ({ default: m.Links })));
const Reshaped = lazy(() => import("./OrderLinks").then((m) => ({ default: m.Reshaped })));
const Files = lazy(() => import("./OrderFiles"));

/** One order: header with the next legal step, facts, one timeline, and what is around it. `beside`: next to its list, which has the keys [ and ]. */
export default function Order({ id, beside = false }: { id: string; beside?: boolean }) {
  const order = useGet<OrderDetail>(`/orders/${id}`);
  const { reload } = order;
  const soon = useRef<ReturnType<typeof setTimeout>>(undefined);
  useOrderEvents((events) => {
    if (events.length && !events.some((e) => e.order_id === id)) return;
    clearTimeout(soon.current); // several entries of one operation are read once
    soon.current = setTimeout(reload, 150);
  });
  useEffect(() => {
    const seen = () => document.visibilityState === "visible" && reload();
    document.addEventListener("visibilitychange", seen);
    return () => document.removeEventListener("visibilitychange", seen);
  }, [reload]);
  return <Waiting of={order}>{(o) => <Shown o={o} reload={reload} beside={beside} />}</Waiting>;
}

function Shown({ o, reload, beside }: { o: OrderDetail; reload: () => void; beside: boolean }) {
  const tell = useTell();
  const [voting, setVoting] = useState("");
  const [tab, setTab] = useState("around");
  const [asked, setAsked] = useState("");
  const around = useRef<HTMLElement>(null);
  const title = `${o.number} ${o.title}`;
  useEffect(() => {
    document.title = `${title} · ${t("app")}`;
  }, [title]);
  const vote = async (token: string, decision: string) => {
    setVoting(token + decision);
    await post(`/orders/${o.id}/approvals/${token}`, { decision }).then(reload, tell);
    setVoting("");
  };
  const open = useCallback((key: string) => {
    setTab(key);
    around.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const near = (by: 1 | -1) => neighbour(o.id, by).then((id) => (id ? go(`/app/orders/${id}`, true) : tell(new Error(t(by > 0 ? "lastOrder" : "firstOrder")))), tell);
  const rank = async () => {
    const next = o.priority === 1 ? 4 : o.priority - 1;
    const undo = async () => {
      const now = await patch<{ version: number }>(`/orders/${o.id}`, { priority: o.priority }, o.version + 1);
      reload();
      return now;
    };
    await patch(`/orders/${o.id}`, { priority: next }, o.version).then(() => { reload(); offerUndo(`${t("priority")} P${next}`, undo); }, (error: unknown) => { tell(error); reload(); });
  };
  const mine = () => {
    const claim = o.verbs.find((v) => v.verb === "claim" && v.allowed);
    const assign = o.verbs.find((v) => (v.verb === "assign" || v.verb === "transfer") && v.allowed);
    if (claim) return void post(`/orders/${o.id}/claim`).then(reload, tell);
    if (!assign) return tell(new Error(t("notHere")));
    void post(`/orders/${o.id}/${assign.verb}`, { assignee_id: me()?.id, ...(assign.verb === "transfer" ? { reason: t("takeOver") } : {}) }, o.version).then(reload, tell);
  };
  useKeys([
    { id: "order.next", keys: "]", words: t("nextOrder"), run: () => void near(1) },
    { id: "order.before", keys: "[", words: t("orderBefore"), run: () => void near(-1) },
  ], !beside);
  const live = !o.merged_into;
  useKeys([
    { id: "order.copy", keys: ".", words: t("copyNumber"), run: () => void navigator.clipboard.writeText(o.number) },
    ...(live && may("order.assign") ? [{ id: "order.assign", keys: "a", words: t("verb_assign"), run: () => setAsked("assign") }] : []),
    ...(live ? [{ id: "order.state", keys: "s", words: t("state"), run: () => setAsked("menu") }] : []),
    ...(live && may("order.edit") ? [{ id: "order.priority", keys: "p", words: t("raisePriority"), run: () => void rank() }] : []),
    ...(live ? [{ id: "order.mine", keys: "m", words: t("makeMine"), run: mine }] : []),
  ]);
  const waiting = o.tokens.filter((x) => x.kind === "approval");
  const part = (key: string, label: string, children: React.ReactNode) => ({ key, label, children: tab === key ? <Suspense>{children}</Suspense> : null });
  const tabs = [
    part("around", t("links360"), <Around o={o} />),
    ...(o.asset_id && may("asset.view") ? [part("asset", t("theAsset"), <Asset o={o} />)] : []),
    part("similar", t("similarOnes"), <SimilarOrders o={o} />),
    part("links", `${t("links")} ${o.links.length || ""}`, <Links o={o} reload={reload} />),
    ...(may("dispatch.view") && o.family !== "closed" ? [part("dispatch", t("dispatch"), <Candidates o={o} reload={reload} />)] : []),
    ...(may("sla.view") ? [part("sla", t("sla"), <Why id={o.id} version={o.version} />)] : []),
    part("files", `${t("attachments")} ${o.attachments.length || ""}`, <Files o={o} reload={reload} />),
  ];
  return (
    <>
      <Head o={o} beside={beside} reload={reload} open={open} asked={asked} settle={setAsked} />
      {(o.merged_into || o.links.some((x) => x.reshape)) && <Suspense><Reshaped o={o} reload={reload} /></Suspense>}
      {waiting.map((x) => (
        <div key={x.id} className="panel row decide">
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
        <Talk o={o} reload={reload} why={(kind) => open(kind === "dispatch" ? "dispatch" : "sla")} />
        <section className="panel sides" aria-label={t("details")} ref={around}>
          <Tabs size="small" tabBarGutter={14} items={tabs} activeKey={tab} onChange={setTab} />
        </section>
      </div>
      <p className="soft small">{tl(o.blueprint_name)} · {t("created")} {full(o.opened_at)} · {t("channel")} {channelWords(o.channel)}</p>
    </>
  );
}
