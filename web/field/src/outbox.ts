// What was done and not yet sent. Every action keeps its operation id, so sending it twice is harmless; it leaves only when the server has
// taken it, or when a person throws it away after the server refused it. Each person has their own: a shared phone sends nothing under
// somebody else's name.
import { ApiError, call } from "@api/client";

export interface Action {
  id: string;
  order: string;
  path: string;
  body: unknown;
  words: string;
  at: string;
  versioned: boolean;
  refused?: string;
}
let owner = "";
export const belongTo = (person: string) => {
  owner = person;
  listeners.forEach((l) => l());
};
const key = () => `gongdan.outbox.${owner}`;
const listeners = new Set<() => void>();

export const pending = (): Action[] => JSON.parse(localStorage.getItem(key()) ?? "[]") as Action[];
const keep = (list: Action[]) => {
  localStorage.setItem(key(), JSON.stringify(list));
  listeners.forEach((l) => l());
};
export const onChange = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
export function add(action: Omit<Action, "id" | "at">): void {
  keep([...pending(), { ...action, id: crypto.randomUUID(), at: new Date().toISOString() }]);
}
export const discard = (id: string) => keep(pending().filter((a) => a.id !== id));
export const again = (id: string) => keep(pending().map((a) => (a.id === id ? (({ refused: _, ...rest }) => rest)(a) : a)));

let sending: Promise<void> | undefined;
/** Send in order; stop at the first that cannot go now. Later actions of an order wait behind one that was refused. */
export const drain = (): Promise<void> => (sending ??= send().finally(() => { sending = undefined; }));

async function send(): Promise<void> {
  const stuck = new Set<string>();
  const tried = new Set<string>();
  // read anew each time: what was done while the last one travelled goes out as well
  const next = () => pending().find((a) => !tried.has(a.id));
  for (let action = next(); action !== undefined; action = next()) {
    tried.add(action.id);
    if (action.refused || stuck.has(action.order)) {
      stuck.add(action.order);
      continue;
    }
    try {
      const version = action.versioned ? (await call<{ version: number }>("GET", `/orders/${action.order}`)).version : undefined;
      await call("POST", action.path, { body: action.body, operation: action.id, ...(version === undefined ? {} : { version }) });
      discard(action.id);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status >= 500 || error.status === 401 || error.status === 429) return;
      stuck.add(action.order);
      const [id, words] = [action.id, error.message];
      keep(pending().map((a) => (a.id === id ? { ...a, refused: words } : a)));
    }
  }
}
