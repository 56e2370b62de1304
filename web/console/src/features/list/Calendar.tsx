import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { Button, Segmented, Select } from "antd";
import { useRef } from "react";
import type { OrderDays, VocabularyField } from "@api/generated/types.gen";
import type { OrderRow } from "@api/types";
import "@i18n/areas/list";
import { locale, t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import { alarming, orderPath } from "@ui/order";
import { useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import type { Change, Filters } from "./address";

interface Props {
  filters: Filters;
  month: string;
  by: string;
  fields: VocabularyField[];
  set: (change: Change) => void;
  open: (event: React.MouseEvent, row: OrderRow) => void;
}
const two = (n: number) => String(n).padStart(2, "0");
export const iso = (d: Date): string => `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
const plus = (d: Date, days: number) => new Date(d.getFullYear(), d.getMonth(), d.getDate() + days);
export const monday = (d: Date): Date => plus(d, -((d.getDay() + 6) % 7));
/** "2026-03" is a month, "w2026-03-02" the week and "d2026-03-02" the day of that date: what is asked for, and the steps around it. */
export function span(month: string, today: Date): { kind: "month" | "week" | "day"; begin: Date; days: number; at: Date } {
  const kind = month.startsWith("w") ? "week" : month.startsWith("d") ? "day" : "month";
  const [y = today.getFullYear(), m = today.getMonth() + 1, d = 1] = month ? month.replace(/^[wd]/, "").split("-").map(Number) : [];
  const at = new Date(y, m - 1, d);
  if (kind === "week") return { kind, begin: monday(at), days: 7, at };
  if (kind === "day") return { kind, begin: at, days: 1, at };
  const begin = monday(at);
  const end = new Date(at.getFullYear(), at.getMonth() + 1, 1);
  return { kind, begin, days: Math.ceil((end.getTime() - begin.getTime()) / 86_400_000 / 7) * 7, at };
}
const address = (kind: string, d: Date) => (kind === "month" ? `${d.getFullYear()}-${two(d.getMonth() + 1)}` : `${kind[0]}${iso(d)}`);

/** Orders on their days: exact counts, the first few of each, everything else one press away. */
export default function Calendar({ filters, month, by, fields, set, open }: Props) {
  const today = new Date();
  const { kind, begin, days, at } = span(month, today);
  const what = by || "due";
  const found = useGet<OrderDays>(`/orders/calendar?${toQuery({ ...filters, by: what, from: iso(begin), days: String(days), per_day: kind === "month" ? "3" : "100" })}`);
  const table = useRef<HTMLTableElement>(null);
  const step = (n: number) => set({ month: address(kind, kind === "month" ? new Date(at.getFullYear(), at.getMonth() + n, 1) : plus(at, n * days)) });
  const lang = locale() === "en" ? "en-GB" : "zh-CN";
  const title = kind === "month" ? at.toLocaleDateString(lang, { year: "numeric", month: "long" }) : `${begin.toLocaleDateString(lang)}${kind === "week" ? ` – ${plus(begin, 6).toLocaleDateString(lang)}` : ""}`;
  const ofDay = (d: Date): Filters => (what.startsWith("field.") ? { [what]: `${iso(d)}..${iso(d)}` } : what === "created" ? { created_from: d.toISOString(), created_to: plus(d, 1).toISOString() } : { due_from: d.toISOString(), due_before: plus(d, 1).toISOString() });
  const keys = (event: React.KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 }[event.key];
    const cells = [...(table.current?.querySelectorAll<HTMLElement>("[data-day]") ?? [])];
    const now = cells.findIndex((c) => c === document.activeElement);
    if (!by || now < 0) return;
    event.preventDefault();
    const to = cells[now + by];
    if (to) to.focus();
    else step(Math.sign(by));
  };
  const weeks = Array.from({ length: Math.ceil(days / 7) }, (_, w) => Array.from({ length: Math.min(7, days) }, (_, d) => plus(begin, 7 * w + d)));
  const dates = fields.filter((f) => f.kind === "date" || f.kind === "instant");
  return (
    <section className="panel calendar" aria-label={t("layoutCalendar")}>
      <div className="row">
        <Button size="small" aria-label={t("calBefore")} icon={<LeftOutlined aria-hidden />} onClick={() => step(-1)} />
        <h2 aria-live="polite">{title}</h2>
        <Button size="small" aria-label={t("calAfter")} icon={<RightOutlined aria-hidden />} onClick={() => step(1)} />
        <Button size="small" onClick={() => set({ month: address(kind, today) })}>{t("presetToday")}</Button>
        <Segmented size="small" aria-label={t("layoutCalendar")} value={kind} onChange={(v) => set({ month: address(v, at) })} options={[{ value: "month", label: t("calMonth") }, { value: "week", label: t("calWeek") }, { value: "day", label: t("calDay") }]} />
        <Select size="small" aria-label={t("byDay")} popupMatchSelectWidth={false} value={what} onChange={(v) => set({ by: v === "due" ? "" : v })} options={[{ value: "due", label: t("due") }, { value: "created", label: t("created") }, ...dates.map((f) => ({ value: `field.${f.key}`, label: tl(f.label) }))]} />
      </div>
      <Waiting of={found}>
        {({ days: list, capped }) => (
          <>
            {capped && <p className="soft">{t("calendarCapped")}</p>}
            <div className="scroll" tabIndex={0} role="region" aria-label={title}>
              <table ref={table} className={`days ${kind}`} onKeyDown={keys}>
                <thead><tr>{weeks[0]?.map((d) => <th key={d.getDay()} scope="col">{d.toLocaleDateString(lang, { weekday: "short" })}</th>)}</tr></thead>
                <tbody>
                  {weeks.map((week) => (
                    <tr key={iso(week[0] ?? begin)}>
                      {week.map((d) => {
                        const day = list.find((x) => x.day === iso(d));
                        const rows = (day?.items ?? []) as unknown as OrderRow[];
                        return (
                          <td key={iso(d)} className={`${iso(d) === iso(today) ? "today" : ""} ${kind === "month" && d.getMonth() !== at.getMonth() ? "other" : ""}`}>
                            <button type="button" className="date" data-day={iso(d)} aria-current={iso(d) === iso(today) ? "date" : undefined} aria-label={`${d.toLocaleDateString(lang)} ${t("count", { n: day?.count ?? 0 })}`} onClick={() => set({ month: `d${iso(d)}` })}>{d.getDate()} {day && <b>{day.count}</b>}</button>
                            {rows.map((o) => <a key={o.id} className={`on-day ${alarming(o)}`} href={orderPath(o.id)} title={`${o.number} ${o.title}`} onClick={(e) => open(e, o)}>{alarming(o) === "breached" && <span className="hush">{t("sla_breached")} </span>}{o.title}</a>)}
                            {day && day.count > rows.length && <button type="button" className="link" onClick={() => set({ filters: { ...filters, ...ofDay(d) }, layout: "table" })}>{t("andMore", { n: day.count - rows.length })}</button>}
                          </td>
                        );
                      })}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </Waiting>
    </section>
  );
}
