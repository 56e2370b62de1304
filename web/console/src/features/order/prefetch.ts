// What the order page needs, read while a person still looks at the list: opening it then shows at once.
import { readAhead } from "../../parts/data";

const ahead = new Map<string, number>();
/** Call when an order has the focus or the pointer rests on it; at most once in ten seconds for an order. */
export function prefetchOrder(id: string): void {
  if (Date.now() - (ahead.get(id) ?? 0) < 10_000) return;
  ahead.set(id, Date.now());
  void import("./Order");
  readAhead(`/orders/${id}`);
}
