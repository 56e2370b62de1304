// The theme a person chose, and what of it this device shows. public/theme.js does the same before the first paint.
import { useEffect, useSyncExternalStore } from "react";
import { usePref } from "./prefs";

export const THEMES = ["system", "light", "dark", "contrast"] as const;
export type Theme = (typeof THEMES)[number];
export type Shown = "light" | "dark" | "contrast" | "contrast-dark";

const media = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)"].map((q) => matchMedia(q));
const wanted = (): string => media.map((m) => (m.matches ? "1" : "0")).join("");

/** What a choice means on a device that prefers dark, or more contrast. */
export function shownTheme(choice: Theme, dark: boolean, more: boolean): Shown {
  const night = choice === "dark" || (choice !== "light" && dark);
  const strong = choice === "contrast" || (choice === "system" && more);
  return strong ? (night ? "contrast-dark" : "contrast") : night ? "dark" : "light";
}

/** The chosen theme, what is shown of it, and how to choose. Kept with the person and, for the next first paint, with the device. */
export function useTheme(): [Theme, Shown, (next: Theme) => void] {
  const kept = localStorage.getItem("gongdan.theme") as Theme | null;
  const [choice, choose] = usePref<Theme>("theme", kept && THEMES.includes(kept) ? kept : "system");
  const [dark, more] = useSyncExternalStore(
    (l) => {
      media.forEach((m) => m.addEventListener("change", l));
      return () => media.forEach((m) => m.removeEventListener("change", l));
    },
    wanted,
  );
  const shown = shownTheme(choice, dark === "1", more === "1");
  useEffect(() => {
    localStorage.setItem("gongdan.theme", choice);
    document.documentElement.dataset.theme = shown;
    document.documentElement.style.colorScheme = shown.includes("dark") ? "dark" : "light";
  }, [choice, shown]);
  return [choice, shown, choose];
}

export const ROWS = { compact: 32, normal: 40, roomy: 48 } as const;
export type Density = keyof typeof ROWS;
/** How high a row of a table is, in `--row`. */
export function useDensity(): [Density, (next: Density) => void] {
  const [density, choose] = usePref<Density>("density", "normal");
  useEffect(() => document.documentElement.style.setProperty("--row", `${ROWS[density] ?? ROWS.normal}px`), [density]);
  return [density, choose];
}
