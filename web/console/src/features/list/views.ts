// Which saved view the list shows, whether it differs from it, and what can be done about that.
import { useMemo } from "react";
import type { Look as SavedLook } from "@api/generated/types.gen";
import { patch, post, remove } from "@api/client";
import type { ViewOut } from "@api/types";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { toQuery } from "@ui/format";
import { go, may, me, useGet } from "../../parts/data";
import { usePref } from "../../parts/prefs";
import { offerUndo } from "../../parts/undo";
import { type Filters, type ListState, write } from "./address";
import { DEFAULT, type Look } from "./columns";
import { shipped, shippedView, shippedWords } from "./shipped";

export interface Now {
  filters: Filters;
  sort: string;
  columns: string[];
  look: SavedLook;
}
const NONE: string[] = [];
/** What a view would keep of the list as it is. */
export function now(state: ListState, look: Look, density: string): Now {
  const layout = state.layout === "calendar" || state.layout === "map" ? state.layout : "table";
  return { filters: state.filters, sort: state.sort, columns: look.columns, look: { layout, group: state.group, density: density as "", widths: look.widths, frozen: look.frozen } };
}
const same = (a: object, b: object) => JSON.stringify(a) === JSON.stringify(b);
export function modified(view: ViewOut, n: Now): boolean {
  const columns = view.columns.length ? view.columns : DEFAULT;
  const look = view.look ?? {};
  return toQuery(view.filters) !== toQuery(n.filters) || view.sort !== n.sort || !same(columns, n.columns) || (look.layout ?? "table") !== n.look.layout || (look.group ?? "") !== n.look.group || (look.frozen ?? 0) !== n.look.frozen || !same(look.widths ?? {}, n.look.widths ?? {}) || (!!look.density && look.density !== n.look.density);
}
const EMPTY = { layout: "table", group: "", peek: "", split: false, by: "", month: "" };
/** The address of a view. */
export const viewAddress = (v: ViewOut): string => write({ ...EMPTY, v: v.id, filters: v.filters, sort: v.sort, layout: v.look?.layout ?? "table", group: v.look?.group ?? "" });
export const shippedAddress = (id: string): string => {
  const v = shippedView(id);
  return v ? write({ ...EMPTY, v: v.id, filters: v.filters, sort: v.sort }) : "/app/orders?v=all";
};

export function useViews(state: ListState) {
  const views = useGet<ViewOut[]>("/views");
  const [hidden, setHidden] = usePref<string[]>("list.hidden", NONE);
  const [standard, setStandard] = usePref("list.default", "");
  const on = views.data?.find((v) => v.id === state.v);
  const built = shippedView(state.v);
  const name = on?.name ?? (built ? shippedWords(built) : t("orders"));
  const mine = (v: ViewOut) => v.owner_id === me()?.id || may("order.share_view");
  return useMemo(() => ({
    list: views.data ?? [], built, on, name, hidden, standard, setHidden, setStandard, mine,
    reload: views.reload,
    save: async (view: ViewOut, n: Now) => {
      await patch(`/views/${view.id}`, n, view.version);
      views.reload();
      offerUndo(t("viewSaved", { name: view.name }), async () => {
        await patch(`/views/${view.id}`, { filters: view.filters, sort: view.sort, columns: view.columns, look: view.look }, view.version + 1);
        views.reload();
      });
    },
    add: async (title: string, scope: string, team: string, n: Now) => {
      const made = await post<ViewOut>("/views", { name: title, scope, ...(scope === "team" ? { team_id: team } : {}), ...n });
      views.reload();
      go(write({ ...state, v: made.id }), true);
    },
    rename: async (view: ViewOut, title: string) => {
      await patch(`/views/${view.id}`, { name: title }, view.version);
      views.reload();
    },
    erase: async (view: ViewOut) => {
      await remove(`/views/${view.id}`);
      views.reload();
      if (state.v === view.id) go(write({ ...state, v: "" }), true);
      const { version: _, owner_id: __, ...kept } = view;
      offerUndo(t("viewDeleted", { name: view.name }), async () => {
        await post("/views", kept);
        views.reload();
      });
    },
    shipped: shipped(),
  }), [views.data, hidden, standard, state]);
}
export type ViewsState = ReturnType<typeof useViews>;
