// The one timeline: what was said, and what happened, as one list of entries; what machines did in one run is folded into one.
import type { Attachment, Comment, Label, OrderDetail, TimelineEntry } from "@api/types";

export type Kind = "said" | "note" | "field" | "system";
export interface Entry {
  id: string;
  at: string;
  kind: Kind;
  who: string;
  actor: string;
  /** Words as typed, or in both languages. */
  text: string | Label;
  files: Attachment[];
  cause?: NonNullable<TimelineEntry["cause"]> | undefined;
  /** What a folded run did, in its order. */
  parts?: Entry[];
  origin?: { id: string; number: string } | null | undefined;
  mine?: boolean;
}
const FIELD = new Set(["start", "hold", "resume", "complete", "observed", "task_done", "attached", "arrive", "depart"]);

export const FILTERS = ["all", "said", "note", "field", "system"] as const;
export type Filter = (typeof FILTERS)[number];

/** Newest first. `moves` and `comments` may overlap with those of the order: each id counts once. */
export function entriesOf(o: Pick<OrderDetail, "comments" | "timeline" | "attachments">, moves: TimelineEntry[] = [], comments: Comment[] = [], me = ""): Entry[] {
  const files = new Map<string, Attachment[]>();
  const byId = new Map(o.attachments.map((a) => [a.file_id, a]));
  for (const a of o.attachments) if (a.comment_id) files.set(a.comment_id, [...(files.get(a.comment_id) ?? []), a]);
  const said = once([...o.comments, ...comments]).map((c): Entry => ({
    id: c.id, at: c.occurred_at, kind: c.internal ? "note" : "said", who: c.author_name, actor: c.author_kind, text: c.body,
    files: files.get(c.id) ?? [], origin: c.origin, mine: c.author_id === me,
  }));
  const moved = once([...o.timeline, ...moves]).filter((e) => e.type !== "commented").sort((a, b) => b.seq - a.seq);
  return [...said, ...fold(moved, byId)].sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id));
}
function once<T extends { id: string }>(list: T[]): T[] {
  return [...new Map(list.map((x) => [x.id, x])).values()];
}
function one(e: TimelineEntry, byId: Map<string, Attachment>): Entry {
  const file = e.type === "attached" ? byId.get(String(e.data.file_id)) : undefined;
  const system = e.actor_kind === "system" || !FIELD.has(e.type);
  return { id: e.id, at: e.occurred_at, kind: system ? "system" : "field", who: e.actor_name, actor: e.actor_kind, text: e.text, files: file ? [file] : [], cause: e.cause ?? undefined };
}
/** Neighbours of one run of a machine become one entry; what a person did stays by itself. */
function fold(moved: TimelineEntry[], byId: Map<string, Attachment>): Entry[] {
  const found: Entry[] = [];
  for (let i = 0; i < moved.length; ) {
    const first = moved[i] as TimelineEntry;
    let j = i + 1;
    while (first.cause && first.run && j < moved.length && moved[j]?.run === first.run && moved[j]?.cause?.name === first.cause.name) j++;
    const parts = moved.slice(i, j).map((e) => one(e, byId));
    const head = parts[0] as Entry;
    found.push(parts.length === 1 ? head : { ...head, id: `${head.id}+`, parts: [...parts].reverse(), files: parts.flatMap((p) => p.files) });
    i = j;
  }
  return found;
}
export const shownBy = (filter: Filter, e: Entry): boolean => filter === "all" || e.kind === filter;

/** What is being typed at the caret: "::" a saved reply, "@" a person, "#" an order. An address (a@b) is none. */
export function trigger(before: string): { kind: "reply" | "person" | "order"; text: string; from: number } | undefined {
  const m = /(^|[^\w@#:：])(::|：：|@|#)([^\s:：@#]{0,30})$/.exec(before);
  if (!m) return undefined;
  const kind = m[2] === "@" ? "person" : m[2] === "#" ? "order" : "reply";
  return { kind, text: m[3] ?? "", from: before.length - (m[2] ?? "").length - (m[3] ?? "").length };
}

/** The verb that resolves an order now, whether or not it is allowed yet. */
export function resolving(o: Pick<OrderDetail, "verbs" | "states">): OrderDetail["verbs"][number] | undefined {
  const family = (key: string | null) => o.states.find((s) => s.key === key)?.family;
  return o.verbs.find((v) => v.verb === "complete") ?? o.verbs.find((v) => family(v.to) === "resolved");
}

export interface Place {
  label: Label;
  at: "done" | "now" | "next";
  key: string;
}
/** The flow as steps in a row: the blocks people work on, those with an open token being the present ones. */
export function places(o: Pick<OrderDetail, "flow" | "tokens" | "family">): Place[] {
  const steps: { key: string; label: Label }[] = [];
  const walk = (blocks: unknown): void => {
    if (Array.isArray(blocks)) return blocks.forEach(walk);
    const b = blocks as { key?: string; kind?: string; label?: Label; blocks?: unknown; branches?: unknown; cases?: unknown } | undefined;
    if (!b || typeof b !== "object") return;
    const work = b.kind === "task" || b.kind === "approval" || b.kind === "wait" || b.kind === "subflow";
    if (work && b.key && b.label) steps.push({ key: b.key, label: b.label });
    // a way that is taken only sometimes is shown when it is being walked
    if (b.kind === "branch") o.tokens.filter((x) => JSON.stringify(b).includes(`"key":"${x.node}"`)).forEach((x) => steps.push({ key: x.node, label: x.label }));
    else [b.blocks, b.branches].forEach(walk);
  };
  walk(o.flow?.blocks ?? []);
  const now = steps.map((s, i) => (o.tokens.some((x) => x.node === s.key) ? i : -1)).filter((i) => i >= 0);
  const over = now.length === 0 && (o.family === "resolved" || o.family === "closed");
  const first = now[0] ?? (over ? steps.length : 0);
  return steps.map((s, i) => ({ ...s, at: now.includes(i) ? "now" : i < first ? "done" : "next" }));
}
