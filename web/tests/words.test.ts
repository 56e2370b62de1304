// @vitest-environment node
import { beforeEach, expect, test, vi } from "vitest";

const store = new Map<string, string>();
vi.stubGlobal("localStorage", { getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => void store.set(k, v), removeItem: (k: string) => void store.delete(k) });
const session = new Map<string, string>();
vi.stubGlobal("sessionStorage", { getItem: (k: string) => session.get(k) ?? null, setItem: (k: string, v: string) => void session.set(k, v) });
vi.stubGlobal("document", { documentElement: { lang: "" } });
beforeEach(() => {
  store.clear();
  session.clear();
});

test("both languages have every word, and name the same values", async () => {
  const areas = import.meta.glob<Record<string, Record<string, readonly [string, string]>>>("../packages/i18n/areas/*.ts");
  const values = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  const seen = new Map<string, string>();
  for (const [file, load] of Object.entries(areas))
    for (const [key, [zh, en]] of Object.entries(Object.values(await load())[0] ?? {})) {
      expect(zh && en, key).toBeTruthy();
      expect(values(en), key).toEqual(values(zh));
      expect(seen.get(key) ?? file, `${key} stands in two areas`).toBe(file);
      seen.set(key, file);
    }
  expect(seen.size).toBeGreaterThan(300);
});

test("filters survive the way through the address", async () => {
  const { fromQuery, toQuery } = await import("@ui/format");
  const filters = { family: "waiting", q: "\u7a7a\u8c03 100%", empty: "" };
  expect(fromQuery(toQuery(filters))).toEqual({ family: "waiting", q: "\u7a7a\u8c03 100%" });
  expect(toQuery({ b: "1", a: "2" })).toBe(toQuery({ a: "2", b: "1" }));
});

test("a deadline says the same in words as in colour", async () => {
  const { slaWords } = await import("@ui/format");
  const now = Date.parse("2026-03-02T01:00:00Z");
  expect(slaWords("ok", "2026-03-02T02:25:00Z", null, now)).toContain("1:25");
  expect(slaWords("breached", "2026-03-02T00:20:00Z", null, now)).toContain("0:40");
  expect(slaWords("paused", null, "customer", now)).toContain("\u7b49\u5ba2\u6237");
});

test("conditions hide like the server does, and an unknown condition hides nothing", async () => {
  const { holds } = await import("@ui/conditions");
  const over = { field: "total", op: "gt", value: 10000 };
  expect(holds(over, { total: 12600 })).toBe(true);
  expect(holds(over, { total: 100 })).toBe(false);
  expect(holds(over, {})).toBe(false);
  expect(holds({ not: over }, { total: 1 })).toBe(true);
  expect(holds("=LEN([a])>3", {})).toBe(true);
});

test("a write is repeated with the same operation id until it is answered", async () => {
  const seen: string[] = [];
  vi.stubGlobal("crypto", { randomUUID: () => `op-${Math.random()}` });
  vi.stubGlobal("fetch", async (_: string, init: { headers: Record<string, string> }) => {
    seen.push(init.headers["Operation-Id"] ?? "");
    if (seen.length < 3) throw new TypeError("network");
    return { ok: true, status: 200, headers: new Map(), text: async () => "{}" };
  });
  const { post } = await import("@api/client");
  await post("/orders", {});
  expect(seen).toHaveLength(3);
  expect(new Set(seen).size).toBe(1);
});

test("the outbox keeps what the server has not taken, and asks a person about what it refused", async () => {
  let answer = { ok: false, status: 409, body: { code: "blocked", detail: "no" } as object };
  vi.stubGlobal("fetch", async (url: string) => {
    if (url.endsWith("/orders/o1")) return { ok: true, status: 200, headers: new Map(), text: async () => '{"version":3}' };
    return { ok: answer.ok, status: answer.status, headers: new Map(), statusText: "", text: async () => JSON.stringify(answer.body) };
  });
  const { add, again, drain, pending } = await import("../field/src/outbox");
  add({ order: "o1", path: "/orders/o1/start", body: {}, words: "start", versioned: true });
  await drain();
  expect(pending()[0]?.refused).toBe("no");
  answer = { ok: true, status: 200, body: {} };
  again(pending()[0]?.id ?? "");
  await drain();
  expect(pending()).toHaveLength(0);
});

type Init = { headers: Record<string, string> };
const answered = (status: number, body: object = {}) => ({ ok: status < 400, status, headers: new Map(), statusText: "", text: async () => JSON.stringify(body) });

