import type { Known } from "../../parts/keys";

/** What stands in the way of giving `keys` to an action: "browser", another action that works on the same page, or nothing. */
export function clash(of: Known, keys: string, known: readonly Known[], keysOf: (k: Known) => string[]): Known | "browser" | undefined {
  if (/(^|\+)(mod|alt)\+/.test(`+${keys}`) || /^(F\d+|Tab|Backspace)$/.test(keys)) return "browser";
  return known.find((k) => k.id !== of.id && (k.page === of.page || !k.page || !of.page) && keysOf(k).includes(keys));
}
