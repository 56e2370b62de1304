// What happened to orders just now, for whoever is on screen, and who is where. One window of a browser holds the line to the server
// (a lock says which), the others hear it from there; so many windows are one connection.
import { useEffect, useRef, useSyncExternalStore } from "react";
import { get } from "@api/client";
import { me } from "./data";
import { Line, type Said } from "./line";

export interface OrderEvent {
  order_id: string;
  type: string;
  seq: number;
}
export type Connection = "live" | "catching" | "offline";
export interface Present {
  id: string;
  name: string;
  doing: string;
}
type Told = Said | { kind: "hello" } | { kind: "who" } | { kind: "wake" } | { kind: "anyone" } | { kind: "awake" } | { kind: "here"; tab: string; places: Place[] };
interface Place {
  place: string;
  doing: string;
}

const HIDDEN = 5 * 60_000; // a browser nobody looks at so long lets the line go, and catches up afterwards
const TOGETHER = 1000;
const AGAIN = 15_000; // how often a window says where it is; the holder forgets one after three silences
const ears = new Set<(events: OrderEvent[]) => void>();
const inboxes = new Set<() => void>();
const watchers = new Set<() => void>();
let state: { state: Connection; since: number; slow: boolean } = { state: "catching", since: Date.now(), slow: false };
let people = new Map<string, Present[]>();
const changed = () => watchers.forEach((w) => w());
const watch = (w: () => void) => {
  watchers.add(w);
  return () => void watchers.delete(w);
};

/** An empty list means: something may have been missed, read anew. */
export function announce(events: OrderEvent[]): void {
  ears.forEach((ear) => ear(events));
}
export function connection(next: Connection, slow = false): void {
  if (state.state === next && state.slow === slow) return;
  state = { state: next, since: state.state === next ? state.since : Date.now(), slow };
  changed();
}
/** What happened to orders: at once, and when more comes, together with it at most once a second. An empty list: read anew. */
export function useOrderEvents(heard: (events: OrderEvent[]) => void): void {
  const waiting = useRef<{ events: OrderEvent[]; anew: boolean; timer: ReturnType<typeof setTimeout> } | undefined>(undefined);
  useEffect(() => () => clearTimeout(waiting.current?.timer), []);
  useEar(ears, (events) => {
    const before = waiting.current;
    if (before) {
      before.anew ||= events.length === 0;
      before.events.push(...events);
      return;
    }
    heard(events);
    const mine = { events: [] as OrderEvent[], anew: false, timer: setTimeout(() => {
      waiting.current = undefined;
      if (mine.anew || mine.events.length) announceTo.current(mine.anew ? [] : mine.events);
    }, TOGETHER) };
    waiting.current = mine;
  });
  const announceTo = useRef(heard);
  announceTo.current = heard;
}
/** The person's inbox changed. */
export function useInboxEvents(heard: () => void): void {
  useEar(inboxes, heard);
}
function useEar<F extends (...args: never[]) => void>(all: Set<F>, heard: F): void {
  const now = useRef(heard);
  now.current = heard;
  useEffect(() => {
    const ear = ((...args: never[]) => now.current(...args)) as F;
    all.add(ear);
    return () => void all.delete(ear);
  }, [all]);
}
export const useConnection = (): { state: Connection; since: number; slow: boolean } => useSyncExternalStore(watch, () => state);
const NOBODY: Present[] = [];
/** Everybody at a place, oneself included. */
export const usePeople = (place: string): Present[] => useSyncExternalStore(watch, () => people.get(place) ?? NOBODY);

/** What the line said, in every window. */
function hear(said: Said): void {
  if (said.kind === "orders") announce(said.items);
  else if (said.kind === "inbox") inboxes.forEach((ear) => ear());
  else if (said.kind === "line") {
    if (said.state !== "live") people = new Map();
    connection(said.state, said.slow);
    changed();
  } else if (said.kind === "presence") {
    people = new Map(people).set(said.place, said.people);
    changed();
  }
}

