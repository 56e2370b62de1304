import { get } from "@api/client";
import type { OrderRow, Page } from "@api/types";

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
/** The next (1) or previous (-1) order of the list; undefined at its end. Without a list: among the open ones, newest first. */
export async function neighbour(id: string, by: 1 | -1): Promise<string | undefined> {
  let ids = around()?.ids ?? [];
  if (!ids.includes(id)) {
    ids = (await get<Page<OrderRow>>("/orders?open=true&limit=200")).items.map((o) => o.id);
    if (!ids.includes(id)) return by > 0 ? ids[0] : undefined;
    setAround({ ids, back: "/app/orders?open=true" });
  }
  return ids[ids.indexOf(id) + by];
}
