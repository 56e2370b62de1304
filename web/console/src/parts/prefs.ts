// What a person prefers (density, theme, columns, keys …), per person.
import { useCallback, useSyncExternalStore } from "react";
import { me } from "./data";

const listeners = new Set<() => void>();
const name = (key: string) => `gongdan.pref.${me()?.id ?? ""}.${key}`;
const parsed = new Map<string, [string, unknown]>();

export function readPref<T>(key: string, fallback: T): T {
  const kept = localStorage.getItem(name(key));
  if (kept === null) return fallback;
  const known = parsed.get(name(key));
  if (known?.[0] === kept) return known[1] as T;
  try {
    const value = JSON.parse(kept) as T;
    parsed.set(name(key), [kept, value]);
    return value;
  } catch {
    return fallback;
  }
}
export function writePref(key: string, value: unknown): void {
  localStorage.setItem(name(key), JSON.stringify(value));
  listeners.forEach((l) => l());
}
/** A preference and how to change it. `fallback` has to be the same object each time (a constant). */
export function usePref<T>(key: string, fallback: T): [T, (value: T) => void] {
  const value = useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => readPref(key, fallback),
  );
  return [value, useCallback((next: T) => writePref(key, next), [key])];
}
