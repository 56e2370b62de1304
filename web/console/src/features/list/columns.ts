// Which columns, in which order, how wide: remembered per person, and by a saved view.
import type { Vocabulary } from "@api/generated/types.gen";
import "@i18n/areas/list";
import { type Key, t, tl } from "@i18n/words";
import { usePref } from "../../parts/prefs";

export interface Col {
  key: string;
  label: string;
  width: number;
}
const BASE: [key: string, words: Key, width: number][] = [
  ["state", "state", 120], ["number", "number", 118], ["title", "title", 260], ["customer", "customer", 150], ["address", "address", 220], ["assignee", "assignee", 104], ["team", "team", 120],
  ["sla", "sla", 122], ["due", "dueAt", 110], ["priority", "priority", 72], ["updated", "updated", 106], ["created", "created", 110], ["blueprint", "blueprint", 130], ["channel", "channel", 96], ["waiting_on", "waitingOn", 110], ["tags", "tags", 150],
];
export const DEFAULT = ["state", "number", "title", "customer", "assignee", "sla", "priority", "updated"];
export const FROZEN_MOST = 4;
export const NARROWEST = 64;
export const WIDEST = 800;

export const columns = (known?: Vocabulary): Col[] => [
  ...BASE.map(([key, words, width]) => ({ key, label: key === "sla" ? t("filterSla") : t(words), width })),
  ...(known?.fields.filter((f) => !f.personal).map((f) => ({ key: `field.${f.key}`, label: tl(f.label), width: 150 })) ?? []),
];

export interface Look {
  columns: string[];
  widths: Record<string, number>;
  frozen: number;
}
const FRESH: Look = { columns: DEFAULT, widths: {}, frozen: 0 };
/** How I like my list. */
export const useLook = (): [Look, (look: Look) => void] => usePref<Look>("list.look", FRESH);
/** The chosen columns that exist, in their order. */
export function chosen(look: Look, all: Col[]): Col[] {
  const found = look.columns.flatMap((key) => all.filter((c) => c.key === key)).map((c) => ({ ...c, width: look.widths[c.key] ?? c.width }));
  return found.length ? found : chosen({ ...look, columns: DEFAULT }, all);
}
export function moved(keys: string[], key: string, step: number): string[] {
  const at = keys.indexOf(key);
  const to = Math.min(Math.max(at + step, 0), keys.length - 1);
  const rest = keys.filter((k) => k !== key);
  return at < 0 ? keys : [...rest.slice(0, to), key, ...rest.slice(to)];
}
