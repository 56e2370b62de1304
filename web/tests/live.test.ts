// @vitest-environment node
import { beforeEach, expect, test, vi } from "vitest";
import { Line, pause, POLL, type Said, type World } from "../console/src/parts/line";

type Heard = (event: { data: string; lastEventId: string }) => void;
class Source {
  ears = new Map<string, Heard>();
  closed = false;
  constructor(readonly url: string) {}
  addEventListener(type: string, heard: unknown) {
    this.ears.set(type, heard as Heard);
  }
  close() {
    this.closed = true;
  }
  say(type: string, data: unknown = {}, lastEventId = "") {
    this.ears.get(type)?.({ data: JSON.stringify(data), lastEventId });
  }
}
let sources: Source[];
let said: Said[];
let feed: World["feed"];
const line = (address = "/live") =>
  new Line(address, {
    open: (url) => {
      const one = new Source(url);
      sources.push(one);
      return one as never;
    },
    feed: (after) => feed(after),
    hear: (s) => void said.push(s),
    random: () => 1,
  });
const last = () => sources[sources.length - 1] as Source;
const states = () => said.flatMap((s) => (s.kind === "line" ? `${s.state}${s.slow ? " slow" : ""}` : []));
beforeEach(() => {
  vi.useFakeTimers();
  sources = [];
  said = [];
  feed = () => Promise.resolve({ position: "7.a", items: [] });
});

test("the pause between attempts doubles up to a minute, and differs between browsers", () => {
  expect([1, 2, 3, 7, 20].map((n) => pause(n, 1))).toEqual([1000, 2000, 4000, 60_000, 60_000]);
  expect(pause(3, 0)).toBe(2000);
});

test("it begins at the present and resumes where it broke off", async () => {
  line().start();
  await vi.advanceTimersByTimeAsync(0);
  expect(last().url).toBe("/live?after=7.a");
  last().say("ready", { connection: "k" });
  last().say("orders", [{ order_id: "1", type: "created", seq: 1 }], "9.b");
  expect(states()).toEqual(["live"]);
  expect(said.at(-1)).toEqual({ kind: "orders", items: [{ order_id: "1", type: "created", seq: 1 }] });
  last().say("error");
  expect(states()).toEqual(["live", "catching"]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(last().url).toBe("/live?after=9.b");
  last().say("ready", { connection: "l" });
  expect(states()).toEqual(["live", "catching", "live"]);
});

test("where no line can be had it reads the feed now and then, until one can", async () => {
  line().start();
  await vi.advanceTimersByTimeAsync(0);
  last().say("error");
  await vi.advanceTimersByTimeAsync(1000);
  feed = () => Promise.resolve({ position: "8.a", items: [{ order_id: "2", type: "edited", seq: 3 }] });
  last().say("error");
  await vi.advanceTimersByTimeAsync(0);
  expect(states()).toEqual(["catching", "offline", "catching slow"]);
  expect(said).toContainEqual({ kind: "orders", items: [{ order_id: "2", type: "edited", seq: 3 }] });
  feed = () => Promise.reject(new Error("away"));
  for (let n = 0; n < 3; n++) {
    await vi.advanceTimersByTimeAsync(POLL);
    last().say("error");
  }
  expect(states().at(-1)).toBe("offline");
  const tried = sources.length;
  while (sources.length === tried) await vi.advanceTimersByTimeAsync(1000);
  last().say("ready", { connection: "k" });
  const before = said.length;
  await vi.advanceTimersByTimeAsync(POLL * 2);
  expect(said.slice(before)).toEqual([]);
  expect(last().url).toBe("/live?after=8.a");
});

test("without an address it reads the feed only", async () => {
  line("").start();
  await vi.advanceTimersByTimeAsync(POLL);
  expect(sources).toEqual([]);
  expect(states()).toEqual(["catching slow", "catching slow"]);
});

test("a line that says nothing for long is dead; one that was stopped stays so", async () => {
  const one = line();
  one.start();
  await vi.advanceTimersByTimeAsync(0);
  last().say("ready", { connection: "k" });
  await vi.advanceTimersByTimeAsync(39_000);
  last().say("beat", {}, "9.c");
  await vi.advanceTimersByTimeAsync(39_000);
  expect(sources).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2_500);
  expect(sources[0]?.closed).toBe(true);
  expect(last().url).toBe("/live?after=9.c");
  one.stop();
  await vi.advanceTimersByTimeAsync(200_000);
  expect(sources).toHaveLength(2);
  expect(last().closed).toBe(true);
});

test("what one window's tail cannot tell one by one is read anew", async () => {
  line().start();
  await vi.advanceTimersByTimeAsync(0);
  last().say("catch-up");
  expect(said).toContainEqual({ kind: "orders", items: [] });
});
