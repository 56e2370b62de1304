import { useEffect, useRef } from "react";
import { useOrderEvents } from "../../parts/live";

const GATHER = 800;

/** Read anew soon after orders changed; while `held` (somebody carries a card) not before it is put down: nothing jumps under the pointer. */
export function useLive(reload: () => void, held = false): void {
  const late = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const now = useRef({ reload, held });
  now.current = { reload, held };
  const soon = () => {
    if (timer.current) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      if (now.current.held) late.current = true;
      else now.current.reload();
    }, GATHER);
  };
  useOrderEvents(soon);
  useEffect(() => {
    if (held || !late.current) return;
    late.current = false;
    now.current.reload();
  }, [held]);
  useEffect(() => () => clearTimeout(timer.current), []);
}
