// What happened to orders just now, for whoever is on screen. The source (server-sent events, else polling) calls `announce`.
import { useEffect, useRef, useSyncExternalStore } from "react";

export interface OrderEvent {
  order_id: string;
  type: string;
  seq: number;
}
export type Connection = "live" | "catching" | "offline";

const ears = new Set<(events: OrderEvent[]) => void>();
const watchers = new Set<() => void>();
let state: { state: Connection; since: number } = { state: "live", since: Date.now() };

/** An empty list means: something may have been missed, read anew. */
export function announce(events: OrderEvent[]): void {
  ears.forEach((ear) => ear(events));
}
export function connection(next: Connection): void {
  if (state.state === next) return;
  state = { state: next, since: Date.now() };
  watchers.forEach((w) => w());
}
export function useOrderEvents(heard: (events: OrderEvent[]) => void): void {
  const now = useRef(heard);
  now.current = heard;
  useEffect(() => {
    const ear = (events: OrderEvent[]) => now.current(events);
    ears.add(ear);
    return () => void ears.delete(ear);
  }, []);
}
export const useConnection = (): { state: Connection; since: number } =>
  useSyncExternalStore(
    (w) => {
      watchers.add(w);
      return () => watchers.delete(w);
    },
    () => state,
  );
