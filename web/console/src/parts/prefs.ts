// What a person prefers (density, theme, columns, keys, open orders …): on this device at once, on the server within a second, and so on
// their other devices. Of one key the latest change wins. Keys that begin with "here." stay on this device.
import { useCallback, useSyncExternalStore } from "react";
import { ApiError, call, get, PREVIEW } from "@api/client";
import type { PreferenceOut } from "@api/types";
import { me } from "./data";

const listeners = new Set<() => void>();
const name = (key: string) => `gongdan.pref.${me()?.id ?? ""}.${key}`;
const parsed = new Map<string, [string, unknown]>();
const tell = () => listeners.forEach((l) => l());

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
  const text = JSON.stringify(value);
  if (localStorage.getItem(name(key)) === text) return;
  localStorage.setItem(name(key), text);
  tell();
  if (key.startsWith("here.") || !me()) return;
  mark(key, { ...marks()[key], changed: Date.now() });
  soon();
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

// --- the server's copy ---
interface Mark {
  /** The version the server last told. */
  version?: number;
  /** When it was changed here, in ms; absent once the server has it. */
  changed?: number;
}
const SOON = 400;
const AGAIN = 30_000;
const marksName = () => `gongdan.pref-marks.${me()?.id ?? ""}`;
const marks = (): Record<string, Mark> => JSON.parse(localStorage.getItem(marksName()) ?? "{}") as Record<string, Mark>;
const mark = (key: string, value: Mark) => localStorage.setItem(marksName(), JSON.stringify({ ...marks(), [key]: value }));
let timer: ReturnType<typeof setTimeout> | undefined;
const soon = (ms = SOON) => {
  clearTimeout(timer);
  timer = setTimeout(() => void save(), ms);
};

/** Take what the server has, unless this device has something newer to save. */
function take(key: string, value: unknown, version: number, updatedAt: string): void {
  const changed = marks()[key]?.changed;
  if (changed !== undefined && changed > Date.parse(updatedAt)) return mark(key, { version, changed });
  mark(key, { version });
  localStorage.setItem(name(key), JSON.stringify(value));
}

let saving = false;
async function save(): Promise<void> {
  if (saving || sessionStorage.getItem(PREVIEW)) return; // looking as a role changes nothing
  saving = true;
  try {
    for (const [key, { changed, version }] of Object.entries(marks())) if (changed !== undefined) await put(key, changed, version ?? 0);
  } catch {
    soon(AGAIN); // no answer, or a server in trouble: what is here stays here until it can be told
  } finally {
    saving = false;
  }
}

async function put(key: string, changed: number, version: number): Promise<void> {
  const owner = me()?.id;
  try {
    const kept = await call<PreferenceOut>("PUT", `/me/preferences/${key}`, { body: { value: readPref<unknown>(key, null) }, version });
    if (me()?.id !== owner) return;
    const again = marks()[key]?.changed !== changed; // changed once more while it was on its way
    mark(key, again ? { ...marks()[key], version: kept.version } : { version: kept.version });
    if (again) soon();
  } catch (error) {
    if (!(error instanceof ApiError) || error.status >= 500) throw error;
    const theirs = error.problem.theirs as { value?: unknown; updated_at?: string } | undefined;
    if (error.status === 409 && error.problem.version !== undefined) {
      if (theirs?.updated_at) take(key, theirs.value, error.problem.version ?? 0, theirs.updated_at);
      else mark(key, { changed, version: 0 });
      tell();
      soon();
    } else mark(key, { version }); // refused for what it is (too long, too many): it stays on this device
  }
}

/** Read this person's preferences from the server and send what this device still owes it. Works on without a network. */
export async function syncPrefs(): Promise<void> {
  try {
    for (const p of await get<PreferenceOut[]>("/me/preferences")) take(p.key, p.value, p.version, p.updated_at);
    tell();
  } catch {
    // what this device knows goes on being used
  }
  soon();
}

window.addEventListener("online", () => soon());
window.addEventListener("pagehide", () => void save());
// another tab of this browser
window.addEventListener("storage", (event) => event.key?.startsWith("gongdan.pref.") && tell());
