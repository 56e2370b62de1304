// The tour of this person: one copy for the card and the page. Done steps are read; keeping them is asked for when there is something new.
import { useSyncExternalStore } from "react";
import { get, post } from "@api/client";
import type { TourOut } from "@api/generated/types.gen";
import { announce } from "../../parts/live";

let tour: TourOut | undefined;
let busy: Promise<void> | undefined;
const listeners = new Set<() => void>();
const set = (value: TourOut) => {
  tour = value;
  listeners.forEach((l) => l());
};

export const useTour = (): TourOut | undefined =>
  useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => tour,
  );

/** Read the tour; one reading at a time. */
export function read(role = tour?.role ?? ""): Promise<void> {
  return (busy ??= get<TourOut>(`/onboarding/tour?role=${role}`)
    .then(async (seen) => {
      if (!seen.fresh) return set(seen);
      set(await post<TourOut>("/onboarding/tour/check", { role: seen.role }));
      announce([]); // the simulated others may have done something on the order that is on screen
    })
    .finally(() => { busy = undefined; }));
}
export const begin = async (role: string) => set(await post<TourOut>("/onboarding/tour/begin", { role }));
export const skip = async (role: string) => set(await post<TourOut>("/onboarding/tour/skip", { role }));
