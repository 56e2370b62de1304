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

/** Told when notifications were read, so that the bell counts anew. */
export const READ = "gongdan:read";

// The last answers, shown at once when a person comes back to an address while the fresh one is read.
const answers = new Map<string, unknown>();
const known = <T>(path: string | null) => (path === null ? undefined : (answers.get(path) as T | undefined));
const learners = new Set<(path: string, value: unknown) => void>();
/** Hear every answer that a screen has read. */
export function onAnswer(heard: (path: string, value: unknown) => void): () => void {
  learners.add(heard);
  return () => void learners.delete(heard);
}
function learn(path: string, value: unknown): void {
  learners.forEach((l) => l(path, value));
  answers.delete(path);
  answers.set(path, value);
  const oldest = answers.keys().next().value;
  if (answers.size > 30 && oldest !== undefined) answers.delete(oldest);
}

/** Read an address ahead of the person: shown at once when they go there. */
export function readAhead(path: string): void {
  if (!answers.has(path)) void get(path).then((value) => learn(path, value), () => undefined);
}

/** Read one address and keep it; an older answer never overwrites a newer one. */
export function useGet<T>(path: string | null): Loaded<T> {
  const [data, setData] = useState<T | undefined>(() => known<T>(path));
  const [error, setError] = useState<Error>();
  const [loading, setLoading] = useState(path !== null);
  const [turn, setTurn] = useState(0);
  const last = useRef("");
  useEffect(() => {
    if (path === null) return;
    const stop = new AbortController();
    if (last.current !== path) {
      setData(known<T>(path));
      setError(undefined);
    }
    last.current = path;
    setLoading(true);
    get<T>(path, stop.signal)
      .then((value) => {
        if (stop.signal.aborted) return;
        learn(path, value);
        setData(value);
        setError(undefined);
      })
      .catch((problem: Error) => {
        if (stop.signal.aborted) return;
        answers.delete(path);
        if (problem instanceof ApiError && problem.status < 500) setData(undefined);
        setError(problem);
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
