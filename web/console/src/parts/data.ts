import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { ApiError, get } from "@api/client";
import type { Me } from "@api/types";

export interface Loaded<T> {
  data: T | undefined;
  error: ApiError | Error | undefined;
  loading: boolean;
  reload: () => void;
  set: (value: T) => void;
}

/** Read one address and keep it; an older answer never overwrites a newer one. */
export function useGet<T>(path: string | null): Loaded<T> {
  const [data, setData] = useState<T>();
  const [error, setError] = useState<Error>();
  const [loading, setLoading] = useState(path !== null);
  const [turn, setTurn] = useState(0);
  const last = useRef("");
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    if (last.current !== path) setData(undefined);
    last.current = path;
    setLoading(true);
    get<T>(path, stop.signal)
      .then((value) => {
        setData(value);
        setError(undefined);
      })
      .catch((problem: Error) => {
        if (!stop.signal.aborted) setError(problem);
      })
      .finally(() => {
        if (!stop.signal.aborted) setLoading(false);
      });
    return () => stop.abort();
  }, [path, turn]);
  return { data, error, loading, reload: useCallback(() => setTurn((n) => n + 1), []), set: setData };
}

const listeners = new Set<() => void>();
const changed = () => listeners.forEach((l) => l());
window.addEventListener("popstate", changed);

/** Go to an address of the console; the URL is the state. */
export function go(to: string, replace = false): void {
  if (replace) history.replaceState(null, "", to);
  else history.pushState(null, "", to);
  changed();
}
export function useAddress(): URL {
  const href = useSyncExternalStore(
    (l) => {
      listeners.add(l);
      return () => listeners.delete(l);
    },
    () => location.href,
  );
  return new URL(href);
}
/** Follow a link inside the console; with a modifier key the browser does what it always does. */
export function follow(event: React.MouseEvent, to: string): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go(to);
}

let person: Me | undefined;
export const me = () => person;
export const setMe = (value: Me | undefined) => {
  person = value;
};
export const may = (permission: string): boolean => person?.permissions.includes(permission) ?? false;
