// The address is the whole state of the list: filters by their API names, and beside them what is not a filter.
import { useMemo } from "react";
import { fromQuery, toQuery } from "@ui/format";
import { go, useAddress } from "../../parts/data";

const OWN = ["v", "sort", "layout", "group", "peek", "split", "by", "month"] as const;
type Own = (typeof OWN)[number];
export type Filters = Record<string, string>;

export interface ListState {
  filters: Filters;
  /** The saved view this began with ("mine" and the like are shipped ones). */
  v: string;
  sort: string;
  layout: string;
  group: string;
  peek: string;
  split: boolean;
  /** Of the calendar: by which day, and which month is shown. */
  by: string;
  month: string;
}
export type Change = Partial<Record<Own, string>> & { filters?: Filters };

export function read(query: string): ListState {
  const given = fromQuery(query);
  const own = (name: Own) => given[name] ?? "";
  const filters = Object.fromEntries(Object.entries(given).filter(([k, v]) => v !== "" && !(OWN as readonly string[]).includes(k)));
  return { filters, v: own("v"), sort: own("sort") || "-created", layout: own("layout") || "table", group: own("group"), peek: own("peek"), split: own("split") === "1", by: own("by"), month: own("month") };
}
export function write(state: ListState, change: Change = {}): string {
  const { filters, split, sort, layout, ...rest } = state;
  const text = toQuery({ ...(change.filters ?? filters), ...rest, sort: sort === "-created" ? "" : sort, layout: layout === "table" ? "" : layout, split: split ? "1" : "", ...without(change) });
  return text ? `/app/orders?${text}` : "/app/orders";
}
function without({ filters: _, ...own }: Change): Record<string, string> {
  const found: Record<string, string> = own;
  return { ...found, ...(found.sort === "-created" ? { sort: "" } : {}), ...(found.layout === "table" ? { layout: "" } : {}) };
}
/** The list's state and how to change it; `replace` leaves no step for Back. */
export function useListState(): [ListState, (change: Change, replace?: boolean) => void] {
  const { search } = useAddress();
  const state = useMemo(() => read(search), [search]);
  return [state, (change, replace = false) => go(write(state, change), replace)];
}
