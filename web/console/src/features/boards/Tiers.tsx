import type { BlueprintRow, Card, Family } from "@api/types";
import "@i18n/areas/board";
import { channelWords, t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import { StatePill } from "@ui/marks";
import { follow, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { Figures } from "./Figures";
import { Ages, counted, Opens, Steps } from "./Global";
import { Cards } from "./Home";
import { TrendPanel } from "./TrendPanel";
import { type Kpis, type Overall, type StepOut, words } from "./types";
import { useLive } from "./useLive";

const DAY = 86_400_000;
const iso = (at: Date) => `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`;
const since = (days: number) => iso(new Date(Date.now() - (days - 1) * DAY));

/** How the team stands: deadlines kept, backlog by state and age, what comes in, and which way it goes. */
export function Management({ days }: { days: number }) {
  const from = since(days);
  const cards = useGet<Card[]>("/home");
  const figures = useGet<Kpis>(`/boards/kpis?${toQuery({ from })}`);
  const steps = useGet<StepOut[]>(`/boards/steps?${toQuery({ from })}`);
  const overall = useGet<Overall>("/boards/global");
  useLive(() => { cards.reload(); overall.reload(); });
  return (
    <>
      <Waiting of={cards}>{(found) => <Cards found={found} />}</Waiting>
      <Waiting of={figures}>{(data) => <Figures data={data} only={["sla", "backlog", "first_response", "resolve", "first_time", "reopened"]} />}</Waiting>
      <div className="overall">
        <section className="panel wide-part" aria-labelledby="steps"><h3 id="steps">{t("slowestSteps", { n: days })}</h3><Waiting of={steps}>{(found) => <Steps steps={found} most={5} passed />}</Waiting></section>
        <TrendPanel metric="sla" filters={{ from }} />
        <TrendPanel metric="opened" kind="bar" filters={{ from }} />
        <section className="panel" aria-labelledby="backlog"><h3 id="backlog">{t("backlogByState")}</h3><Waiting of={overall}>{(data) => <Backlog data={data} />}</Waiting></section>
        <section className="panel" aria-labelledby="ages"><h3 id="ages">{t("ageing")}</h3><Waiting of={overall}>{(data) => <Ages data={data} />}</Waiting></section>
        <Mix by="blueprint" title={t("mixByKind")} from={from} />
        <Mix by="channel" title={t("mixByChannel")} from={from} />
      </div>
    </>
  );
}

/** Where the company goes: customers, response, volume by week. */
export function Decision({ days }: { days: number }) {
  const from = since(days);
  const weeks = { from: since(Math.max(days, 84)) };
  const figures = useGet<Kpis>(`/boards/kpis?${toQuery({ from })}`);
  return (
    <>
      <Waiting of={figures}>{(data) => <Figures data={data} only={["csat", "first_response", "resolve", "sla", "resolved", "opened"]} />}</Waiting>
      <div className="overall">
        <TrendPanel metric="csat" by="week" filters={weeks} />
        <TrendPanel metric="first_response" by="week" filters={weeks} />
        <TrendPanel metric="opened" by="week" kind="bar" filters={weeks} />
        <TrendPanel metric="resolved" by="week" kind="bar" filters={weeks} />
      </div>
    </>
  );
}

function Backlog({ data }: { data: Overall }) {
  const rows = data.states.map((s) => {
    const cells = data.heat.filter((c) => c.state === s.key);
    const count = cells.reduce((n, c) => n + c.orders.count, 0);
    return { s, of: { count, capped: cells.some((c) => c.orders.capped), filter: { open: "true", state: s.key } } };
  }).filter((r) => r.of.count > 0);
  const most = Math.max(1, ...rows.map((r) => r.of.count));
  return <ul className="bars-list">{rows.map(({ s, of }) => <li key={s.key}><StatePill family={s.family as Family} label={words(s.label)} cancelled={s.cancelled} /><i aria-hidden="true" className={`in-${s.family}`} style={{ inlineSize: `${(100 * of.count) / most}%` }} /><b><Opens of={of} name={tl(words(s.label))} /></b></li>)}</ul>;
}

/** What was opened, by a column of the orders; a bar each, since shares of a round cannot be compared by eye. */
function Mix({ by, title, from }: { by: "blueprint" | "channel"; title: string; from: string }) {
  const given = { opened_from: new Date(`${from}T00:00:00`).toISOString() };
  const mix = useGet<{ value: string; count: number }[]>(`/orders/figures?${toQuery({ ...given, by })}`);
  const kinds = useGet<BlueprintRow[]>("/blueprints");
  const name = (value: string) => (by === "channel" ? channelWords(value) : tl(words(kinds.data?.find((b) => b.key === value)?.name), value));
  return (
    <section className="panel" aria-label={title}>
      <h3>{title}</h3>
      <Waiting of={mix}>
        {(rows) => {
          const most = Math.max(1, ...rows.map((r) => r.count));
          return rows.length === 0 ? <p className="soft">{t("nothingCounted")}</p> : (
            <ul className="bars-list">
              {rows.slice(0, 8).map((r) => {
                const to = `/app/orders?${toQuery({ ...given, [by]: r.value })}`;
                return <li key={r.value}><span className="cut">{name(r.value)}</span><i aria-hidden="true" style={{ inlineSize: `${(100 * r.count) / most}%` }} /><b><a href={to} aria-label={`${name(r.value)} ${r.count}`} onClick={(e) => follow(e, to)}>{counted({ count: r.count, capped: false })}</a></b></li>;
              })}
            </ul>
          );
        }}
      </Waiting>
    </section>
  );
}
