// Which orders stand before and after one in the list a person came from.
import { get } from "@api/client";
import type { OrderRow, Page } from "@api/types";

const KEY = "gongdan.list.ids";
/** Called by a list with the ids it shows, in their order. */
export function rememberList(ids: string[]): void {
  sessionStorage.setItem(KEY, JSON.stringify(ids.slice(0, 2000)));
}
/** The next (1) or previous (-1) order; undefined at the end. Without a list: among the open ones, newest first. */
export async function neighbour(id: string, by: 1 | -1): Promise<string | undefined> {
  let ids = JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as string[];
  if (!ids.includes(id)) {
    ids = (await get<Page<OrderRow>>("/orders?open=true&limit=200")).items.map((o) => o.id);
    if (!ids.includes(id)) return by > 0 ? ids[0] : undefined;
    rememberList(ids);
  }
  return ids[ids.indexOf(id) + by];
}
