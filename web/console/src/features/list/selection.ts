// What is selected: rows one by one, a range, or everything that matches but some.
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Filters } from "./address";
import type { Chosen } from "./Batch";
import type { Row } from "./rows";

/** The ids between two rows, both included, in the order of the list. */
export function between(ids: string[], from: string, to: string): string[] {
  const [a, b] = [ids.indexOf(from), ids.indexOf(to)];
  return a < 0 || b < 0 ? [to] : ids.slice(Math.min(a, b), Math.max(a, b) + 1);
}
const MOST = 10_000;

export interface Selection {
  has: (id: string) => boolean;
  count: number;
  wide: boolean;
  setWide: (on: boolean) => void;
  toggle: (id: string, range: boolean) => void;
  all: (on: boolean) => void;
  clear: () => void;
  some: (rows: Row[]) => "all" | "some" | "none";
  chosen: (filters: Filters, total: string, capped: boolean) => Chosen;
}
/** Another `list` begins with nothing selected. */
export function useSelection(rows: Row[], list: string): Selection {
  const [ids, setIds] = useState(new Set<string>());
  const [wide, setWide] = useState(false);
  const [except, setExcept] = useState(new Set<string>());
  const last = useRef("");
  const order = useRef<string[]>([]);
  order.current = rows.map((o) => o.id);
  const clear = useCallback(() => {
    setIds(new Set());
    setExcept(new Set());
    setWide(false);
    last.current = "";
  }, []);
  useEffect(clear, [list, clear]);
  const has = useCallback((id: string) => (wide ? !except.has(id) : ids.has(id)), [wide, except, ids]);
  const toggle = useCallback((id: string, range: boolean) => {
    const some = range && last.current ? between(order.current, last.current, id) : [id];
    last.current = id;
    (wide ? setExcept : setIds)((now) => {
      const next = new Set(now);
      const on = range && some.length > 1 ? !wide : !next.has(id);
      for (const one of some) if (on) next.add(one); else next.delete(one);
      return next;
    });
  }, [wide]);
  const all = useCallback((on: boolean) => {
    setWide(false);
    setExcept(new Set());
    setIds(new Set(on ? order.current : []));
  }, []);
  const some = useCallback((shown: Row[]) => {
    const n = shown.filter((o) => has(o.id)).length;
    return n === 0 ? "none" : n === shown.length ? "all" : "some";
  }, [has]);
  const chosen = useCallback((filters: Filters, total: string, capped: boolean): Chosen => {
    const n = Number(total.replace(/\D/g, "")) - except.size;
    return wide ? { ids: [], filter: filters, except: [...except], count: capped ? `${MOST.toLocaleString("en")}+` : n.toLocaleString("en"), over: capped } : { ids: [...ids], except: [], count: String(ids.size), over: false };
  }, [wide, except, ids]);
  return useMemo(() => ({ has, count: wide ? 1 : ids.size, wide, setWide, toggle, all, clear, some, chosen }), [has, wide, ids, toggle, all, clear, some, chosen]);
}
