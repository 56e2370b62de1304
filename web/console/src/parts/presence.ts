// Who else is here. A place is "order:<id>", "blueprint:<key>", "customer:<id>", "engineer:<id>", "asset:<id>" or "settings:<page>".
import { useEffect, useMemo } from "react";
import { me } from "./data";
import { here, type Present, usePeople } from "./live";

export type Doing = "looking" | "editing" | "writing";
const places = new Map<symbol, { place: string; doing: Doing }>();
const tell = () => here([...places.values()]);

/** While the component is there, others see that I am at `place` and what I do; returns the others, whoever does most first. */
export function usePresence(place: string, doing: Doing = "looking"): Present[] {
  useEffect(() => {
    const mark = Symbol(place);
    places.set(mark, { place, doing });
    tell();
    return () => {
      places.delete(mark);
      tell();
    };
  }, [place, doing]);
  const all = usePeople(place);
  const mine = me()?.id;
  return useMemo(() => all.filter((p) => p.id !== mine).sort((a, b) => Number(a.doing === "looking") - Number(b.doing === "looking")), [all, mine]);
}
