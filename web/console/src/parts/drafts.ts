// What was typed and not yet sent, per person: on this device at once, on the server after a pause, so that it outlives a log-out, a
// lapse, a reload, a killed browser and this device. The server keeps the newest writing and, beside it, what another tab or device
// had written (docs/adr/0023).
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { call, get, PREVIEW, remove } from "@api/client";
import type { DraftOut, OtherDraft } from "@api/generated/types.gen";
import type { Page } from "@api/types";
import { me } from "./data";

export type { OtherDraft };
const PAUSE = 600;
const local = (name: string) => `gongdan.draft.${me()?.id ?? ""}.${name}`;
const unsent = (name: string) => `gongdan.draft-unsent.${me()?.id ?? ""}.${name}`;
/** "talk.<id>" is "order:<id>:talk" on the server. */
export const keyOf = (name: string): string => {
  const [, what, id] = /^(talk|edit|field)\.(.+)$/.exec(name) ?? [];
  return what ? `order:${id}:${what}` : name;
};
const nameOf = (key: string): string => {
  const [, id, what] = /^order:(.+):(talk|edit|field)$/.exec(key) ?? [];
  return what ? `${what}.${id}` : key;
};
const path = (name: string) => `/drafts/${encodeURIComponent(keyOf(name))}`;

/** This tab: two tabs of one browser are told apart. */
function device(): string {
  let mine = sessionStorage.getItem("gongdan.tab");
  if (!mine) sessionStorage.setItem("gongdan.tab", (mine = crypto.randomUUID()));
  return mine;
}
interface Side {
  /** The version of the server's draft that this tab has seen. */
  base: number;
  others: OtherDraft[];
  state: "none" | "local" | "server";
  timer?: ReturnType<typeof setTimeout> | undefined;
  sending?: Promise<void> | undefined;
}
const sides = new Map<string, Side>();
const listeners = new Set<() => void>();
const changed = () => listeners.forEach((l) => l());
const side = (name: string): Side => {
  const found = sides.get(name) ?? { base: Number(localStorage.getItem(`${local(name)}.base`) ?? 0), others: [], state: "none" as const };
  sides.set(name, found);
  return found;
};
const change = (name: string, next: Partial<Side>) => {
  sides.set(name, { ...side(name), ...next });
  changed();
};

export function draft<T>(name: string): T | undefined {
  inStep();
  const kept = localStorage.getItem(local(name));
  try {
    return kept ? (JSON.parse(kept) as T) : undefined;
  } catch {
    return undefined;
  }
}
const write = (name: string, value: unknown) => localStorage.setItem(local(name), JSON.stringify(value));
function erase(name: string): void {
  for (const key of [local(name), unsent(name), `${local(name)}.base`]) localStorage.removeItem(key);
  clearTimeout(side(name).timer);
  change(name, { base: 0, others: [], state: "none", timer: undefined });
}

/** Keep what was typed; undefined or "" forgets it. */
export function keep(name: string, value: unknown): void {
  if (value === undefined || value === "") {
    const known = side(name).base > 0 || side(name).sending !== undefined || localStorage.getItem(unsent(name)) !== null;
    const sending = side(name).sending;
    erase(name);
    if (known) void Promise.resolve(sending).then(() => localStorage.getItem(local(name)) === null && remove(path(name))).catch(() => undefined);
    return;
  }
  if (JSON.stringify(value) === localStorage.getItem(local(name))) return;
  write(name, value);
  localStorage.setItem(unsent(name), "1");
  clearTimeout(side(name).timer);
  change(name, { state: "local", timer: setTimeout(() => void push(name), PAUSE) });
}
/** Forget a draft that the server has forgotten already: it went with the message. */
export const sent = (name: string): void => erase(name);

async function push(name: string, settled = false): Promise<void> {
  await side(name).sending;
  const body = draft<unknown>(name);
  if (body === undefined || sessionStorage.getItem(PREVIEW)) return;
  const text = JSON.stringify(body);
  const sending = call<DraftOut>("PUT", path(name), { body: { body, base: side(name).base, device: device(), settled } }).then(
    (now) => {
      if (localStorage.getItem(local(name)) === null) return;
      localStorage.setItem(`${local(name)}.base`, String(now.version));
      const same = localStorage.getItem(local(name)) === text;
      if (same) localStorage.removeItem(unsent(name));
      change(name, { base: now.version, others: now.others, state: same ? "server" : "local" });
    },
    () => undefined, // it stays here and goes out when the server answers again
  );
  change(name, { sending });
  await sending;
  change(name, { sending: undefined });
}

/** What the server has of a draft: written elsewhere, it is taken over here; typed here and not yet sent, it is sent. */
async function meet(name: string): Promise<void> {
  if (localStorage.getItem(unsent(name)) !== null) return push(name);
  const found = (await get<Page<DraftOut>>(`/drafts?key=${encodeURIComponent(keyOf(name))}`)).items[0];
  if (localStorage.getItem(unsent(name)) !== null) return;
  if (!found) {
    if (side(name).base > 0) erase(name); // sent or given up elsewhere
    return;
  }
  take(name, found);
}
function take(name: string, found: DraftOut): void {
  write(name, found.body);
  localStorage.setItem(`${local(name)}.base`, String(found.version));
  change(name, { base: found.version, others: found.others, state: "server" });
}
/** Send what could not be sent, of any screen. */
function again(): void {
  const start = unsent("");
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i);
    if (key?.startsWith(start)) void push(key.slice(start.length));
  }
}
let asked = "";
/** Once per page and person: what this device could not send goes out, what other devices have written comes in. */
function inStep(): void {
  const id = me()?.id ?? "";
  if (asked === id) return;
  asked = id;
  again();
  get<Page<DraftOut>>("/drafts?limit=200").then(({ items }) => {
    for (const found of items) {
      const name = nameOf(found.key);
      if (localStorage.getItem(unsent(name)) === null && side(name).base < found.version) take(name, found);
    }
  }, () => { asked = ""; });
}
window.addEventListener("online", again);
window.addEventListener("pagehide", () => {
  for (const [name, s] of sides) if (s.timer !== undefined && localStorage.getItem(unsent(name)) !== null) void push(name);
});

export interface Kept<T> {
  /** The draft's key on the server. */
  key: string;
  value: T | undefined;
  /** none: nothing typed; local: on this device; server: safe. */
  state: Side["state"];
  others: OtherDraft[];
  /** The others were looked at: they go. */
  settle: () => void;
}
/** A draft that follows the server: what was typed on another device appears here. */
export function useDraft<T>(name: string): Kept<T> {
  const listen = useCallback((l: () => void) => {
    listeners.add(l);
    return () => listeners.delete(l);
  }, []);
  const text = useSyncExternalStore(listen, () => localStorage.getItem(local(name)) ?? "");
  const now = useSyncExternalStore(listen, () => side(name));
  useEffect(() => {
    const look = () => document.visibilityState === "visible" && void meet(name).catch(() => undefined);
    look();
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [name]);
  const settle = useCallback(() => {
    change(name, { others: [] });
    void push(name, true);
  }, [name]);
  return { key: keyOf(name), value: text ? draft<T>(name) : undefined, state: text ? (now.state === "none" ? "local" : now.state) : "none", others: now.others, settle };
}
