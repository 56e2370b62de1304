// @vitest-environment node
// What is typed or sent in parts is not lost: drafts on device and server, uploads that go on where they were.
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const store = new Map<string, string>();
const storage = (of: Map<string, string>) => ({ getItem: (k: string) => of.get(k) ?? null, setItem: (k: string, v: string) => void of.set(k, v), removeItem: (k: string) => void of.delete(k), key: (i: number) => [...of.keys()][i] ?? null, get length() { return of.size; } });
const ears = new Map<string, () => void>();
vi.stubGlobal("localStorage", storage(store));
vi.stubGlobal("sessionStorage", storage(new Map()));
vi.stubGlobal("document", { documentElement: { lang: "" }, visibilityState: "visible" });
vi.stubGlobal("location", { href: "http://x/" });
vi.stubGlobal("window", { addEventListener: (name: string, run: () => void) => void ears.set(name, run) });

interface Sent {
  method: string;
  url: string;
  body: unknown;
}
let sent: Sent[] = [];
let answer: (one: Sent) => object | undefined;
const json = (body: object) => ({ ok: true, status: 200, headers: { get: () => null }, text: async () => JSON.stringify(body) });
vi.stubGlobal("fetch", async (url: string, init: { method: string; body: unknown }) => {
  const one = { method: init.method, url: url.replace("/api/v1", ""), body: typeof init.body === "string" ? (JSON.parse(init.body) as unknown) : init.body };
  if (one.url === "/drafts?limit=200") return json({ items: [], next: null });
  sent.push(one);
  const said = answer(one);
  if (!said) throw new TypeError("no network");
  return json(said);
});
beforeEach(() => {
  store.clear();
  sent = [];
});
afterEach(() => void vi.useRealTimers());

const now = (version: number, body: unknown) => ({ key: "k", body, version, device: "d", updated_at: "", others: [] });

test("a draft is here at once, on the server after a pause, and gone from both", async () => {
  vi.useFakeTimers();
  const { draft, keep } = await import("../console/src/parts/drafts");
  let version = 0;
  answer = (one) => now(++version, (one.body as { body?: unknown } | null)?.body);
  keep("talk.1", { text: "a" });
  keep("talk.1", { text: "ab" });
  expect(draft("talk.1")).toEqual({ text: "ab" });
  expect(sent).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent.map((s) => [s.method, s.url, (s.body as { body: unknown; base: number }).body, (s.body as { base: number }).base])).toEqual([["PUT", "/drafts/order%3A1%3Atalk", { text: "ab" }, 0]]);
  keep("talk.1", { text: "abc" });
  await vi.advanceTimersByTimeAsync(1000);
  expect((sent[1]?.body as { base: number }).base, "what it has seen").toBe(1);
  keep("talk.1", undefined);
  await vi.advanceTimersByTimeAsync(1000);
  expect([sent.at(-1)?.method, draft("talk.1")]).toEqual(["DELETE", undefined]);
});

test("without a network a draft stays, and goes out when there is one again", async () => {
  vi.useFakeTimers();
  const { draft, keep } = await import("../console/src/parts/drafts");
  answer = () => undefined;
  keep("talk.2", { text: "offline" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(draft("talk.2")).toEqual({ text: "offline" });
  sent = [];
  answer = (one) => now(1, (one.body as { body: unknown }).body);
  ears.get("online")?.();
  await vi.advanceTimersByTimeAsync(1000);
  expect(sent.map((s) => (s.body as { body: unknown }).body)).toEqual([{ text: "offline" }]);
});

test("an upload that was cut off goes on where it was", async () => {
  const { upload } = await import("@ui/upload");
  const file = new File([new Uint8Array(5 * 1024 * 1024)], "film.mp4", { lastModified: 7 });
  const there = new Set<number>();
  let cut = 3;
  answer = (one) => {
    const n = Number(/parts\/(\d+)/.exec(one.url)?.[1]);
    if (n === cut) return undefined;
    there.add(n);
    return { file: { id: one.url.split("/")[2], name: "film.mp4" }, of: 3, received: [...there] };
  };
  const shares: number[] = [];
  await expect(upload(file, (s) => shares.push(s), new AbortController().signal)).rejects.toThrow();
  expect(shares).toEqual([1 / 3, 2 / 3]);
  const first = sent[0]?.url.split("/")[2];
  cut = 0;
  sent = [];
  const done = await upload(file, () => undefined, new AbortController().signal);
  expect([done.id, sent.map((s) => /parts\/(\d+)/.exec(s.url)?.[1])]).toEqual([first, ["1", "3"]]);
  sent = [];
  await upload(file, () => undefined, new AbortController().signal);
  expect(sent[0]?.url.split("/")[2], "the next time it is another file").not.toBe(first);
});
