// Batches and exports under way: the server does them, whatever becomes of this page; here is where they are looked up.
import { useEffect, useSyncExternalStore } from "react";
import { get } from "@api/client";
import type { ExportOut } from "@api/generated/types.gen";
import type { BulkOut } from "@api/types";
import { may } from "../../parts/data";

export interface Runs {
  bulks: BulkOut[];
  exports: ExportOut[];
  read: boolean;
}
let runs: Runs = { bulks: [], exports: [], read: false };
const listeners = new Set<() => void>();
const ended = new Set<(run: BulkOut) => void>();
const EVERY_MS = 600;
const over = (state: string) => state === "done" || state === "cancelled";
const set = (next: Runs) => {
  runs = next;
  listeners.forEach((l) => l());
};
const put = <T,>(list: T[], one: T, id: (x: T) => string): T[] => (list.some((x) => id(x) === id(one)) ? list.map((x) => (id(x) === id(one) ? one : x)) : [one, ...list]);

export async function readRuns(): Promise<void> {
  const [bulks, exports] = await Promise.all([
    may("order.bulk") ? get<BulkOut[]>("/orders/bulk").catch(() => runs.bulks) : [],
    may("order.export") ? get<ExportOut[]>("/orders/exports").catch(() => runs.exports) : [],
  ]);
  const before = new Map(runs.bulks.map((b) => [b.job_id, b.state]));
  set({ bulks, exports, read: true });
  for (const b of bulks) if (over(b.state) && before.has(b.job_id) && !over(before.get(b.job_id) ?? "")) ended.forEach((e) => e(b));
}
let timer: ReturnType<typeof setTimeout> | undefined;
function watch(): void {
  if (timer || !underWay()) return;
  timer = setTimeout(() => {
    timer = undefined;
    void readRuns().finally(watch);
  }, EVERY_MS);
}
export const underWay = (): boolean => runs.bulks.some((b) => !over(b.state)) || runs.exports.some((e) => !over(e.state));
/** A run was begun (or changed): show it and look after it. */
export function follow(run: BulkOut): void {
  set({ ...runs, bulks: put(runs.bulks, run, (b) => b.job_id) });
  watch();
}
export function followExport(run: ExportOut): void {
  set({ ...runs, exports: put(runs.exports, run, (e) => e.id) });
  watch();
}
export function useRuns(onEnd?: (run: BulkOut) => void): Runs {
  useEffect(() => {
    if (!onEnd) return;
    ended.add(onEnd);
    return () => void ended.delete(onEnd);
  }, [onEnd]);
  useEffect(() => {
    if (!runs.read) void readRuns().then(watch);
  }, []);
  return useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => runs,
  );
}
