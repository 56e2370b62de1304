import { expect, test } from "vitest";
import { entriesOf, places, resolving, shownBy, trigger } from "../console/src/features/order/entries";

const at = (n: number) => `2026-01-01T00:00:${String(n).padStart(2, "0")}Z`;
const move = (seq: number, more: object = {}) => ({ id: `e${seq}`, seq, type: "tagged", actor_name: "王芳", actor_kind: "person", occurred_at: at(seq), text: { zh: `事${seq}`, en: `it ${seq}` }, data: {}, ...more });
const rule = { kind: "rule", name: "VIP", zh: "规则「VIP」", en: "rule “VIP”", link: "" };
const said = (n: number, internal = false) => ({ id: `c${n}`, author_id: "me", author_name: "李", author_kind: "person", internal, body: `话${n}`, occurred_at: at(n) });
const file = { file_id: "f1", name: "a.png", size: 1, type: "image/png", state: "ready", kind: "file", internal: false, comment_id: "c2", at: at(2), by_name: "李" };

test("what a machine did in one run is one entry, in its order; a person's entries stay", () => {
  const timeline = [move(1), move(3, { run: "r", cause: rule, actor_kind: "system" }), move(4, { run: "r", cause: rule, actor_kind: "system" }), move(5, { run: "r" }), move(6, { run: "q", cause: rule })];
  const found = entriesOf({ comments: [said(2)], timeline, attachments: [file] });
  expect(found.map((e) => e.id)).toEqual(["e6", "e5", "e4+", "c2", "e1"]);
  expect(found[2]?.parts?.map((p) => p.id)).toEqual(["e3", "e4"]);
  expect(found[3]?.files).toEqual([file]);
});
test("the same entry read twice is there once, and comments do not come again as events", () => {
  const found = entriesOf({ comments: [said(1)], timeline: [move(2), move(3, { type: "commented" })], attachments: [] }, [move(2)], [said(1)]);
  expect(found.map((e) => e.id)).toEqual(["e2", "c1"]);
});
test("filters", () => {
  const found = entriesOf({ comments: [said(1), said(2, true)], timeline: [move(3, { type: "start" }), move(4)], attachments: [] });
  const ids = (f: Parameters<typeof shownBy>[0]) => found.filter((e) => shownBy(f, e)).map((e) => e.id);
  expect([ids("said"), ids("note"), ids("field"), ids("system"), ids("all").length]).toEqual([["c1"], ["c2"], ["e3"], ["e4"], 4]);
});
test.each([
  ["您好 ::", "reply", "", 3],
  ["::sm", "reply", "sm", 0],
  ["您好：：上门", "reply", "上门", 2],
  ["请@王", "person", "王", 1],
  ["见 #WX26", "order", "WX26", 2],
])("%s asks for a %s", (text, kind, words, from) => expect(trigger(text)).toEqual({ kind, text: words, from }));
test.each(["a@b", "10:30", "C:: x", "@王芳 ", "", "1#2"])("%s asks for nothing", (text) => expect(trigger(text)).toBeUndefined());

const label = (zh: string) => ({ zh, en: zh });
const flow = { blocks: [{ kind: "task", key: "intake", label: label("受理") }, { kind: "branch", key: "q", cases: [{ blocks: [{ kind: "approval", key: "boss", label: label("审批") }] }] }, { kind: "task", key: "finish", label: label("完工") }] };
const token = (node: string) => ({ id: node, node, kind: "task", label: label("审批"), entered_at: at(1), limit_at: null });
test("the flow in a row: passed, now, next; a way taken only sometimes is there while it is walked", () => {
  const seen = (tokens: ReturnType<typeof token>[], family: "working" | "closed" = "working") => places({ flow, tokens, family }).map((p) => `${p.key} ${p.at}`);
  expect(seen([token("intake")])).toEqual(["intake now", "finish next"]);
  expect(seen([token("boss")])).toEqual(["intake done", "boss now", "finish next"]);
  expect(seen([], "closed")).toEqual(["intake done", "finish done"]);
  expect(places({ flow: null, tokens: [], family: "working" })).toEqual([]);
});
test("the verb that resolves", () => {
  const verb = (v: string, to: string | null) => ({ verb: v, label: label(v), to, targets: [], needs: [], allowed: false, blockers: [], primary: false });
  const states = [{ key: "done", label: label("完"), family: "resolved" as const, cancelled: false }];
  expect(resolving({ verbs: [verb("hold", null), verb("finish", "done")], states })?.verb).toBe("finish");
  expect(resolving({ verbs: [verb("hold", null)], states })).toBeUndefined();
});
