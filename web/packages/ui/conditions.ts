// Condition trees of forms, as far as hiding a field in the browser needs them. The server is the authority: what cannot be judged here
// (text formulas) is shown.
type Tree = { all?: Tree[]; any?: Tree[]; not?: Tree; field?: string; op?: string; value?: unknown };

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
