import { locale, t } from "@i18n/words";

const two = (n: number) => String(n).padStart(2, "0");

/** Minutes as "1:25" or "2 d 3 h". */
export function span(minutes: number): string {
  const m = Math.abs(Math.round(minutes));
  if (m >= 2880) return locale() === "en" ? `${Math.floor(m / 1440)} d` : `${Math.floor(m / 1440)} \u5929`;
  return `${Math.floor(m / 60)}:${two(m % 60)}`;
}
/** The words of an SLA chip: the word carries the meaning, the colour only repeats it. */
export function slaWords(state: string, due: string | null, waiting: string | null, now = Date.now()): string {
  if (state === "paused") return waiting ? `${t("sla_paused")} · ${t(`waiting_${waiting}` as "waiting_us")}` : t("sla_paused");
  if (!due) return t(`sla_${state}` as "sla_ok");
  const minutes = (Date.parse(due) - now) / 60_000;
  return minutes < 0 ? t("over", { t: span(minutes) }) : t("left", { t: span(minutes) });
}
export function when(iso: string | null): string {
  if (!iso) return "";
  const at = new Date(iso);
  const today = new Date();
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (at.toDateString() === today.toDateString()) return clock;
  const day = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return at.getFullYear() === today.getFullYear() ? `${day} ${clock}` : `${at.getFullYear()}-${day}`;
}
export const full = (iso: string | null) => (iso ? new Date(iso).toLocaleString(locale() === "en" ? "en-GB" : "zh-CN") : "");
/** True while an input method composes or a field has the focus: single-letter shortcuts keep quiet. */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement | null;
  const field = target?.closest("input,textarea,select,[contenteditable=true]");
  return event.isComposing || event.keyCode === 229 || (!!field && (field.checkVisibility?.() ?? true)); // a closed dialog's keeps the focus for a moment
}
/** Filters <-> URL. Empty values are left out; order is stable so that equal states have equal addresses. */
export const toQuery = (filters: Record<string, string>): string =>
  new URLSearchParams(Object.entries(filters).filter(([, v]) => v !== "").sort(([a], [b]) => a.localeCompare(b))).toString();
export const fromQuery = (query: string): Record<string, string> => Object.fromEntries(new URLSearchParams(query));