// -- the windows of this browser
const tab = crypto.randomUUID();
let mine: Place[] = [];
let channel: BroadcastChannel | undefined;
let line: Line | undefined;
let key = "";
let told = "[]";
const windows = new Map<string, { places: Place[]; at: number }>();

/** Where this window is; called by `presence.ts`. */
export function here(places: Place[]): void {
  mine = places;
  const said: Told = { kind: "here", tab, places };
  channel?.postMessage(said);
  if (line) noted(said);
}
let soon: ReturnType<typeof setTimeout> | undefined;
function noted(said: { tab: string; places: Place[] }): void {
  windows.set(said.tab, { places: said.places, at: Date.now() });
  clearTimeout(soon);
  soon = setTimeout(send, 100);
}
function send(): void {
  for (const [id, one] of windows) if (id !== tab && one.at < Date.now() - 3 * AGAIN) windows.delete(id);
  const places = [...windows.values()].flatMap((w) => w.places);
  const body = JSON.stringify(places);
  if (!key || body === told) return;
  told = body;
  // a plain text, so that a port of its own needs no question beforehand
  void fetch(`${address()}/here`, { method: "POST", credentials: "include", keepalive: true, body: JSON.stringify({ connection: key, places }) }).catch(() => { told = ""; });
}
const address = (): string => {
  const live = me()?.live ?? "";
  return live.startsWith(":") ? `${location.protocol}//${location.hostname}${live}` : live;
};
const say = (said: Told) => channel?.postMessage(said);

function hold(): void {
  line = new Line(address(), {
    open: (url) => new EventSource(url, { withCredentials: true }),
    feed: (after) => get(`/feed?after=${encodeURIComponent(after)}`),
    hear: (said) => {
      if (said.kind === "ready") {
        key = said.connection;
        told = "[]";
        send();
        return;
      }
      if (said.kind === "line" && said.state !== "live") key = "";
      hear(said);
      say(said);
    },
    random: Math.random,
  });
  windows.set(tab, { places: mine, at: Date.now() });
  say({ kind: "who" });
  line.start();
}

function onTold(said: Told): void {
  if (said.kind === "who") here(mine);
  else if (said.kind === "anyone") document.visibilityState === "visible" && say({ kind: "awake" });
  else if (said.kind === "hello") line && say({ kind: "line", state: state.state, slow: state.slow });
  else if (said.kind === "wake" || said.kind === "awake") wake();
  else if (said.kind === "here") line && noted(said);
  else if (!line) hear(said as Said);
}

let sleep: ReturnType<typeof setTimeout> | undefined;
function wake(): void {
  clearTimeout(sleep);
  line?.start();
  if (document.visibilityState === "hidden") doze();
}
/** Hidden for long: ask whether another window is looked at, else let the line go. */
function doze(): void {
  clearTimeout(sleep);
  sleep = setTimeout(() => {
    say({ kind: "anyone" });
    sleep = setTimeout(() => line?.stop(), 1000);
  }, HIDDEN);
}

let started = false;
/** Begin to listen; once per window, after the log-in. */
export function listen(): void {
  if (started) return;
  started = true;
  const name = `gongdan.live.${me()?.id ?? ""}`;
  channel = new BroadcastChannel(name);
  channel.onmessage = (event: MessageEvent<Told>) => onTold(event.data);
  say({ kind: "hello" });
  // without locks (a page that is not served securely) every window has a line of its own
  if (navigator.locks) void navigator.locks.request(name, () => new Promise(() => hold()));
  else hold();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") return doze();
    wake();
    say({ kind: "wake" });
  });
  window.addEventListener("offline", () => line?.lost());
  window.addEventListener("offline", () => connection("offline"));
  window.addEventListener("online", () => line?.now());
  window.addEventListener("pagehide", () => here([]));
  setInterval(() => here(mine), AGAIN);
}
