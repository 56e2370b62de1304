// @vitest-environment node
import { beforeEach, expect, test, vi } from "vitest";

const store = new Map<string, string>();
vi.stubGlobal("localStorage", { getItem: (k: string) => store.get(k) ?? null, setItem: (k: string, v: string) => void store.set(k, v), removeItem: (k: string) => void store.delete(k) });
vi.stubGlobal("document", { documentElement: { lang: "" } });
beforeEach(() => store.clear());

test("both languages have every word, and name the same values", async () => {
  const { catalogues } = await import("@i18n/words");
  expect(Object.keys(catalogues.en).sort()).toEqual(Object.keys(catalogues.zh).sort());
  const values = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  for (const [key, text] of Object.entries(catalogues.zh)) expect(values(catalogues.en[key as "app"]), key).toEqual(values(text));
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
