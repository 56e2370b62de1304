// What the palette offers for what was typed: everything known here at once, what the server found when it comes.
import type { BlueprintRow, Label, OrderRow, PaletteOut, ViewOut } from "@api/types";
import "@i18n/areas/shell";
import { t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import type { Action } from "../../parts/actions";
import { go, may } from "../../parts/data";
import type { Shortcut } from "../../parts/keys";
import { open, PAGES } from "./menu";
import { looked, openPath, type Recent } from "./open";

export interface Item {
  id: string;
  words: string;
  detail?: string;
  order?: OrderRow;
  /** Keys as registered; the first way is shown. */
  keys?: Pick<Shortcut, "id" | "keys">;
  run: () => void;
}
export interface Group {
  title: string;
  items: Item[];
}
export interface Known {
  actions: Action[];
  shortcuts: Shortcut[];
  recent: Recent[];
  views: ViewOut[];
  blueprints: BlueprintRow[];
  settings: Action[];
}
const MOST = 6;
const KINDS = { customer: "customers", contact: "contactPeople", asset: "assets", person: "people" } as const;

export const folded = (text: string): string => text.normalize("NFKC").trim().toLowerCase();
/** Whether every typed word is in the words, or the letters of one begin an alias. */
export function fits(typed: string, words: string, alias = ""): boolean {
  const said = folded(words);
  const parts = folded(typed).split(/\s+/);
  if (parts.every((p) => said.includes(p))) return true;
  const close = parts.join("");
  return alias.split(" ").some((a) => a !== "" && a.startsWith(close));
}

/** To an address, remembered among what was looked at. */
const visit = (kind: string, to: string, words: string) => () => {
  looked({ to, kind, words });
  go(to);
};
const orders = (found: OrderRow[]): Item[] => found.map((o) => ({ id: `order-${o.id}`, words: `${o.number} ${o.title}`, detail: o.customer_name ?? "", order: o, run: visit("order", openPath(o.id), `${o.number} ${o.title}`) }));
function others(found: PaletteOut["others"], kind: keyof typeof KINDS): Item[] {
  return found.filter((f) => f.kind === kind).map((f) => {
    const to =
      kind === "person" ? `/app/orders?${toQuery({ assignee_id: f.id, open: "true" })}`
      : kind === "asset" ? `/app/orders?${toQuery({ asset_id: f.id })}`
      : `/app/customers/${f.customer_id ?? f.id}`;
    return { id: `${kind}-${f.id}`, words: f.title, detail: f.detail, run: visit(kind, to, f.title) };
  });
}

/** All groups, those without items left out. Nothing typed: actions here, recent things, new orders, pages. */
export function groups(typed: string, known: Known, found: PaletteOut | undefined): Group[] {
  const some = typed.trim() !== "";
  const here: Item[] = [
    ...known.actions.map((a) => ({ id: `do-${a.id}`, words: a.words, ...(a.keys ? { keys: { id: a.id, keys: a.keys } } : {}), run: a.run })),
    ...known.shortcuts.filter((s) => !s.everywhere && !s.inDialog).map((s) => ({ id: `key-${s.id}`, words: s.words, keys: s, run: () => s.run(new KeyboardEvent("keydown")) })),
  ].filter((item, i, all) => all.findIndex((x) => x.words === item.words) === i);
  const pages: Item[] = PAGES.filter((p) => open(p) && (!some || fits(typed, t(p.key), `${p.alias} ${p.to.split("/").at(-1)}`))).map((p) => ({
    id: `page-${p.key}`, words: t(p.key), ...(p.keys ? { keys: { id: `go.${p.key}`, keys: p.keys } } : {}), run: () => (p.outside ? location.assign(p.to) : go(p.to)),
  }));
  const doings: Item[] = known.shortcuts.filter((s) => s.everywhere && !s.id.startsWith("go.") && !s.id.startsWith("palette")).map((s) => ({ id: `key-${s.id}`, words: s.words, keys: s, run: () => s.run(new KeyboardEvent("keydown")) }));
  const settings = known.settings.map((s) => ({ id: s.id, words: s.words, run: s.run }));
  const views = known.views.map((v) => ({ id: `view-${v.id}`, words: v.name, detail: v.scope === "personal" ? "" : t("shared"), run: visit("view", `/app/orders?${toQuery({ ...v.filters, sort: v.sort })}`, v.name) }));
  const templates = !may("order.create") ? [] : known.blueprints.filter((b) => b.published_version > 0).map((b) => ({
    id: `new-${b.key}`, words: t("newOf", { kind: tl(b.name as Label) }), detail: b.prefix, run: () => window.dispatchEvent(new CustomEvent("gongdan:new", { detail: { blueprint: b.key } })),
  }));
  const recent = known.recent.filter((r) => r.to !== location.pathname).map((r) => ({ id: `recent-${r.to}`, words: r.words, run: () => go(r.to) }));
  const match = (list: Item[]) => (some ? list.filter((i) => fits(typed, `${i.words} ${i.detail ?? ""}`, i.id.replace(/^[a-z]+-/, ""))) : list);
  const all: Group[] = some
    ? [
        { title: t("actionsHere"), items: match(here).slice(0, MOST) },
        { title: t("foundOrders"), items: orders(found?.orders ?? []) },
        ...(Object.keys(KINDS) as (keyof typeof KINDS)[]).map((kind) => ({ title: t(KINDS[kind]), items: others(found?.others ?? [], kind) })),
        { title: t("pages"), items: pages },
        { title: t("actions"), items: match(doings) },
        { title: t("savedViews"), items: match(views).slice(0, MOST) },
        { title: t("newOrder"), items: match(templates).slice(0, MOST) },
        { title: t("settings"), items: match(settings).slice(0, MOST) },
      ]
    : [
        { title: t("actionsHere"), items: here.slice(0, MOST) },
        { title: t("recent"), items: recent.slice(0, MOST) },
        { title: t("newOrder"), items: templates.slice(0, MOST) },
        { title: t("pages"), items: pages },
      ];
  return all.filter((g) => g.items.length > 0);
}
