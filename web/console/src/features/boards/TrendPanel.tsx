import { App, Button, Segmented } from "antd";
import { lazy, Suspense, useState } from "react";
import "@i18n/areas/board";
import { t, tl } from "@i18n/words";
import { toQuery, when } from "@ui/format";
import { go, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { Opens } from "./Global";
import { type Trend, words } from "./types";
import { figure } from "./units";

const Chart = lazy(() => import("./Chart"));

/** One figure over time beside the period before: chart, table twin, copy. */
export function TrendPanel({ metric, by = "day", kind = "line", filters }: { metric: string; by?: "day" | "week"; kind?: "line" | "bar"; filters: Record<string, string> }) {
  const [step, setStep] = useState(by);
  const [look, setLook] = useState(kind);
  const [table, setTable] = useState(false);
  const { message } = App.useApp();
  const trend = useGet<Trend>(`/boards/trends?${toQuery({ metric, by: step, compare: "previous", ...filters })}`);
  const copy = (data: Trend) => {
    const rows = data.points.map((p, n) => [p.from, p.value ?? "", data.compared[n]?.value ?? "", p.orders.count].join("\t"));
    const head = [t("chartFrom"), t("chartThis"), t("chartBefore"), t("chartOrders")].join("\t");
    navigator.clipboard.writeText([head, ...rows].join("\n")).then(() => message.success(t("chartCopied")), () => setTable(true));
  };
  return (
    <section className="panel trend">
      <Waiting of={trend}>
        {(data) => {
          const label = tl(words(data.label));
          return (
            <>
              <div className="between">
                <h3>{label}</h3>
                <span className="row">
                  <Segmented<"line" | "bar"> size="small" aria-label={`${label} ${t("chartKind")}`} value={look} onChange={(v) => setLook(v)} options={[{ value: "line", label: t("chartLine") }, { value: "bar", label: t("chartBar") }]} />
                  <Segmented<"day" | "week"> size="small" aria-label={`${label} ${t("chartStep")}`} value={step} onChange={(v) => setStep(v)} options={[{ value: "day", label: t("chartDay") }, { value: "week", label: t("chartWeek") }]} />
                </span>
              </div>
              {[...data.points, ...data.compared].every((p) => !p.orders.count) ? <p className="soft chart">{t("nothingCounted")}</p> : <Suspense fallback={<div className="chart" />}>
                <Chart data={data} kind={look} open={(n) => { const p = data.points[n]; if (p) go(`/app/orders?${toQuery(p.orders.filter)}`); }} />
              </Suspense>}
              <div className="row">
                <Button size="small" aria-expanded={table} onClick={() => setTable(!table)}>{t("chartTable")}</Button>
                <Button size="small" onClick={() => copy(data)} aria-label={`${t("chartCopy")} ${label}`}>{t("chartCopy")}</Button>
                <span className="soft">{t("refreshedAt", { t: when(data.at) })}</span>
              </div>
              <p className="definition">{tl(words(data.definition))}</p>
              {table && (
                <div className="heat-box" tabIndex={0} role="region" aria-label={`${label} ${t("chartTable")}`}>
                  <table className="list">
                    <thead><tr>{(["chartFrom", "chartThis", "chartBefore", "chartOrders"] as const).map((k) => <th key={k} scope="col">{t(k)}</th>)}</tr></thead>
                    <tbody>
                      {data.points.map((p, n) => (
                        <tr key={p.from}><th scope="row">{p.from}</th><td>{figure(p.value, data.unit)}</td><td>{figure(data.compared[n]?.value, data.unit)}</td><td><Opens of={p.orders} name={`${label} ${p.from}`} /></td></tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </>
          );
        }}
      </Waiting>
    </section>
  );
}
