import "@i18n/areas/board";
import { t } from "@i18n/words";

/** Minutes as people say them: "25 min", "3.5 h", "2.1 d". */
export function duration(minutes: number): string {
  if (minutes < 90) return t("unitMinutes", { n: Math.round(minutes) });
  if (minutes < 48 * 60) return t("unitHours", { n: round(minutes / 60) });
  return t("unitDays", { n: round(minutes / 1440) });
}
const round = (n: number) => (n >= 10 ? Math.round(n) : Math.round(n * 10) / 10);

/** A figure with its unit; a dash when there was nothing to count. */
export function figure(value: number | null | undefined, unit: string): string {
  if (value === null || value === undefined) return "\u2013";
  return unit === "minutes" ? duration(value) : unit === "percent" ? `${value}%` : String(value);
}
