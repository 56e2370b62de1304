// Which version of an order I last looked at: what changed since is bold in lists. Kept on this device, the newest 2 000 orders.
import { useSyncExternalStore } from "react";
import { me } from "./data";

interface Seen {
  /** Orders never looked at are news only when they changed after this instant: a first look at the list is not all bold. */
  since: string;
  versions: Record<string, number>;
}
const MOST = 2_000;
const name = () => `gongdan.seen.${me()?.id ?? ""}`;
const listeners = new Set<() => void>();
let cache: { name: string; seen: Seen } | undefined;

function all(): Seen {
  if (cache?.name === name()) return cache.seen;
  let seen: Seen | undefined;
  try {
    seen = JSON.parse(localStorage.getItem(name()) ?? "null") as Seen | undefined;
  } catch {
    seen = undefined;
  }
  if (!seen?.since) {
    seen = { since: new Date().toISOString(), versions: {} };
    localStorage.setItem(name(), JSON.stringify(seen));
  }
  cache = { name: name(), seen };
  return seen;
}
/** I have seen this version (or made it). */
export function markSeen(id: string, version: number): void {
  const { since, versions } = all();
  if ((versions[id] ?? 0) >= version) return;
  const { [id]: _, ...rest } = versions;
  const kept = Object.fromEntries([...Object.entries(rest).slice(-(MOST - 1)), [id, version]]);
  cache = { name: name(), seen: { since, versions: kept } };
  localStorage.setItem(name(), JSON.stringify(cache.seen));
  listeners.forEach((l) => l());
}
/** Tells whether an order has changed since I last looked. */
export function useNews(): (o: { id: string; version: number; updated_at: string }) => boolean {
  const seen = useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    all,
  );
  return (o) => (seen.versions[o.id] === undefined ? o.updated_at > seen.since : o.version > (seen.versions[o.id] ?? 0));
}
