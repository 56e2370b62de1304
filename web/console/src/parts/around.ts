// The list a person came from: `]` on an order goes to the next one of it without going back.
const KEY = "gongdan.around";

export interface Around {
  ids: string[];
  /** The address of the list. */
  back: string;
}
export function setAround(around: Around): void {
  sessionStorage.setItem(KEY, JSON.stringify({ ...around, ids: around.ids.slice(0, 5_000) }));
}
export function around(): Around | undefined {
  const kept = sessionStorage.getItem(KEY);
  return kept ? (JSON.parse(kept) as Around) : undefined;
}
/** The order `step` places after (before, when negative) `id` in the list; undefined at its ends, or when it is not of that list. */
export function neighbour(id: string, step: number): string | undefined {
  const ids = around()?.ids ?? [];
  const at = ids.indexOf(id);
  return at < 0 ? undefined : ids[at + step];
}
