// A new order is asked for from anywhere: a key, a button, the palette (an event), or an address with ?new or ?new=<blueprint>.
import { useEffect, useState } from "react";
import { go, may, useAddress } from "../../parts/data";

export const NEW_ORDER = "gongdan:new";
export interface Asked {
  blueprint?: string | undefined;
}
/** For the palette and other screens: open the panel, with a template if one is known. */
export const askNew = (asked: Asked = {}) => window.dispatchEvent(new CustomEvent<Asked>(NEW_ORDER, { detail: asked }));

/** What was asked for last, how to ask, and how to be done with it. */
export function useAsked(): [Asked | undefined, (asked?: Asked) => void, () => void] {
  const [asked, setAsked] = useState<Asked>();
  const address = useAddress();
  const wanted = address.searchParams.get("new");
  useEffect(() => {
    const open = (event: Event) => may("order.create") && setAsked((event as CustomEvent<Asked | null>).detail ?? {});
    window.addEventListener(NEW_ORDER, open);
    return () => window.removeEventListener(NEW_ORDER, open);
  }, []);
  useEffect(() => {
    if (wanted === null) return;
    address.searchParams.delete("new");
    go(address.pathname + address.search, true);
    if (may("order.create")) setAsked(wanted ? { blueprint: wanted } : {});
  }, [wanted, address]);
  return [asked, (now = {}) => setAsked(now), () => setAsked(undefined)];
}
