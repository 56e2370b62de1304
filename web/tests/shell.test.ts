// @vitest-environment node
import { readFileSync } from "node:fs";
import type { Open } from "../console/src/features/shell/open";
import { beforeEach, expect, test, vi } from "vitest";

// the little of a browser that these parts ask for
class Store {
  private kept = new Map<string, string>();
  getItem = (k: string) => this.kept.get(k) ?? null;
  setItem = (k: string, v: string) => void this.kept.set(k, v);
  removeItem = (k: string) => void this.kept.delete(k);
  clear = () => this.kept.clear();
}
const store = new Store();
type Heard = (event: unknown) => void;
const heard = new Map<string, Heard[]>();
vi.stubGlobal("localStorage", store);
vi.stubGlobal("sessionStorage", new Store());
vi.stubGlobal("location", { pathname: "/app/orders", href: "http://x/app/orders" });
vi.stubGlobal("history", { pushState: () => undefined, replaceState: () => undefined });
vi.stubGlobal("navigator", { platform: "Linux" });
vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
vi.stubGlobal("window", { addEventListener: (type: string, l: Heard) => heard.set(type, [...(heard.get(type) ?? []), l]) });
let dialogs: { checkVisibility: () => boolean; closest?: () => null }[] = [];
vi.stubGlobal("document", { documentElement: { dataset: {}, style: {} }, querySelectorAll: () => dialogs });
// hooks outside a component: run effects at once
vi.mock("react", () => ({ useLayoutEffect: (run: () => unknown) => run(), useRef: (current: unknown) => ({ current }), useEffect: (run: () => unknown) => run(), useCallback: (f: unknown) => f, useState: (v: unknown) => [v, () => undefined], useSyncExternalStore: (_: unknown, read: () => unknown) => read() }));

const { useKeys, keysOf, keyWords, knownKeys, written } = await import("../console/src/parts/keys");
const { writePref, readPref, syncPrefs } = await import("../console/src/parts/prefs");
const { setMe } = await import("../console/src/parts/data");
const { shownTheme } = await import("../console/src/parts/theme");
const { clash } = await import("../console/src/features/shell/remap");

const { neighbour, opened, MOST_OPEN } = await import("../console/src/features/shell/open");

let at = 0;
const field = { closest: () => ({}) };
function press(key: string, more: Record<string, unknown> = {}): boolean {
  let taken = false;
  const event = { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, isComposing: false, keyCode: 0, defaultPrevented: false, timeStamp: (at += 100), target: { closest: () => null }, preventDefault: () => (taken = true), ...more };
  heard.get("keydown")?.forEach((l) => l(event));
  return taken;
}
const did: string[] = [];
const doing = (id: string) => () => void did.push(id);
useKeys([
  { id: "list.next", keys: "j,ArrowDown", words: "next", run: doing("next") },
  { id: "due", keys: "l", words: "due", run: doing("due") },
  { id: "range", keys: "shift+x", words: "range", run: doing("range") },
  { id: "send", keys: "mod+Enter", words: "send", inFields: true, run: doing("send") },
  { id: "go.orders", keys: "g l", words: "list", everywhere: true, run: doing("list") },
  { id: "help", keys: "?", words: "keys", everywhere: true, run: doing("help") },
  { id: "sure", keys: "y", words: "yes", inDialog: true, run: doing("yes") },
]);
beforeEach(() => {
  did.length = 0;
  at += 10_000;
  dialogs = [];
  setMe({ id: "p1" } as never);
  writePref("keys.map", {});
  writePref("keys.single", true);
});

