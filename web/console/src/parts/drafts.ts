// What was typed and not yet sent, per person, on this device: it outlives a log-out, a lapse and a reload.
import { me } from "./data";

const key = (name: string) => `gongdan.draft.${me()?.id ?? ""}.${name}`;

export function draft<T>(name: string): T | undefined {
  const kept = localStorage.getItem(key(name));
  try {
    return kept ? (JSON.parse(kept) as T) : undefined;
  } catch {
    return undefined;
  }
}
export function keep(name: string, value: unknown): void {
  if (value === undefined || value === "") localStorage.removeItem(key(name));
  else localStorage.setItem(key(name), JSON.stringify(value));
}
