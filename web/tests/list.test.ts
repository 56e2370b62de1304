import { beforeAll, describe, expect, it, vi } from "vitest";

vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
vi.stubGlobal("sessionStorage", { getItem: () => null, setItem: () => undefined });
vi.stubGlobal("window", { addEventListener: () => undefined, innerWidth: 1440 });
vi.stubGlobal("document", { documentElement: { dataset: {}, style: {} }, querySelectorAll: () => [] });
vi.stubGlobal("location", { href: "http://x/app/orders", search: "" });

type Mods = [typeof import("../console/src/features/list/rows"), typeof import("../console/src/features/list/address"), typeof import("../console/src/features/list/catalog"), typeof import("../console/src/features/list/selection"), typeof import("../console/src/features/list/columns"), typeof import("../console/src/features/list/Calendar"), typeof import("../console/src/features/list/OrderMap")];
let [rows, address, catalog, selection, columns, calendar, map] = [] as unknown as Mods;
beforeAll(async () => {
  [rows, address, catalog, selection, columns, calendar, map] = await Promise.all([
    import("../console/src/features/list/rows"), import("../console/src/features/list/address"), import("../console/src/features/list/catalog"), import("../console/src/features/list/selection"), import("../console/src/features/list/columns"), import("../console/src/features/list/Calendar"), import("../console/src/features/list/OrderMap"),
  ]);
}, 60_000);
const row = (id: string, more: object = {}) => ({ id, version: 1, state: "pending", priority: 3, title: id, tags: [], ...more }) as never;
const quiet = () => ({ changed: new Map(), gone: new Set<string>(), fresh: new Set<string>() });

describe("live rows", () => {
  it("mark what changed, grey what left, and only count what is new", () => {
    const before = [row("a"), row("b"), row("c")];
    const { rows: after, live } = rows.merged(before, quiet(), ["a", "b", "n"], [row("a", { version: 2, priority: 1 }), row("n")]);
    expect(after.map((o) => o.id)).toEqual(["a", "b", "c"]);
    expect(after[0]?.priority).toBe(1);
    expect([...(live.changed.get("a") ?? [])]).toEqual(["priority"]);
    expect([...live.gone]).toEqual(["b"]);
    expect([...live.fresh]).toEqual(["n"]);
  });
  it("never put an older answer over a newer one", () => {
    const { rows: after, live } = rows.merged([row("a", { version: 5, priority: 1 })], quiet(), ["a"], [row("a", { version: 4, priority: 3 })]);
    expect(after[0]?.priority).toBe(1);
    expect(live.changed.size).toBe(0);
  });
  it("forget a new one that left again, and ungrey one that came back", () => {
    const live = { ...quiet(), fresh: new Set(["n"]), gone: new Set(["a"]) };
    const after = rows.merged([row("a")], live, ["a", "n"], [row("a")]).live;
    expect([after.fresh.size, after.gone.size]).toEqual([0, 0]);
  });
});

describe("the address", () => {
  it("keeps filters and what is no filter apart, and is the same both ways", () => {
    const text = "due_before=today%2B1d&field.size=5..&group=state&layout=map&peek=x&sort=due&split=1&v=mine";
    const state = address.read(`?${text}`);
    expect(state.filters).toEqual({ due_before: "today+1d", "field.size": "5.." });
    expect(address.write(state)).toBe(`/app/orders?${text}`);
    expect(address.write(state, { filters: {}, layout: "table", group: "", peek: "", split: "", sort: "-created", v: "" })).toBe("/app/orders");
  });
});

describe("filters in words", () => {
  const defs = () => catalog.catalog({ states: [], steps: [{ key: "visit", label: { zh: "上门", en: "Visit" } }], fields: [{ key: "promised", kind: "date", label: { zh: "约定", en: "Promised" }, options: [], blueprints: [], personal: false }] });
  const say = (filters: Record<string, string>) => catalog.present(filters, defs()).map(({ def, unknown }) => (unknown ? `? ${def.key}` : catalog.said(def, filters, { u1: "王芳" })));
  it.each([
    [{ due_from: "today", due_before: "today+1d" }, "今天到期"],
    [{ assignee_id: "none" }, "未派单"],
    [{ assignee_id: "u1,me" }, "处理人 是 王芳 或 我"],
    [{ priority: "1,2" }, "优先级 是 P1 特急 或 P2 紧急"],
    [{ tag: "vip,急" }, "#vip #急"],
    [{ "field.promised": "today..today" }, "约定 今天"],
    [{ created_from: "today-6d", created_to: "today+1d" }, "创建时间 最近 7 天"],
    [{ due_before: "today+3d" }, "时限 < 今天+3d"],
    [{ passed: "visit@2026-03-02T00:00:00+08:00..2026-03-09T00:00:00+08:00" }, expect.stringMatching(/^经过环节 上门 .+ – .+/)],
    [{ step: "visit" }, "所在环节 是 上门"],
    [{ first_time: "true" }, "一次修好"],
    [{ colour: "red" }, "? colour"],
  ])("%o", (filters, words) => expect(say(filters as Record<string, string>)).toEqual([words]));
  it("sets and clears both ends of a range", () => {
    const due = defs().find((d) => d.key === "due");
    if (!due) throw new Error("due");
    const set = catalog.withEnds({ q: "x", due_from: "week" }, due, ["", "now"]);
    expect(set).toEqual({ q: "x", due_before: "now" });
    expect(catalog.cleared(set, due)).toEqual({ q: "x" });
  });
});

describe("small parts", () => {
  it("selects a range either way", () => {
    expect(selection.between(["a", "b", "c", "d"], "d", "b")).toEqual(["b", "c", "d"]);
    expect(selection.between(["a"], "gone", "a")).toEqual(["a"]);
  });
  it("moves a column by a step, never beyond the ends", () => {
    expect(columns.moved(["a", "b", "c"], "a", 1)).toEqual(["b", "a", "c"]);
    expect(columns.moved(["a", "b", "c"], "a", -1)).toEqual(["a", "b", "c"]);
    expect(columns.moved(["a", "b"], "x", 1)).toEqual(["a", "b"]);
  });
  it("asks for whole weeks of a month, from a Monday on", () => {
    const { begin, days } = calendar.span("2026-03", new Date(2026, 0, 1));
    expect([calendar.iso(begin), days]).toEqual(["2026-02-23", 42]);
    expect(calendar.span("w2026-03-04", new Date()).days).toBe(7);
    expect(calendar.iso(calendar.span("w2026-03-04", new Date()).begin)).toBe("2026-03-02");
  });
  it("zooms about the point under the pointer and stays on the globe", () => {
    const view = { lng: 105, lat: 35, wide: 40 };
    const [x] = map.place(view, 114, 30);
    const [after] = map.place(map.zoomed(view, 0.5, 114, 30), 114, 30);
    expect(after).toBeCloseTo(x, 0);
    const [w, s, e, n] = map.box(map.zoomed({ lng: 170, lat: 79, wide: 120 }, 2));
    expect([w >= -180, s >= -90, e <= 180, n <= 90]).toEqual([true, true, true, true]);
    expect(map.net(62)).toBe(10);
  });
});