test("a key does what it says, and no key of the browser is taken", () => {
  expect(press("j")).toBe(true);
  press("J", { shiftKey: false });
  press("X", { shiftKey: true });
  press("?", { shiftKey: true });
  expect(did).toEqual(["next", "next", "range", "help"]);
  expect(press("j", { ctrlKey: true })).toBe(false);
  expect(press("q")).toBe(false);
  expect(press("Shift")).toBe(false);
});
test("an input method never triggers a shortcut, whatever the browser tells of it", () => {
  for (const composing of [{ isComposing: true }, { keyCode: 229 }, { isComposing: true, target: field }, { isComposing: true, ctrlKey: true }]) {
    expect(press("j", composing)).toBe(false);
    expect(press("Enter", { ...composing, ctrlKey: true })).toBe(false);
  }
  press("g", { isComposing: true });
  press("l");
  expect(did).toEqual(["due"]);
});
test("in a field only combinations work, and what is typed there begins no sequence", () => {
  press("j", { target: field });
  press("g", { target: field });
  press("l");
  press("Enter", { ctrlKey: true, target: field });
  expect(did).toEqual(["due", "send"]);
});
test("two keys one after the other, not too slowly", () => {
  press("g");
  press("l");
  press("g");
  at += 2_000;
  press("l");
  press("g");
  press("Shift");
  press("l");
  expect(did).toEqual(["list", "due", "list"]);
});
test("while a dialog is open only its own keys work", () => {
  dialogs = [{ checkVisibility: () => true, closest: () => null }];
  press("j");
  press("y");
  dialogs = [{ checkVisibility: () => false }];
  press("j");
  expect(did).toEqual(["yes", "next"]);
});
test("single keys can be switched off; combinations and named keys stay", () => {
  writePref("keys.single", false);
  for (const key of ["j", "l", "?"]) press(key);
  press("g");
  press("l");
  press("X", { shiftKey: true });
  press("ArrowDown");
  press("Enter", { ctrlKey: true });
  expect(did).toEqual(["next", "send"]);
});
test("an action can have another key, or none", () => {
  writePref("keys.map", { "list.next": "n", due: "" });
  for (const key of ["j", "n", "l"]) press(key);
  expect(did).toEqual(["next"]);
  expect(keysOf({ id: "due", keys: "l" })).toEqual([]);
  expect(keyWords("g l")).toBe("G L");
});
test("a new key may not be another action's of the same page, nor the browser's", () => {
  const known = knownKeys();
  expect(known.map((k) => [k.id, k.page])).toContainEqual(["go.orders", ""]);
  const next = known.find((k) => k.id === "list.next");
  if (!next) throw new Error("not remembered");
  expect(clash(next, "l", known, keysOf)).toMatchObject({ id: "due" });
  expect(clash(next, "n", known, keysOf)).toBeUndefined();
  expect(clash(next, "j", known, keysOf), "its own").toBeUndefined();
  expect(clash(next, "l", known.map((k) => (k.id === "due" ? { ...k, page: "inbox" } : k)), keysOf), "of another page").toBeUndefined();
  for (const key of ["mod+t", "alt+x", "F5", "mod+shift+n"]) expect(clash(next, key, known, keysOf)).toBe("browser");
  expect(written({ key: "Process", keyCode: 229 } as never)).toBe("");
});

const answers: { method: string; path: string; version: string | null; body: unknown }[] = [];
let reply: (path: string, method: string) => [number, unknown] = () => [200, []];
vi.stubGlobal("fetch", async (path: string, options: { method: string; headers: Record<string, string>; body: string | null }) => {
  answers.push({ method: options.method, path, version: options.headers["If-Match"] ?? null, body: options.body && JSON.parse(options.body) });
  const [status, body] = reply(path, options.method);
  return new Response(status === 204 ? null : JSON.stringify(body), { status });
});
vi.stubGlobal("crypto", { randomUUID: () => "00000000-0000-4000-8000-000000000000" });
const settled = () => new Promise((done) => setTimeout(done, 700));

test("a preference is there at once, on the server within a second, and the next change names the version told", async () => {
  setMe({ id: "p2" } as never);
  let version = 0;
  reply = (path) => [200, { key: path.split("/").at(-1), value: null, version: ++version, updated_at: new Date().toISOString() }];
  answers.length = 0;
  writePref("density", "compact");
  expect(readPref("density", "normal")).toBe("compact");
  await settled();
  writePref("density", "roomy");
  writePref("here.only", 1);
  await settled();
  expect(answers.map((a) => [a.method, a.path, a.version, a.body])).toEqual([
    ["PUT", "/api/v1/me/preferences/density", '"0"', { value: "compact" }],
    ["PUT", "/api/v1/me/preferences/density", '"1"', { value: "roomy" }],
  ]);
});
test("what another device did later is taken, what this one did later is sent", async () => {
  setMe({ id: "p3" } as never);
  reply = (_, method) => (method === "GET" ? [200, [{ key: "theme", value: "dark", version: 4, updated_at: "2020-01-01T00:00:00Z" }, { key: "density", value: "roomy", version: 2, updated_at: "2099-01-01T00:00:00Z" }]] : [503, {}]);
  writePref("theme", "light");
  writePref("density", "compact");
  await syncPrefs();
  expect([readPref("theme", ""), readPref("density", "")]).toEqual(["light", "roomy"]);
});
test("a conflict is read anew: the later change wins", async () => {
  setMe({ id: "p4" } as never);
  const theirs = (updated_at: string) => [409, { code: "stale_version", detail: "", version: 7, theirs: { value: "theirs", updated_at } }] as [number, unknown];
  let first = true;
  answers.length = 0;
  reply = (path) => {
    if (first) {
      first = false;
      return theirs("2020-01-01T00:00:00Z");
    }
    return [200, { key: path, value: "mine", version: 8, updated_at: new Date().toISOString() }];
  };
  writePref("columns", "mine");
  await settled();
  await settled();
  expect([readPref("columns", ""), answers.map((a) => a.version)]).toEqual(["mine", ['"0"', '"7"']]);
  reply = () => theirs("2099-01-01T00:00:00Z");
  writePref("columns", "mine again");
  await settled();
  expect(readPref("columns", "")).toBe("theirs");
});
test("without a network it is kept, and sent when there is one", async () => {
  setMe({ id: "p6" } as never);
  let away = true;
  reply = (path) => {
    if (away) throw new Error("no network");
    return [200, { key: path, value: 1, version: 1, updated_at: new Date().toISOString() }];
  };
  writePref("offline", 1);
  await new Promise((done) => setTimeout(done, 2_000));
  away = false;
  answers.length = 0;
  heard.get("online")?.forEach((l) => l({}));
  await settled();
  expect([readPref("offline", 0), answers.map((a) => a.body)]).toEqual([1, [{ value: 1 }]]);
});
test("what the server refuses for itself stays on this device and is not sent again and again", async () => {
  setMe({ id: "p5" } as never);
  answers.length = 0;
  reply = () => [422, { code: "preference_too_long", detail: "" }];
  writePref("long", "x");
  await settled();
  await settled();
  expect([readPref("long", ""), answers.length]).toEqual(["x", 1]);
});

