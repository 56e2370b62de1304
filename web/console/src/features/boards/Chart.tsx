import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use as register } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef, useState } from "react";
import "@i18n/areas/board";
import { t, tl } from "@i18n/words";
import { type Trend, words } from "./types";
import { figure } from "./units";

register([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);
const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const scaled = (value: number | null | undefined, unit: string) => (value === null || value === undefined ? null : unit === "minutes" ? Math.round((value / 60) * 100) / 100 : value);
const short = (day: string) => day.slice(5);

function options(data: Trend, kind: "line" | "bar") {
  const [text, soft, line, main, before] = ["text", "soft", "line", "blue-dot", "grey-dot"].map(token);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const value = (n: number | null) => figure(n === null ? null : data.unit === "minutes" ? n * 60 : n, data.unit);
  const series = (points: Trend["points"], name: string, color: string | undefined, dashed: boolean) => ({
    name, type: kind, color, data: points.map((p) => scaled(p.value, data.unit)), connectNulls: false, symbol: dashed ? "emptyCircle" : "circle", symbolSize: 5,
    // the two periods differ in stroke and mark, not in colour alone: they can be told apart on grey paper
    lineStyle: { type: dashed ? "dashed" : "solid", width: 2 }, itemStyle: dashed && kind === "bar" ? { opacity: 0.45 } : {}, barMaxWidth: 18,
  });
  return {
    animation: !calm, animationDuration: 200, textStyle: { color: text }, grid: { left: 8, right: 12, top: 32, bottom: 4, containLabel: true },
    legend: { top: 0, right: 0, textStyle: { color: soft }, itemHeight: 8 },
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: token("panel"), borderColor: line, textStyle: { color: text, fontSize: 12 }, valueFormatter: value, confine: true },
    xAxis: { type: "category", data: data.points.map((p) => short(p.from)), axisLabel: { color: soft }, axisLine: { lineStyle: { color: line } } },
    yAxis: { type: "value", axisLabel: { color: soft, formatter: (n: number) => value(n) }, splitLine: { lineStyle: { color: line } }, minInterval: data.unit === "orders" ? 1 : undefined },
    series: [series(data.points, t("chartThis"), main, false), ...(data.compared.length ? [series(data.compared, t("chartBefore"), before, true)] : [])],
  };
}

/** A line or bar chart in the colours of the theme; arrow keys read it point by point, Enter opens the orders behind a point. */
export default function Chart({ data, kind, open }: { data: Trend; kind: "line" | "bar"; open: (point: number) => void }) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof init>>(undefined);
  const [at, setAt] = useState(-1);
  const opens = useRef(open);
  opens.current = open;
  useEffect(() => {
    if (!box.current) return;
    const made = init(box.current, undefined, { renderer: "svg" });
    chart.current = made;
    made.on("click", (e) => opens.current(e.dataIndex));
    const size = new ResizeObserver(() => made.resize());
    size.observe(box.current);
    return () => {
      size.disconnect();
      made.dispose();
    };
  }, []);
  useEffect(() => {
    const draw = () => chart.current?.setOption(options(data, kind) as never, true);
    draw();
    const theme = new MutationObserver(draw);
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    return () => theme.disconnect();
  }, [data, kind]);
  const press = (event: React.KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (event.key === "Enter" && at >= 0) return open(at);
    if (!by) return;
    event.preventDefault();
    const next = Math.min(Math.max((at < 0 ? (by > 0 ? -1 : data.points.length) : at) + by, 0), data.points.length - 1);
    setAt(next);
    chart.current?.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: next });
  };
  const values = data.points.map((p) => p.value).filter((v): v is number => v !== null && v !== undefined);
  const label = t("chartWords", { label: tl(words(data.label)), from: data.points[0]?.from ?? "", to: data.points.at(-1)?.to ?? "", low: figure(values.length ? Math.min(...values) : null, data.unit), high: figure(values.length ? Math.max(...values) : null, data.unit) });
  const point = data.points[at];
  return (
    <>
      <div ref={box} className="chart" role="img" aria-label={label} tabIndex={0} onKeyDown={press} onBlur={() => { setAt(-1); chart.current?.dispatchAction({ type: "hideTip" }); }} />
      <div className="hidden" role="status" aria-live="polite">{point ? `${point.from}: ${figure(point.value, data.unit)}` : ""}</div>
    </>
  );
}
