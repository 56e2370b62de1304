// Undo beats "are you sure?": an action is done at once, then `offerUndo` offers its way back for ten seconds, by a button and by Z.
// The frame shows what is offered (features/shell/Undo.tsx); screens only call `offerUndo`.
import { useSyncExternalStore } from "react";

export interface Offer {
  id: number;
  /** What was done, as a whole: "已派给 李师傅". */
  words: string;
  /** Takes it back. Rejects when that fails; the frame then says why. */
  run: () => Promise<unknown> | void;
}
export const UNDO_SECONDS = 10;

let offers: readonly Offer[] = [];
let last = 0;
const listeners = new Set<() => void>();
const set = (next: readonly Offer[]) => {
  offers = next;
  listeners.forEach((l) => l());
};

/** Say what was done and offer to take it back. Returns how to withdraw the offer (when something else made it pointless). */
export function offerUndo(words: string, run: Offer["run"]): () => void {
  const id = ++last;
  set([...offers, { id, words, run }]);
  setTimeout(() => withdraw(id), UNDO_SECONDS * 1000);
  return () => withdraw(id);
}
export function withdraw(id: number): void {
  if (offers.some((o) => o.id === id)) set(offers.filter((o) => o.id !== id));
}
/** Take back the newest offer (or the named one); false when nothing is offered. An offer is taken once. */
export async function takeBack(id = offers.at(-1)?.id): Promise<boolean> {
  const offer = offers.find((o) => o.id === id);
  if (!offer) return false;
  withdraw(offer.id);
  await offer.run();
  return true;
}
/** What can be taken back now, oldest first. */
export const useOffers = (): readonly Offer[] =>
  useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => offers,
  );
