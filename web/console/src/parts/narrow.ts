// Whether the window is as narrow as a phone's or a small tablet's: the same bound as in css/list.css.
import { useSyncExternalStore } from "react";

const media = matchMedia("(max-width: 900px)");
export const useNarrow = (): boolean =>
  useSyncExternalStore(
    (l) => {
      media.addEventListener("change", l);
      return () => media.removeEventListener("change", l);
    },
    () => media.matches,
  );
