// Condition trees of forms, as far as hiding a field in the browser needs them. The server is the authority: what cannot be judged here
// (text formulas) is shown.
import { maybe, t, tl } from "@i18n/words";

type Tree = { all?: Tree[]; any?: Tree[]; not?: Tree; field?: string; op?: string; value?: unknown };

interface Named {
  key: string;
  kind: string;
  formula?: string;
}
const names = (condition: unknown): string[] => {
  const tree = (condition ?? {}) as Tree;
  return [...(tree.field ? [tree.field] : []), ...[...(tree.all ?? []), ...(tree.any ?? []), ...(tree.not ? [tree.not] : [])].flatMap(names)];
};

/** False when a condition looks at a formula whose parts were typed anew: its value is not known here, so nothing may be hidden by it. */
export function computable(condition: unknown, fields: Named[], touched: (key: string) => boolean): boolean {
  return names(condition).every((name) => {
    const formula = fields.find((f) => f.key === name && f.kind === "formula")?.formula ?? "";
    return ![...formula.matchAll(/\[(\w+)\]/g)].some((m) => touched(m[1] ?? ""));
  });
}

const empty = (v: unknown) => v === undefined || v === null || v === "" || (Array.isArray(v) && v.length === 0);
const number = (v: unknown) => (typeof v === "number" ? v : typeof v === "string" && v.trim() !== "" ? Number(v) : NaN);

export function holds(condition: unknown, values: Record<string, unknown>): boolean {
  if (condition === undefined || condition === null || typeof condition !== "object") return true;
  const tree = condition as Tree;
  if (tree.all) return tree.all.every((c) => holds(c, values));
  if (tree.any) return tree.any.some((c) => holds(c, values));
  if (tree.not) return !holds(tree.not, values);
  if (!tree.field || !tree.op) return true;
  return compare(values[tree.field], tree.op, tree.value);
}

function compare(value: unknown, op: string, wanted: unknown): boolean {
  if (op === "empty") return empty(value);
  if (op === "not_empty") return !empty(value);
  if (empty(value)) return op === "not_in" || op === "not_contains";
  const same = (a: unknown, b: unknown) => (typeof a === "string" && typeof b === "string" ? a.toLowerCase() === b.toLowerCase() : a === b || number(a) === number(b));
  const list = Array.isArray(wanted) ? wanted : [wanted];
  switch (op) {
    case "eq":
      return same(value, wanted);
    case "ne":
      return !same(value, wanted);
    case "gt":
      return number(value) > number(wanted);
    case "ge":
      return number(value) >= number(wanted);
    case "lt":
      return number(value) < number(wanted);
    case "le":
      return number(value) <= number(wanted);
    case "in":
      return list.some((w) => same(value, w));
    case "not_in":
      return !list.some((w) => same(value, w));
    case "contains":
      return Array.isArray(value) ? value.some((v) => same(v, wanted)) : String(value).toLowerCase().includes(String(wanted).toLowerCase());
    case "not_contains":
      return !compare(value, "contains", wanted);
    default:
      return true;
  }
}

interface Worded extends Named {
  label: { zh: string; en: string };
  options?: { value: string; label: { zh: string; en: string } }[];
}
/** A condition as a sentence, for people who read a blueprint. */
export function sentence(condition: unknown, fields: Worded[]): string {
  if (typeof condition === "string") return condition;
  const tree = (condition ?? {}) as Tree;
  const join = (list: Tree[], word: string) => list.map((c) => sentence(c, fields)).join(` ${word} `);
  if (tree.all) return join(tree.all, t("and"));
  if (tree.any) return join(tree.any, t("or"));
  if (tree.not) return `${t("not")} (${sentence(tree.not, fields)})`;
  const field = fields.find((f) => f.key === tree.field);
  const value = [tree.value].flat().filter((v) => v !== undefined).map((v) => tl(field?.options?.find((o) => o.value === v)?.label, String(v))).join(" / ");
  return [tl(field?.label, tree.field ?? ""), maybe(`op_${tree.op}`) ?? tree.op ?? "", value].filter(Boolean).join(" ");
}
