// Views that come with the product: in code, so that they improve with it. People hide them; they do not belong to anybody.
import "@i18n/areas/list";
import { type Key, t } from "@i18n/words";
import { me } from "../../parts/data";
import type { Filters } from "./address";

export interface Shipped {
  id: string;
  words: Key;
  filters: Filters;
  sort: string;
}
const ALL: Shipped[] = [
  { id: "mine", words: "viewMine", filters: { assignee_id: "me", open: "true" }, sort: "due" },
  { id: "unassigned", words: "viewUnassigned", filters: { assignee_id: "none", family: "waiting" }, sort: "priority" },
  { id: "today", words: "viewToday", filters: { due_from: "today", due_before: "today+1d", open: "true" }, sort: "due" },
  { id: "breached", words: "viewBreached", filters: { sla: "breached", family: "waiting,working" }, sort: "due" },
  { id: "customer", words: "viewCustomer", filters: { waiting_on: "customer", open: "true" }, sort: "-updated" },
  { id: "parts", words: "viewParts", filters: { waiting_on: "parts", open: "true" }, sort: "-updated" },
  { id: "recent", words: "viewRecent", filters: {}, sort: "-updated" },
];
const BY_ROLE: Record<string, string[]> = {
  agent: ["mine", "unassigned", "today", "breached", "customer", "recent"],
  dispatcher: ["unassigned", "breached", "today", "parts", "customer", "mine", "recent"],
  engineer: ["mine", "today", "customer", "parts", "recent"],
  partner: ["mine", "today", "customer", "parts", "recent"],
};
/** The shipped views of my role, in its order. */
export function shipped(): Shipped[] {
  const order = (me()?.roles ?? []).map((r) => BY_ROLE[r]).find(Boolean) ?? ALL.map((v) => v.id);
  return order.flatMap((id) => ALL.filter((v) => v.id === id));
}
export const shippedView = (id: string): Shipped | undefined => ALL.find((v) => v.id === id);
export const shippedWords = (v: Shipped): string => t(v.words);
