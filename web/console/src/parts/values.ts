// A field's value on its three ways: as words, from the order into a form, and from a form to the server.
import type { FormField, Option } from "@api/types";
import { t, tl } from "@i18n/words";
import { full } from "@ui/format";

const isRecord = (v: unknown): v is Record<string, unknown> => typeof v === "object" && v !== null && !Array.isArray(v);

/** Every way through a tree of options, as "a/b" with the words of its parts. */
export function leaves(options: Option[] | undefined, above = "", words = ""): { value: string; label: string }[] {
  return (options ?? []).flatMap((o) => {
    const [value, label] = [above + o.value, words + tl(o.label, o.value)];
    return [{ value, label }, ...leaves(o.children, `${value}/`, `${label} / `)];
  });
}

/** A field's value in words. */
export function show(field: FormField, value: unknown): string {
  if (value === undefined || value === null || value === "") return "";
  if (field.kind === "boolean") return value ? t("yes") : t("no");
  if (field.kind === "files") return String((value as unknown[]).length);
  if (field.kind === "instant") return full(String(value));
  if (field.kind === "tree") return leaves(field.options).find((o) => o.value === (value as string[]).join("/"))?.label ?? (value as string[]).join(" / ");
  const word = (v: unknown) => tl(field.options?.find((o) => o.value === v)?.label, String(v));
  if (Array.isArray(value)) return value.map(word).join(", ");
  if (isRecord(value) && field.kind === "money") return `${(Number(value.minor) / 100).toFixed(2)} ${String(value.currency)}`;
  if (isRecord(value)) return String(value.typed ?? [...((value.region as string[] | undefined) ?? []), value.detail ?? ""].join(""));
  return `${word(value)}${field.kind === "duration" ? ` ${t("minutes")}` : field.unit ? ` ${field.unit}` : ""}`;
}

const two = (n: number) => String(n).padStart(2, "0");
const local = (iso: string): string => {
  const d = new Date(iso);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
};

/** What the control of a field takes. */
export function toForm(field: FormField, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  if (field.kind === "instant") return local(String(value));
  if (field.kind === "tree") return (value as string[]).join("/");
  if (field.kind === "money" && isRecord(value)) return Number(value.minor) / 100;
  if (isRecord(value)) return value.typed ?? value.detail ?? "";
  return value;
}

/** What the server takes: an address keeps what the form does not show, an emptied field is null. */
export function fromForm(field: FormField, typed: unknown, before?: unknown): unknown {
  if (typed === undefined || typed === null || typed === "") return null;
  if (field.kind === "instant") return new Date(String(typed)).toISOString();
  if (field.kind === "address" && isRecord(before)) return before.detail === typed ? before : { region: before.region ?? [], detail: typed };
  return typed;
}

/** Only what differs from the order, ready to be sent. */
export function changedFields(fields: FormField[], typed: Record<string, unknown>, before: Record<string, unknown>): Record<string, unknown> {
  const same = (f: FormField, v: unknown) => JSON.stringify(v ?? "") === JSON.stringify(toForm(f, before[f.key]) ?? "");
  return Object.fromEntries(fields.filter((f) => f.key in typed && !same(f, typed[f.key])).map((f) => [f.key, fromForm(f, typed[f.key], before[f.key])]));
}
