// Which orders lie open on somebody's desk, and how far down each page was read.
import { useEffect, useSyncExternalStore } from "react";
import { go, onAnswer } from "../../parts/data";
import { useOrderEvents } from "../../parts/live";
import { readPref, usePref, writePref } from "../../parts/prefs";

export interface Open {
  id: string;
  number: string;
  title: string;
  pinned?: boolean;
}
export const MOST_OPEN = 20;
const MOST_RECENT = 12;
const LONGEST = 60;
const NONE: Open[] = [];
const NO_RECENT: Recent[] = [];
const ORDER = /^\/(?:app\/)?orders\/([0-9a-f-]{36})$/;
export const orderAt = (path: string): string | undefined => ORDER.exec(path)?.[1];
export const openPath = (id: string): string => `/app/orders/${id}`;

/** An order opened: at the end of the strip; the oldest that is not pinned makes room. */
export function opened(list: readonly Open[], one: Open): Open[] {
  const there = list.findIndex((o) => o.id === one.id);
  if (there >= 0) return list.map((o, i) => (i === there ? { ...o, ...one } : o));
  const next = [...list, one];
  while (next.length > MOST_OPEN) {
    const oldest = next.findIndex((o) => !o.pinned);
    next.splice(oldest === next.length - 1 ? 0 : Math.max(oldest, 0), 1);
  }
  return next;
}
/** Where to go when an open order is closed: its neighbour, else the list. */
export function neighbour(list: readonly Open[], id: string): string {
  const at = list.findIndex((o) => o.id === id);
  const next = list[at + 1] ?? list[at - 1];
  return next ? openPath(next.id) : "/app/orders";
}
export function close(id: string): void {
  const list = readPref("open", NONE);
  const to = neighbour(list, id);
  writePref("open", list.filter((o) => o.id !== id));
  if (orderAt(location.pathname) === id) go(to);
}
export const pin = (id: string): void => writePref("open", readPref("open", NONE).map((o) => (o.id === id ? { ...o, pinned: !o.pinned } : o)));
export const closeOthers = (id?: string): void => writePref("open", readPref("open", NONE).filter((o) => o.pinned || o.id === id));
export const useOpen = (): Open[] => usePref("open", NONE)[0];

/** Something that was looked at: shown by the palette before anything is typed. Stays on this device. */
export interface Recent {
  to: string;
  kind: string;
  words: string;
}
export const useRecent = (): Recent[] => usePref("here.recent", NO_RECENT)[0];
export const looked = (one: Recent): void => writePref("here.recent", [one, ...readPref("here.recent", NO_RECENT).filter((r) => r.to !== one.to)].slice(0, MOST_RECENT));

// orders with news since they were last looked at
const NEWS = "gongdan.news";
let news: readonly string[] = JSON.parse(sessionStorage.getItem(NEWS) ?? "[]") as string[];
const listeners = new Set<() => void>();
function setNews(next: readonly string[]): void {
  news = next;
  sessionStorage.setItem(NEWS, JSON.stringify(next));
  listeners.forEach((l) => l());
}
export const useNews = (): readonly string[] =>
  useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => news,
  );

/** Keeps the strip: an order that was read on its own page is open; what happens to another open one is news. */
export function useOpenOrders(pathname: string): void {
  useEffect(
    () =>
      onAnswer((path, value) => {
        const id = orderAt(path);
        const order = value as Partial<Open> | undefined;
        if (!id || id !== orderAt(location.pathname) || !order?.number) return;
        const one = { id, number: order.number, title: (order.title ?? "").slice(0, LONGEST) };
        writePref("open", opened(readPref("open", NONE), one));
        looked({ to: openPath(id), kind: "order", words: `${one.number} ${one.title}` });
      }),
    [],
  );
  useEffect(() => {
    const id = orderAt(pathname);
    if (id && news.includes(id)) setNews(news.filter((n) => n !== id));
  }, [pathname]);
  useOrderEvents((events) => {
    const here = orderAt(location.pathname);
    const held = new Set(readPref("open", NONE).map((o) => o.id));
    const found = events.map((e) => e.order_id).filter((id) => held.has(id) && id !== here);
    if (found.length) setNews([...new Set([...news, ...found])]);
  });
}

/** Whether something for this order was typed and not sent. */
export const unsent = (id: string): boolean => Object.keys(localStorage).some((k) => k.startsWith("gongdan.draft.") && k.includes(id));

const SCROLL = "gongdan.scroll";
const PATIENCE = 3_000;
/** Remembers how far down each address was read; a page comes back there after a reload, with Back, and an open order always. */
export function useScroll(box: React.RefObject<HTMLElement | null>, address: URL): void {
  const at = address.pathname + address.search;
  useEffect(() => {
    const main = box.current;
    if (!main) return;
    const kept = JSON.parse(sessionStorage.getItem(SCROLL) ?? "{}") as Record<string, number>;
    const back = moved || orderAt(address.pathname);
    moved = false;
    const wanted = back ? (kept[at] ?? 0) : 0;
    let stop = 0;
    const there = () => {
      main.scrollTop = wanted;
      if (Math.abs(main.scrollTop - wanted) < 2) end();
    };
    const grown = new MutationObserver(there);
    const end = () => {
      grown.disconnect();
      clearTimeout(stop);
    };
    grown.observe(main, { childList: true, subtree: true });
    stop = window.setTimeout(end, PATIENCE);
    there();
    const keepIt = () => {
      const now = JSON.parse(sessionStorage.getItem(SCROLL) ?? "{}") as Record<string, number>;
      const { [at]: _, ...rest } = now;
      sessionStorage.setItem(SCROLL, JSON.stringify({ ...Object.fromEntries(Object.entries(rest).slice(-50)), [at]: Math.round(main.scrollTop) }));
    };
    let timer = 0;
    const read = () => {
      clearTimeout(timer);
      timer = window.setTimeout(keepIt, 150);
    };
    main.addEventListener("scroll", read, { passive: true });
    main.addEventListener("wheel", end, { passive: true });
    main.addEventListener("keydown", end);
    return () => {
      end();
      clearTimeout(timer);
      main.removeEventListener("scroll", read);
      main.removeEventListener("wheel", end);
      main.removeEventListener("keydown", end);
    };
  }, [at, box, address.pathname]);
}
let moved = true; // the first page after a load counts as come back
window.addEventListener("popstate", () => {
  moved = true;
});
