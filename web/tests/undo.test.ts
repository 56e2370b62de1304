import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { offerUndo, takeBack, UNDO_SECONDS } from "../console/src/parts/undo";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

test("the newest offer is taken back first, each once", async () => {
  const done: string[] = [];
  offerUndo("one", () => void done.push("one"));
  offerUndo("two", () => void done.push("two"));
  expect(await takeBack()).toBe(true);
  expect(await takeBack()).toBe(true);
  expect(await takeBack()).toBe(false);
  expect(done).toEqual(["two", "one"]);
});
test("an offer ends after its seconds, or when it is withdrawn", async () => {
  const run = vi.fn();
  offerUndo("late", run);
  vi.advanceTimersByTime(UNDO_SECONDS * 1000 + 1);
  offerUndo("withdrawn", run)();
  expect(await takeBack()).toBe(false);
  expect(run).not.toHaveBeenCalled();
});
test("a way back that fails says so to whoever asked", async () => {
  offerUndo("broken", () => Promise.reject(new Error("too late")));
  await expect(takeBack()).rejects.toThrow("too late");
});
