// Every word of the faces, Chinese first, English complete. A word lives in the area that says it; a file that says words of an
// area imports it (`import "@i18n/areas/list"`), so that a page loads the words it shows. tools/check.mjs finds a forgotten import.
import type { access } from "./areas/access";
import { base } from "./areas/base";
import type { blueprints } from "./areas/blueprints";
import type { board } from "./areas/board";
import type { create } from "./areas/create";
import type { field } from "./areas/field";
import type { help } from "./areas/help";
import type { inbox } from "./areas/inbox";
import type { list } from "./areas/list";
import type { live } from "./areas/live";
import type { masters } from "./areas/masters";
import type { order } from "./areas/order";
import type { shell } from "./areas/shell";
import type { start } from "./areas/start";

type Words = Readonly<Record<string, readonly [zh: string, en: string]>>;
export type Key =
  | keyof typeof access
  | keyof typeof base
  | keyof typeof blueprints
  | keyof typeof board
  | keyof typeof create
  | keyof typeof field
  | keyof typeof help
  | keyof typeof inbox
  | keyof typeof list
  | keyof typeof live
  | keyof typeof masters
  | keyof typeof order
  | keyof typeof shell
  | keyof typeof start;
export type Locale = "zh" | "en";

const known = new Map<string, readonly [string, string]>(Object.entries(base));
/** Called by each area as it is loaded. */
export function teach(words: Words): void {
  for (const [key, both] of Object.entries(words)) known.set(key, both);
}
let current: Locale = localStorage.getItem("gongdan.locale") === "en" ? "en" : "zh";
export const locale = (): Locale => current;
export const setLocale = (value: Locale) => {
  current = value;
  localStorage.setItem("gongdan.locale", value);
  document.documentElement.lang = value === "en" ? "en" : "zh-CN";
};
/** A word with its values put in. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const text = known.get(key)?.[current === "en" ? 1 : 0] ?? key;
  return Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, String(value)), text);
}
/** A word whose key is only known at run time; undefined when there is none. */
export const maybe = (key: string): string | undefined => (known.has(key) ? t(key as Key) : undefined);
export const channelWords = (channel: string): string => maybe(`channel_${channel}`) ?? channel;
/** Who did it, in words: a person's name, or what of the system. */
export const actorWords = (kind: string, name: string): string => (kind === "system" ? `\u2699 ${maybe(`actor_${name}`) ?? t("actor_system")}` : name);
export const tl = (label: { zh: string; en: string } | null | undefined, fallback = ""): string => (label ? label[current] : fallback);