test("the strip holds twenty: the oldest that is not pinned goes", () => {
  const one = (n: number, pinned = false) => ({ id: `o${n}`, number: `N-${n}`, title: "", ...(pinned ? { pinned } : {}) });
  let list: Open[] = [one(0, true)];
  for (let n = 1; n <= MOST_OPEN; n++) list = opened(list, one(n));
  expect([list.length, list[0]?.id, list[1]?.id, list.at(-1)?.id]).toEqual([MOST_OPEN, "o0", "o2", `o${MOST_OPEN}`]);
  expect(opened(list, { ...one(5), title: "new" }).find((o) => o.id === "o5")?.title).toBe("new");
  const pinned = opened(Array.from({ length: MOST_OPEN }, (_, n) => one(n, true)), one(99));
  expect([pinned.length, pinned.at(-1)?.id]).toEqual([MOST_OPEN, "o99"]);
  expect([neighbour(list, "o2"), neighbour(list, `o${MOST_OPEN}`), neighbour([one(1)], "o1")]).toEqual(["/app/orders/o3", `/app/orders/o${MOST_OPEN - 1}`, "/app/orders"]);
});

test("the system's wishes count where a person left it to the system", () => {
  const cases = [["system", false, false, "light"], ["system", true, false, "dark"], ["system", true, true, "contrast-dark"], ["light", true, true, "light"], ["dark", false, false, "dark"], ["contrast", false, false, "contrast"], ["contrast", true, false, "contrast-dark"]] as const;
  for (const [choice, dark, more, shown] of cases) expect(shownTheme(choice, dark, more)).toBe(shown);
  const boot = readFileSync(new URL("../public/theme.js", import.meta.url), "utf8");
  for (const [choice, dark, more, shown] of cases) {
    const html = { dataset: {} as Record<string, string>, style: {} };
    new Function("localStorage", "matchMedia", "document", boot)({ getItem: () => choice }, (q: string) => ({ matches: q.includes("contrast") ? more : dark }), { documentElement: html });
    expect(html.dataset.theme, "the first paint shows the same").toBe(shown);
  }
});

const css = readFileSync(new URL("../packages/ui/tokens.css", import.meta.url), "utf8");
const themes = Object.fromEntries([...css.matchAll(/:root(?:\[data-theme=([\w-]+)\])?\{([^}]*)\}/g)].map(([, name, body]) => [name ?? "light", Object.fromEntries([...(body ?? "").matchAll(/--([\w-]+):(#\w+)/g)].map(([, k, v]) => [k, v]))]));
const light = (hex: string): number => {
  const full = hex.length === 4 ? hex.replace(/[^#]/g, "$&$&") : hex;
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(full.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string): number => {
  const [x, y] = [light(a), light(b)].sort((m, n) => n - m) as [number, number];
  return (x + 0.05) / (y + 0.05);
};
test.each([["light", 4.5, 3], ["dark", 4.5, 3], ["contrast", 7, 4.5], ["contrast-dark", 7, 4.5]] as const)("every text of the theme %s can be read", (name, text, sign) => {
  const token = (key: string): string => themes[name]?.[key] ?? themes.light?.[key] ?? "";
  for (const family of ["grey", "yellow", "green", "blue", "red", "orange"]) {
    expect([family, contrast(token(family), token(`${family}-tint`)) >= text]).toEqual([family, true]);
    expect([`${family} alone`, contrast(token(family), token("panel")) >= text]).toEqual([`${family} alone`, true]);
    expect([`${family}-dot`, contrast(token(`${family}-dot`), token("panel")) >= sign]).toEqual([`${family}-dot`, true]);
  }
  for (const word of ["text", "soft"]) for (const ground of ["ground", "panel", "note", "grey-tint", "blue-tint"]) expect([word, ground, contrast(token(word), token(ground)) >= text]).toEqual([word, ground, true]);
});
