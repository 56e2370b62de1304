// Where a card may go, decided in the browser so that columns grey out at once. The server decides again.
import type { Label, OrderDetail, OrderRow, Verb } from "@api/types";

interface Move {
  verb: string;
  label: unknown;
  to: string[];
  needs: string[];
  resume_first: boolean;
}
export interface Kind {
  blueprint: string;
  moves: Record<string, Move[]>;
  states: Record<string, unknown>;
}
/** A way to a column: the verb to say with which values, or why there is none. */
export interface Way {
  verb?: Verb;
  values: Record<string, string>;
  asks: boolean;
  /** What stands in the way: a key of the words, or words of the server. Empty: nothing. */
  shut: "" | "illegal" | "resumeFirst" | "cannotUnassign" | { said: string };
}
const NO = (shut: Way["shut"]): Way => ({ values: {}, asks: false, shut });
const ASKED = new Set(["assignee", "team", "reason", "waiting_on", "result"]);
// of several verbs that lead to the same state, what people mean when they move a card there
const MEANT = ["move", "start", "resume", "complete", "follow_up", "close", "assign", "transfer", "claim", "reopen", "cancel"];
const place = (verb: string) => (MEANT.includes(verb) ? MEANT.indexOf(verb) : MEANT.length);

const asVerb = (move: Move): Verb => ({
  verb: move.verb, label: move.label as Label, to: move.to.length === 1 ? (move.to[0] ?? null) : null, targets: move.to.length > 1 ? move.to : [],
  needs: move.needs, allowed: true, blockers: [], primary: false,
});
const blocked = (detail: OrderDetail | undefined, verb: string, locale: "zh" | "en"): string => {
  const known = detail?.verbs.find((v) => v.verb === verb);
  return known && !known.allowed ? known.blockers.map((b) => b[locale]).join(" ") : "";
};
const from = (o: OrderRow, kinds: Kind[]): Move[] => kinds.find((k) => k.blueprint === o.blueprint)?.moves[o.state] ?? [];

/** The way of an order to a state. `detail`, once it is known, says exactly what stands in the way of this very order. */
export function toState(o: OrderRow, state: string, kinds: Kind[], locale: "zh" | "en", detail?: OrderDetail): Way {
  const moves = from(o, kinds).filter((m) => m.to.includes(state)).sort((a, b) => place(a.verb) - place(b.verb));
  const found = moves.find((m) => !detail || detail.verbs.some((v) => v.verb === m.verb && v.allowed)) ?? moves[0];
  if (!found || state === o.state) return NO("illegal");
  if (o.waiting_on && found.resume_first) return NO("resumeFirst");
  const said = blocked(detail, found.verb, locale);
  if (said) return NO({ said });
  if (detail && !detail.verbs.some((v) => v.verb === found.verb)) return NO("illegal");
  const values: Record<string, string> = found.to.length > 1 ? { to: state } : {};
  return { verb: asVerb(found), values, asks: found.needs.some((n) => ASKED.has(n)), shut: "" };
}

/** The way of an order to a person's column. */
export function toPerson(o: OrderRow, person: string, kinds: Kind[], me: string, locale: "zh" | "en", detail?: OrderDetail): Way {
  if (person === "none") return NO("cannotUnassign");
  if (person === o.assignee_id) return NO("illegal");
  const moves = from(o, kinds);
  for (const name of ["assign", "transfer", "claim"]) {
    const move = moves.find((m) => m.verb === name);
    if (!move || (name === "claim" && person !== me) || (detail && !detail.verbs.some((v) => v.verb === name && v.allowed))) continue;
    return { verb: asVerb(move), values: name === "claim" ? {} : { assignee_id: person }, asks: name === "transfer", shut: "" };
  }
  const said = moves.map((m) => blocked(detail, m.verb, locale)).find(Boolean);
  return NO(said ? { said } : "illegal");
}

/** What takes a move back without asking and without leaving a mark that was not there (reopening is counted): undefined when nothing does. */
export function inverse(before: OrderRow, state: string, kinds: Kind[]): { verb: string; values: Record<string, string> } | undefined {
  const moves = kinds.find((k) => k.blueprint === before.blueprint)?.moves[state] ?? [];
  if (before.state === state && before.assignee_id) return moves.some((m) => m.verb === "assign") ? { verb: "assign", values: { assignee_id: before.assignee_id } } : undefined;
  const back = moves.find((m) => m.to.includes(before.state) && m.verb !== "reopen" && !m.needs.some((n) => ASKED.has(n)));
  if (!back) return undefined;
  return { verb: back.verb, values: back.to.length > 1 ? { to: before.state } : {} };
}
