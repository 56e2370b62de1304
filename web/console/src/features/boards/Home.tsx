import { Segmented } from "antd";
import { lazy, Suspense } from "react";
import type { Card, OrderRow, Page } from "@api/types";
import "@i18n/areas/board";
import { t, tl } from "@i18n/words";
import { fromQuery, toQuery } from "@ui/format";
import { OrderCard } from "@ui/order";
import { Choice } from "../../parts/choice";
import { follow, go, may, me, useAddress, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import "../../css/boards.css";
import { words } from "./types";
import { useLive } from "./useLive";

const Management = lazy(() => import("./Tiers").then((m) => ({ default: m.Management })));
const Decision = lazy(() => import("./Tiers").then((m) => ({ default: m.Decision })));
const TIERS = ["execution", "management", "decision"] as const;
type Tier = (typeof TIERS)[number];
const USUAL: Record<string, Tier> = { manager: "management", admin: "decision" };
const ABOVE = ["manager", "admin"];

/** Three homes: what I have to do, how the team stands, where the company goes. Each role begins at its own. */
export default function Home() {
  const given = fromQuery(useAddress().search);
  const roles = me()?.roles ?? [];
  const all: readonly Tier[] = may("board.view") && roles.some((r) => ABOVE.includes(r)) ? TIERS : ["execution"];
  const tier = all.find((x) => x === given.tier) ?? USUAL[roles.find((r) => USUAL[r]) ?? ""] ?? "execution";
  const days = ["7", "30", "90"].includes(given.days ?? "") ? (given.days ?? "30") : "30";
  const set = (changes: Record<string, string>) => go(`/app/home?${toQuery({ tier, days, ...changes })}`);
  return (
    <div className="boards">
      <div className="row board-bar">
        <h1>{t("home")} · {tl(words(me()?.role_labels[0]))}</h1>
        {all.length > 1 && <Segmented size="small" aria-label={t("tierKind")} value={tier} onChange={(v) => set({ tier: v })} options={all.map((x) => ({ value: x, label: t(`tier${x[0]?.toUpperCase()}${x.slice(1)}` as "tierDecision") }))} />}
        {tier !== "execution" && <Choice size="small" aria-label={t("period")} value={days} onChange={(v) => set({ days: v })} options={["7", "30", "90"].map((n) => ({ value: n, label: t("lastDays", { n }) }))} />}
      </div>
      {tier === "execution" ? <Execution worker={roles.some((r) => r === "engineer" || r === "partner")} /> : (
        <Suspense fallback={<p>{t("loading")}</p>}>{tier === "management" ? <Management days={Number(days)} /> : <Decision days={Number(days)} />}</Suspense>
      )}
    </div>
  );
}

/** The figures of my role, each opening its list; and my queue by deadline, the late ones first. */
function Execution({ worker }: { worker: boolean }) {
  const cards = useGet<Card[]>("/home");
  const filters = { assignee_id: "me", family: "waiting,working" };
  const mine = useGet<Page<OrderRow>>(`/orders?${toQuery({ ...filters, sort: "due", limit: "24" })}`);
  const newest = useGet<Page<OrderRow>>(worker ? null : "/orders?limit=12&open=true");
  useLive(() => { cards.reload(); mine.reload(); newest.reload(); });
  const deck = (title: string, list: string, of: typeof mine, empty: React.ReactNode) => (
    <section aria-label={title}>
      <div className="row"><h2 className="part">{title}</h2><a href={list} onClick={(e) => follow(e, list)}>{t("all")}</a></div>
      <Waiting of={of}>{({ items }) => (items.length === 0 ? <div className="soft">{empty}</div> : <div className="deck">{items.map((o) => <OrderCard key={o.id} o={o} open={follow} />)}</div>)}</Waiting>
    </section>
  );
  return (
    <>
      <Waiting of={cards}>{(found) => <Cards found={found} />}</Waiting>
      {worker && <p><a href="/field">{t("fieldPage")}</a></p>}
      {deck(t("myQueue"), `/app/orders?${toQuery({ ...filters, sort: "due" })}`, mine, <p>{t("noJobs")}</p>)}
      {!worker && deck(t("newest"), "/app/orders?open=true", newest, <p>{t("empty")}</p>)}
    </>
  );
}

export const Cards = ({ found }: { found: Card[] }) => (
  <div className="cards">
    {found.map((card) => {
      const to = `/app/orders?${toQuery(card.filter)}`;
      return (
        <a key={card.key} className={`figure ${card.key === "breached" && card.count ? "alert" : ""}`} href={to} onClick={(e) => follow(e, to)}>
          <b>{card.count}{card.capped ? "+" : ""}</b>
          {tl(words(card.label))}
        </a>
      );
    })}
  </div>
);
