// What can be done with the thing on screen: screens register it, the palette shows it first.
import { useEffect, useRef, useSyncExternalStore } from "react";

export interface Action {
  id: string;
  words: string;
  /** Its shortcut as useKeys has it, to be shown beside it. */
  keys?: string;
  run: () => void;
}

const stack: Action[][] = [];
const listeners = new Set<() => void>();
let shown: Action[] = [];
const changed = () => {
  shown = stack.flat();
  listeners.forEach((l) => l());
};

/** While the component is there, the palette offers these. */
export function useActions(actions: Action[]): void {
  const now = useRef(actions);
  now.current = actions;
  const names = actions.map((a) => `${a.id}|${a.keys ?? ""}|${a.words}`).join("\n");
  useEffect(() => {
    const mine = now.current.map((a) => ({ ...a, run: () => now.current.find((x) => x.id === a.id)?.run() }));
    stack.push(mine);
    changed();
    return () => {
      stack.splice(stack.indexOf(mine), 1);
      changed();
    };
  }, [names]);
}
export const useOfferedActions = (): Action[] =>
  useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => shown,
  );