test("pressing again after no answer is the same operation; another content, or the next time, is a new one", async () => {
  const seen: string[] = [];
  let down = true;
  vi.stubGlobal("fetch", async (_: string, init: Init) => {
    seen.push(init.headers["Operation-Id"] ?? "");
    if (down) throw new TypeError("network");
    return answered(201);
  });
  const { NoAnswer, post } = await import("@api/client");
  await expect(post("/orders", { title: "a" })).rejects.toBeInstanceOf(NoAnswer);
  down = false;
  await post("/orders", { title: "a" });
  expect(new Set(seen).size).toBe(1);
  await post("/orders", { title: "b" });
  await post("/orders", { title: "a" });
  expect(new Set(seen).size).toBe(3);
});

test("what the server refused may be tried again as a new operation, and no password is kept", async () => {
  const seen: string[] = [];
  vi.stubGlobal("fetch", async (_: string, init: Init) => {
    seen.push(init.headers["Operation-Id"] ?? "");
    return answered(422, { code: "invalid_fields", detail: "no" });
  });
  const { post } = await import("@api/client");
  await expect(post("/orders", { title: "" })).rejects.toThrow("no");
  await expect(post("/orders", { title: "" })).rejects.toThrow("no");
  expect(new Set(seen).size).toBe(2);
  vi.stubGlobal("fetch", async () => {
    throw new TypeError("network");
  });
  await expect(post("/sessions", { password: "secret" })).rejects.toThrow();
  expect(JSON.stringify([...session])).not.toContain("secret");
  expect(session.get("gongdan.unanswered") ?? "{}").toBe("{}");
});

test("a lapsed log-in is waited for, and the same write goes out again", async () => {
  const seen: string[] = [];
  let inside = false;
  vi.stubGlobal("fetch", async (_: string, init: Init) => {
    seen.push(init.headers["Operation-Id"] ?? "");
    return inside ? answered(200) : answered(401, { code: "not_authenticated", detail: "" });
  });
  const { onLapse, post } = await import("@api/client");
  onLapse(async () => {
    inside = true;
  });
  await post("/orders/o1/comments", { body: "typed" });
  onLapse(undefined);
  expect(seen).toHaveLength(2);
  expect(new Set(seen).size).toBe(1);
});

test("nothing is hidden by a formula whose parts were typed anew", async () => {
  const { computable } = await import("@ui/conditions");
  const fields = [{ key: "total", kind: "formula", formula: "=COALESCE([hours],0)*200" }, { key: "hours", kind: "number" }];
  const over = { field: "total", op: "gt", value: 10000 };
  expect(computable(over, fields, () => false)).toBe(true);
  expect(computable(over, fields, (key) => key === "hours")).toBe(false);
  expect(computable({ field: "hours", op: "gt", value: 1 }, fields, () => true)).toBe(true);
});

test("values go into a form and come back as the server wants them", async () => {
  const { changedFields, show, toForm } = await import("../console/src/parts/values");
  const label = { zh: "\u91d1\u989d", en: "Amount" };
  const [money, tree, text] = [
    { key: "m", kind: "money", label },
    { key: "k", kind: "tree", label, options: [{ value: "a", label: { zh: "A", en: "A" }, children: [{ value: "b", label: { zh: "B", en: "B" } }] }] },
    { key: "x", kind: "text", label },
  ];
  const before = { m: { minor: 12050, currency: "CNY" }, k: ["a", "b"], x: "old" };
  expect([show(money, before.m), show(tree, before.k)]).toEqual(["120.50 CNY", "A / B"]);
  const typed = { m: toForm(money, before.m), k: toForm(tree, before.k), x: "old" };
  expect(changedFields([money, tree, text], typed, before)).toEqual({});
  expect(changedFields([money, tree, text], { ...typed, x: "", m: 7 }, before)).toEqual({ m: 7, x: null });
});

test("a phone used by two people sends nothing under the other's name", async () => {
  const { add, belongTo, drain, pending } = await import("../field/src/outbox");
  belongTo("ana");
  add({ order: "o1", path: "/orders/o1/comments", body: {}, words: "", versioned: false });
  belongTo("bo");
  const sent: string[] = [];
  vi.stubGlobal("fetch", async (url: string) => {
    sent.push(url);
    return answered(200);
  });
  await drain();
  expect([pending(), sent]).toEqual([[], []]);
  belongTo("ana");
  await drain();
  expect(sent).toHaveLength(1);
});
