// Every filter the server knows, how it is said, and how its value is chosen. What is not here is shown as it stands.
import type { FormField, Label, Option, OrderRow } from "@api/types";
import type { Vocabulary, VocabularyField } from "@api/generated/types.gen";
import "@i18n/areas/list";
import { channelWords, type Key, maybe, t, tl } from "@i18n/words";
import { when } from "@ui/format";
import { leaves } from "../../parts/values";
import type { Filters } from "./address";

export type Kind = "choice" | "person" | "team" | "customer" | "range" | "numbers" | "days" | "text" | "yes" | "fixed";
export interface Def {
  key: string;
  /** The parameters it stands for: one, or the two ends of a range. */
  params: string[];
  label: string;
  kind: Kind;
  options?: { value: string; label: string }[];
  /** The one value it can have. */
  only?: string;
}
const words = (prefix: string, values: string[]) => values.map((v) => ({ value: v, label: t(`${prefix}_${v}` as Key) }));
const FIXED: [string, Key][] = [["asset_id", "filterAsset"], ["site_id", "filterSite"], ["org_unit_id", "filterUnit"], ["bbox", "filterBox"], ["id", "filterIds"], ["external_key", "filterExternal"]];

/** The filters of the list; with the vocabulary also states, kinds and custom fields. */
export function catalog(known?: Vocabulary, kinds: { key: string; label: string }[] = []): Def[] {
  const one = (key: string, label: Key, kind: Kind, options?: Def["options"]): Def => ({ key, params: [key], label: t(label), kind, ...(options ? { options } : {}) });
  const range = (key: string, label: Key, params: string[]): Def => ({ key, params, label: t(label), kind: "range" });
  const steps = known?.steps.map((s) => ({ value: s.key, label: tl(s.label) })) ?? [];
  return [
    one("state", "state", "choice", known?.states.map((s) => ({ value: s.key, label: tl(s.label) })) ?? []),
    one("family", "filterFamily", "choice", words("family", ["waiting", "working", "resolved", "closed"])),
    one("assignee_id", "filterAssignee", "person"),
    one("team_id", "team", "team"),
    one("priority", "priority", "choice", words("priority", ["1", "2", "3", "4"])),
    range("due", "due", ["due_from", "due_before"]),
    one("sla", "filterSla", "choice", words("sla", ["ok", "near", "breached", "paused", "met"])),
    one("waiting_on", "waitingOn", "choice", words("waiting", ["customer", "parts", "vendor", "us"])),
    one("open", "filterOpen", "yes"),
    one("customer_id", "customer", "customer"),
    one("tag", "tags", "text"),
    one("blueprint", "blueprint", "choice", kinds.map((k) => ({ value: k.key, label: k.label }))),
    one("channel", "channel", "choice", ["console", "phone", "web", "wechat", "email", "import", "api"].map((c) => ({ value: c, label: channelWords(c) }))),
    range("created", "created", ["created_from", "created_to"]),
    range("opened", "filterOpened", ["opened_from", "opened_to"]),
    range("updated", "updated", ["updated_from"]),
    range("closed", "closedAt", ["closed_from"]),
    range("resolved", "filterResolved", ["resolved_from", "resolved_to"]),
    one("step", "filterStep", "choice", steps),
    { ...one("passed", "filterPassed", "fixed"), options: steps },
    { ...one("reopened", "filterReopened", "yes"), only: "true" },
    { ...one("first_time", "filterFirstTime", "yes"), only: "true" },
    one("rating", "filterRating", "choice", ["1", "2", "3", "4", "5"].map((n) => ({ value: n, label: `${n} ★` }))),
    one("created_by", "createdBy", "person"),
    { ...one("watching", "watching", "yes"), only: "me" },
    one("q", "filterWords", "text"),
    ...FIXED.map(([key, label]) => one(key, label, "fixed")),
    ...(known?.fields.map(custom) ?? []),
  ];
}
const NUMBERS = new Set(["number", "integer", "decimal", "money", "percent", "duration", "rating"]);
function custom(f: VocabularyField): Def {
  const options = f.kind === "tree" ? leaves(f.options as unknown as Option[]) : f.options.map((o) => ({ value: String(o.value), label: tl(o.label as Label, String(o.value)) }));
  const kind: Kind = f.kind === "boolean" ? "yes" : f.kind === "date" || f.kind === "instant" ? "days" : NUMBERS.has(f.kind) ? "numbers" : options.length ? "choice" : "text";
  return { key: `field.${f.key}`, params: [`field.${f.key}`], label: tl(f.label), kind, options };
}
export const asField = (f: VocabularyField): FormField => ({ key: f.key, kind: f.kind, label: f.label, options: f.options as unknown as Option[] });

/** What is set, in the order of the address; a filter nobody knows gets a definition that says so. */
export function present(filters: Filters, defs: Def[]): { def: Def; unknown: boolean }[] {
  const found = new Map<string, { def: Def; unknown: boolean }>();
  for (const name of Object.keys(filters)) {
    const def = defs.find((d) => d.params.includes(name));
    found.set(def?.key ?? name, { def: def ?? { key: name, params: [name], label: name, kind: "text" }, unknown: !def });
  }
  return [...found.values()];
}
export const cleared = (filters: Filters, def: Def): Filters => Object.fromEntries(Object.entries(filters).filter(([k]) => !def.params.includes(k)));

