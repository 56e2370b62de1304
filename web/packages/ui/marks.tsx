import { t, tl } from "@i18n/words";
import { full, slaWords } from "@ui/format";
import type { Family, Label } from "@api/types";

const ICONS: Record<string, string> = {
  waiting: "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Zm0 1.6a3.4 3.4 0 1 1 0 6.8 3.4 3.4 0 0 1 0-6.8Z",
  working: "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Zm0 .9v8.2a4.1 4.1 0 0 1 0-8.2Z",
  resolved: "M4.9 9.6 1.5 6.3l1.2-1.2 2.2 2.1 4.6-4.7 1.1 1.2-5.7 5.9Z",
  closed: "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Z",
  cancelled: "M2.4 1.3 6 4.9l3.6-3.6 1.1 1.1L7.1 6l3.6 3.6-1.1 1.1L6 7.1l-3.6 3.6-1.1-1.1L4.9 6 1.3 2.4l1.1-1.1Z",
  held: "M2.5 1.5h2.4v9H2.5v-9Zm4.6 0h2.4v9H7.1v-9Z",
  clock: "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1Zm.7 2v2.7l2 1.2-.7 1.2-2.7-1.6V3h1.4Z",
};
const Icon = ({ name }: { name: string }) => (
  <svg viewBox="0 0 12 12" aria-hidden="true" fill="currentColor">
    <path d={ICONS[name] ?? ICONS.waiting} />
  </svg>
);

/** A state: colour, icon and word together; hold is shown as such. */
export function StatePill({ family, label, cancelled, waiting }: { family: Family; label: Label | null; cancelled?: boolean; waiting?: string | null }) {
  const icon = waiting ? "held" : cancelled ? "cancelled" : family;
  return (
    <span className={`pill ${family}`}>
      <Icon name={icon} />
      {waiting ? `${t("held")} · ${t(`waiting_${waiting}` as "waiting_us")}` : tl(label, t(`family_${family}`))}
    </span>
  );
}

/** A deadline: outlined, with a clock, never mistaken for a state. Red is for what can still be acted on; afterwards the word alone says it. */
export function SlaChip({ state, due, waiting, family }: { state: string; due: string | null; waiting?: string | null; family: Family }) {
  if (state === "none") return null;
  const over = family === "resolved" || family === "closed";
  return (
    <span className={`chip ${over ? "" : state}`} title={full(due)}>
      <Icon name="clock" />
      {over && state === "breached" ? t("sla_missed") : state === "breached" && !due ? t("sla_breached") : slaWords(state, due, waiting ?? null)}
    </span>
  );
}

/** Urgency: as many bars as it is urgent, the first two also in a colour (red and orange: they ask for action), the word beside them. */
export function Priority({ value }: { value: number }) {
  return (
    <span className={`prio p${value}`}>
      <span className="bars" aria-hidden="true">
        {[1, 2, 3, 4].map((n) => (
          <i key={n} className={n <= 5 - value ? "on" : ""} style={{ height: 3 * n }} />
        ))}
      </span>
      P{value}
    </span>
  );
}
