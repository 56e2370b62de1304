import "@i18n/areas/board";
import { t, tl } from "@i18n/words";
import { toQuery, when } from "@ui/format";
import { StatePill } from "@ui/marks";
import type { Family } from "@api/types";
import { follow, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { type Counted, type Overall, type StepOut, words } from "./types";
import { duration } from "./units";
import { useLive } from "./useLive";

export const counted = (c: Pick<Counted, "count" | "capped">): string => `${c.count}${c.capped ? "+" : ""}`;
/** A number that opens the orders it counts. */
export const Opens = ({ of, name, children }: { of: Counted; name: string; children?: React.ReactNode }) => {
  const to = `/app/orders?${toQuery(of.filter)}`;
  return <a href={to} aria-label={`${name} ${counted(of)}`} onClick={(e) => follow(e, to)}>{children ?? counted(of)}</a>;
};

/** All states of all teams, how old the work is, what will be late, and where it gets stuck. */
export default function Global({ filters }: { filters: Record<string, string> }) {
  const board = useGet<Overall>(`/boards/global?${toQuery(filters)}`);
  useLive(board.reload);
  return (
    <Waiting of={board}>
      {(data) => (
        <>
          <div className="cards">
            <Figure of={data.open} name={t("openOnes")} />
            <Figure of={data.at_risk} name={t("riskSoon", { n: data.risk_hours })} look="near" />
            <Figure of={data.breached} name={t("sla_breached")} look="alert" />
          </div>
          <div className="overall">
            <section className="panel" aria-labelledby="heat"><h2 id="heat" className="part">{t("heatMap")}</h2><Heat data={data} /></section>
            <section className="panel" aria-labelledby="ages"><h2 id="ages" className="part">{t("ageing")}</h2><Ages data={data} /></section>
            <section className="panel wide-part" aria-labelledby="steps"><h2 id="steps" className="part">{t("slowSteps")}</h2><Steps steps={data.steps} /></section>
          </div>
          <p className="soft">{t("dataAt", { t: when(data.at) })}</p>
        </>
      )}
    </Waiting>
  );
}

export function Figure({ of, name, look = "" }: { of: Counted; name: string; look?: string }) {
  const to = `/app/orders?${toQuery(of.filter)}`;
  return <a className={`figure ${of.count ? look : ""}`} href={to} onClick={(e) => follow(e, to)}><b>{counted(of)}</b>{name}</a>;
}

/** Counts as colours, and as numbers: the deeper the ground, the more orders; the family's colour, never red. */
export function Heat({ data, plain = false }: { data: Overall; plain?: boolean }) {
  const cell = new Map(data.heat.map((c) => [`${c.state} ${c.team_id ?? ""}`, c.orders]));
  const most = Math.max(1, ...data.heat.map((c) => c.orders.count));
  const states = data.states.filter((s) => data.heat.some((c) => c.state === s.key));
  return (
    <div className="heat-box" tabIndex={plain ? undefined : 0} role="region" aria-label={t("heatMap")}>
      <table className="heat">
        <thead><tr><th scope="col">{t("state")}</th>{data.teams.map((team) => <th key={team.id ?? ""} scope="col">{team.name || t("noTeam")}</th>)}<th scope="col">{t("sum")}</th></tr></thead>
        <tbody>
          {states.map((s) => (
            <tr key={s.key}>
              <th scope="row"><StatePill family={s.family as Family} label={words(s.label)} cancelled={s.cancelled} /></th>
              {data.teams.map((team) => {
                const of = cell.get(`${s.key} ${team.id ?? ""}`);
                const name = `${tl(words(s.label))} ${team.name || t("noTeam")}`;
                return <td key={team.id ?? ""} className={`heat-${s.family}`} style={{ "--heat": `${of ? 6 + Math.round((30 * of.count) / most) : 0}%` } as React.CSSProperties}>{!of ? <span aria-label={`${name} 0`}>0</span> : plain ? counted(of) : <Opens of={of} name={name} />}</td>;
              })}
              <td className="sum">{data.heat.filter((c) => c.state === s.key).reduce((n, c) => n + c.orders.count, 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Ages({ data, plain = false }: { data: Overall; plain?: boolean }) {
  const most = Math.max(1, ...data.ages.map((b) => b.orders.count));
  return (
    <ul className="bars-list">
      {data.ages.map((b) => {
        const name = t(`age_${b.from_hours}` as "age_0");
        return <li key={b.from_hours}><span>{name}</span><i aria-hidden="true" style={{ inlineSize: `${(100 * b.orders.count) / most}%` }} />{plain ? <b>{counted(b.orders)}</b> : <b><Opens of={b.orders} name={name} /></b>}</li>;
      })}
    </ul>
  );
}

/** Steps, the one furthest beyond its usual time first. `passed`: of a period, else those waiting now; `plain`: without links. */
export function Steps({ steps, plain = false, passed = false, most = plain ? 5 : 20 }: { steps: StepOut[]; plain?: boolean; passed?: boolean; most?: number }) {
  if (steps.length === 0) return <p className="soft">{t(passed ? "noPassed" : "noSteps")}</p>;
  const heads = ["stepName", passed ? "stepPassed" : "stepOrders", passed ? "stepTook" : "stepMedian", "stepUsual", "stepRatio"] as const;
  return (
    <div className="heat-box" tabIndex={plain ? undefined : 0} role="region" aria-label={t("slowSteps")}>
      <table className="list">
        <thead><tr>{heads.map((k) => <th key={k} scope="col">{t(k)}</th>)}</tr></thead>
        <tbody>
          {steps.slice(0, most).map((s, n) => {
            const name = tl(words(s.label));
            return (
              <tr key={`${s.blueprint} ${s.step}`}>
                <th scope="row">{plain ? name : <Opens of={s.orders} name={name}>{name}</Opens>}{n === 0 && (s.ratio ?? 0) > 1 && <span className="chip near">{t("bottleneck")}</span>}</th>
                <td>{plain ? counted(s.orders) : <Opens of={s.orders} name={name} />}</td>
                <td>{duration(s.waiting_minutes)}</td>
                <td>{s.usual_minutes === null || s.usual_minutes === undefined ? "\u2013" : duration(s.usual_minutes)}</td>
                <td>{s.ratio === null || s.ratio === undefined ? "\u2013" : `\u00d7${s.ratio}`}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