export interface Preset {
  words: Key;
  ends: [string, string];
}
const AHEAD: Preset[] = [
  { words: "presetOver", ends: ["", "now"] }, { words: "presetToday", ends: ["today", "today+1d"] }, { words: "presetTomorrow", ends: ["today+1d", "today+2d"] },
  { words: "presetWeek", ends: ["week", "week+1w"] }, { words: "presetNext7", ends: ["today", "today+7d"] }, { words: "presetMonth", ends: ["month", "month+1mo"] },
];
const BACK: Preset[] = [
  { words: "presetToday", ends: ["today", "today+1d"] }, { words: "presetYesterday", ends: ["today-1d", "today"] }, { words: "presetWeek", ends: ["week", "week+1w"] },
  { words: "presetLast7", ends: ["today-6d", "today+1d"] }, { words: "presetMonth", ends: ["month", "month+1mo"] }, { words: "presetLast30", ends: ["today-29d", "today+1d"] },
];
const ONE_END: Preset[] = [{ words: "presetToday", ends: ["today", ""] }, { words: "presetWeek", ends: ["week", ""] }, { words: "presetLast7", ends: ["today-6d", ""] }, { words: "presetMonth", ends: ["month", ""] }, { words: "presetLast30", ends: ["today-29d", ""] }];
export const presets = (def: Def): Preset[] => (def.key === "due" || def.kind === "days" ? AHEAD : def.params.length === 2 ? BACK : ONE_END);

/** A range as its two ends. Of custom days the upper one is meant whole: "today..today" is today. */
export function ends(def: Def, filters: Filters): [string, string] {
  if (def.kind !== "days" && def.kind !== "numbers") return [filters[def.params[0] ?? ""] ?? "", filters[def.params[1] ?? ""] ?? ""];
  const [low = "", high = low] = (filters[def.key] ?? "").split("..");
  return [low, high];
}
export function withEnds(filters: Filters, def: Def, [low, high]: [string, string]): Filters {
  const rest = cleared(filters, def);
  const [first = "", second = ""] = def.params;
  const set: Filters = def.kind === "days" || def.kind === "numbers" ? (low || high ? { [first]: `${low}..${high}` } : {}) : { [first]: low, ...(second ? { [second]: high } : {}) };
  return Object.fromEntries(Object.entries({ ...rest, ...set }).filter(([, v]) => v !== ""));
}
/** The presets of custom days end a day earlier, as their upper end is meant whole. */
export const presetEnds = (def: Def, p: Preset): [string, string] => (def.kind === "days" ? DAYS[p.words] ?? p.ends : p.ends);
const DAYS: Partial<Record<Key, [string, string]>> = { presetOver: ["", "today-1d"], presetToday: ["today", "today"], presetTomorrow: ["today+1d", "today+1d"], presetWeek: ["week", "week+6d"], presetNext7: ["today", "today+6d"], presetMonth: ["month", "month+30d"] };

const instant = (v: string) => (/^\d{4}-/.test(v) ? when(v) : v.replace(/^(now|today|week|month)/, (w) => maybe(`day_${w}`) ?? w));
/** A filter in words, as far as its value is known here; `names` knows ids (people, teams, customers). */
export function said(def: Def, filters: Filters, names: Record<string, string>): string {
  const value = filters[def.key] ?? "";
  if (def.kind === "range" || def.kind === "days" || def.kind === "numbers") {
    const [low, high] = ends(def, filters);
    const preset = def.kind === "numbers" ? undefined : presets(def).find((p) => String(presetEnds(def, p)) === `${low},${high}`);
    if (preset) return def.key === "due" ? t(`due${preset.words.slice(6)}` as Key) : `${def.label} ${t(preset.words)}`;
    return `${def.label} ${low && high && low !== high ? `${instant(low)} – ${instant(high)}` : low && low === high ? instant(low) : low ? `≥ ${instant(low)}` : `< ${instant(high)}`}`;
  }
  if (def.key === "open") return t(value === "true" ? "openOnly" : "family_closed");
  if (def.only) return def.label;
  if (def.kind === "yes") return `${def.label} ${t("filterIs")} ${t(value === "true" ? "yes" : "no")}`;
  if (def.key === "assignee_id" && value === "none") return t("unassigned");
  if (def.key === "tag") return value.split(",").map((v) => `#${v}`).join(" ");
  const [, step = "", low = "", high = ""] = (def.key === "passed" && /^(.+)@(.+)\.\.(.+)$/.exec(value)) || [];
  if (step) return `${def.label} ${def.options?.find((o) => o.value === step)?.label ?? step} ${instant(low)} – ${instant(high)}`;
  if (def.key === "bbox" || def.key === "id") return def.label;
  const one = (v: string) => def.options?.find((o) => o.value === v)?.label ?? (v === "me" ? t("filterMe") : v === "none" ? t("none") : names[v] ?? (def.kind === "fixed" || def.kind === "person" || def.kind === "team" || def.kind === "customer" ? "…" : v));
  return `${def.label} ${t("filterIs")} ${value.split(",").map(one).join(` ${t("or")} `)}`;
}
/** Names of ids that stand on the rows already. */
export function namesOf(rows: OrderRow[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const o of rows) {
    if (o.assignee_id && o.assignee_name) found[o.assignee_id] = o.assignee_name;
    if (o.team_id && o.team_name) found[o.team_id] = o.team_name;
    if (o.customer_id && o.customer_name) found[o.customer_id] = o.customer_name;
  }
  return found;
}
