// One registry of all shortcuts: `?` lists exactly what the screen registered, an input method never triggers one, and people may switch
// single keys off or move them (WCAG 2.1.4).
import { useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { typing } from "@ui/format";
import { readPref } from "./prefs";

export interface Shortcut {
  /** What a person remaps: stable, e.g. "list.next". */
  id: string;
  /** "j", "shift+x", "mod+k", "g l" (one after the other), "Enter", "ArrowDown", "?". Several ways: separated by commas. */
  keys: string;
  words: string;
  run: (event: KeyboardEvent) => void;
  /** Also while a field has the focus (for combinations with Ctrl/⌘); never while an input method composes. */
  inFields?: boolean;
  /** Belongs to a dialog: works while one is open. All others keep quiet then. */
  inDialog?: boolean;
  /** Works on every page (the frame's own). */
  everywhere?: boolean;
}

const stack: Shortcut[][] = [];
const listeners = new Set<() => void>();
let shown: Shortcut[] = [];
const changed = () => {
  shown = stack.flat();
  remember();
  listeners.forEach((l) => l());
};

/** A shortcut as the settings show it: of every page this device has seen. `page`: where it works, "" everywhere. */
export interface Known {
  id: string;
  keys: string;
  words: string;
  page: string;
}
const KNOWN = "gongdan.keys.known";
export const knownKeys = (): Known[] => Object.values(JSON.parse(localStorage.getItem(KNOWN) ?? "{}") as Record<string, Known>);
function remember(): void {
  const before = Object.fromEntries(knownKeys().map((k) => [k.id, k]));
  const page = location.pathname.split("/")[2] ?? "";
  const found = shown.map((s): [string, Known] => [s.id, { id: s.id, keys: s.keys, words: s.words, page: s.everywhere ? "" : (before[s.id]?.page ?? page) }]);
  const now = JSON.stringify({ ...before, ...Object.fromEntries(found) });
  if (now !== localStorage.getItem(KNOWN)) localStorage.setItem(KNOWN, now);
}

/** Keys as the person has them: the registered ones, their own, or none. */
export function keysOf(shortcut: Pick<Shortcut, "id" | "keys">): string[] {
  const own = readPref<Record<string, string>>("keys.map", {})[shortcut.id];
  const all = (own ?? shortcut.keys).split(",").map((k) => k.trim()).filter(Boolean);
  return readPref("keys.single", true) ? all : all.filter((k) => k.startsWith("mod+") || k.length > 1 && !k.includes(" ") && !k.startsWith("shift+"));
}
/** How a key is written on screen. */
export const keyWords = (keys: string): string => keys.replace("mod+", navigator.platform.startsWith("Mac") ? "\u2318 " : "Ctrl ").replace("shift+", "Shift ").replace(/\b[a-z]\b/g, (c) => c.toUpperCase()).replace("ArrowDown", "\u2193").replace("ArrowUp", "\u2191");

/** While the component is there (and `on`), its shortcuts work; of two with the same key the newer one wins. */
export function useKeys(shortcuts: Shortcut[], on = true): void {
  const now = useRef(shortcuts);
  now.current = shortcuts;
  const names = shortcuts.map((s) => `${s.id}|${s.keys}|${s.words}`).join("\n");
  useLayoutEffect(() => { // whoever sees the page may press at once
    if (!on) return;
    const mine = now.current.map((s) => ({ ...s, run: (e: KeyboardEvent) => now.current.find((x) => x.id === s.id)?.run(e) }));
    stack.push(mine);
    changed();
    return () => {
      stack.splice(stack.indexOf(mine), 1);
      changed();
    };
  }, [names, on]);
}
/** All shortcuts that are registered now, for the `?` page. */
export const useShortcuts = (): Shortcut[] =>
  useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => shown,
  );

let opening = 0;
/** While something opens (`on`), the page's shortcuts keep quiet: what is typed at once is meant for what comes, not for the page. */
export function useQuiet(on: boolean): void {
  useLayoutEffect(() => {
    if (!on) return;
    opening++;
    return () => void opening--;
  }, [on]);
}
/** A dialog that is fading out is gone for whoever closed it. */
const dialog = () => opening > 0 || [...document.querySelectorAll("[role=dialog]")].some((d) => d.checkVisibility() && !d.closest("[class*='-leave']"));
let before = "";
let pressedAt = 0;

const MODIFIERS = ["Shift", "Control", "Alt", "Meta", "CapsLock", "AltGraph"];
/** A pressed key as shortcuts are written; "" for a modifier alone, or while an input method composes. */
export const written = (event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey" | "isComposing" | "keyCode">): string => {
  if (event.isComposing || event.keyCode === 229 || MODIFIERS.includes(event.key)) return "";
  const key = event.key === " " ? "Space" : event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const letter = /^[a-z]$/.test(key);
  return `${event.ctrlKey || event.metaKey ? "mod+" : ""}${event.altKey ? "alt+" : ""}${event.shiftKey && (letter || event.key.length > 1) ? "shift+" : ""}${key}`;
};

window.addEventListener("keydown", (event) => {
  const key = written(event);
  if (!key || event.defaultPrevented) return;
  const open = dialog();
  const busy = typing(event);
  const two = !busy && before && event.timeStamp - pressedAt < 1000 ? `${before} ${key}` : "";
  [before, pressedAt] = [busy ? "" : key, event.timeStamp];
  const found = shown.filter((s) => (!open || s.inDialog) && (!busy || s.inFields)).reverse();
  const hit = (two && found.find((s) => keysOf(s).includes(two))) || found.find((s) => keysOf(s).includes(key));
  if (!hit) return;
  if (two) before = "";
  event.preventDefault();
  hit.run(event);
});
