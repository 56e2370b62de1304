// One order that is being written: its values, what was found for it, where they came from. Kept as a draft with every change.
import type { FormInstance } from "antd";
import { useCallback, useEffect, useRef, useState } from "react";
import { draft, keep } from "../../parts/drafts";

export type Values = Record<string, unknown> & { fields?: Record<string, unknown> };
export interface Taken {
  key: "customer_id" | "contact_id" | "asset_id" | "parent";
  id: string;
  words: string;
}
export interface Sent {
  id: string;
  name: string;
}
export interface Sheet {
  id: string;
  at: number;
  kind?: string | undefined;
  values: Values;
  taken: Taken[];
  /** Where a value came from, by its field ("title", "fields.fault_type"). */
  from: Record<string, string>;
  files: Sent[];
}
export interface Listed {
  id: string;
  at: number;
  words: string;
}
const INDEX = "new";
const MOST = 20;
const name = (id: string) => `new.${id}`;

export const blank = (kind?: string): Sheet => ({ id: crypto.randomUUID().slice(0, 8), at: Date.now(), kind, values: {}, taken: [], from: {}, files: [] });
/** Unfinished orders, the latest first. */
export function listed(): Listed[] {
  const kept = draft<Listed[]>(INDEX);
  return Array.isArray(kept) ? kept : [];
}
export const stored = (id: string): Sheet | undefined => draft<Sheet>(name(id));
export function discard(id: string): void {
  keep(name(id), undefined);
  const rest = listed().filter((d) => d.id !== id);
  keep(INDEX, rest.length ? rest : undefined);
}
const said = (v: Values): string[] => ["title", "contact_name", "contact_phone", "description", "address"].map((k) => String(v[k] ?? "").trim()).filter(Boolean);
function store(sheet: Sheet, touched: boolean): void {
  const words = said(sheet.values);
  if (!words.length && !sheet.taken.length && !sheet.files.length && !touched) return discard(sheet.id);
  keep(name(sheet.id), sheet);
  const all = [{ id: sheet.id, at: sheet.at, words: (words[0] ?? sheet.taken[0]?.words ?? "").slice(0, 60) }, ...listed().filter((d) => d.id !== sheet.id)];
  for (const old of all.slice(MOST)) keep(name(old.id), undefined);
  keep(INDEX, all.slice(0, MOST));
}

/** The sheet and how it changes. `done` forgets the draft: nothing is kept afterwards. */
export function useSheet(form: FormInstance<Values>, begin: Sheet) {
  const [kind, setKind] = useState(begin.kind);
  const [taken, setTaken] = useState(begin.taken);
  const [from, setFrom] = useState(begin.from);
  const [files, setFiles] = useState(begin.files);
  const finished = useRef(false);
  const now = useRef({ kind, taken, from, files });
  now.current = { kind, taken, from, files };
  const save = useCallback(() => {
    if (!finished.current) store({ id: begin.id, at: Date.now(), ...now.current, values: form.getFieldsValue(true) as Values }, form.isFieldsTouched());
  }, [begin.id, form]);
  useEffect(save, [save, kind, taken, from, files]);
  const path = (field: string) => (field.startsWith("fields.") ? ["fields", field.slice(7)] : field);
  /** A value from somewhere else than the keyboard. Without `over`, what is there stays. */
  const fill = useCallback(
    (field: string, value: unknown, source: string, over = false) => {
      const there = form.getFieldValue(path(field)) as unknown;
      if (value === undefined || value === "" || (!over && there !== undefined && there !== "" && there !== null)) return;
      form.setFieldValue(path(field) as never, value as never);
      form.setFields([{ name: path(field) as never, errors: [] }]);
      setFrom((f) => ({ ...f, [field]: source }));
    },
    [form],
  );
  /** Called with what was typed: it comes from the person now. */
  const typed = (changed: Values) => {
    const names = Object.keys(changed).flatMap((k) => (k === "fields" ? Object.keys(changed.fields ?? {}).map((f) => `fields.${f}`) : [k]));
    if (names.some((n) => n in now.current.from)) setFrom((f) => Object.fromEntries(Object.entries(f).filter(([k]) => !names.includes(k))));
    save();
  };
  const take = (found: Taken) => setTaken((all) => [...all.filter((x) => x.key !== found.key), found]);
  const drop = (...keys: Taken["key"][]) => setTaken((all) => all.filter((x) => !keys.includes(x.key)));
  const done = () => {
    finished.current = true;
    discard(begin.id);
  };
  const id = (key: Taken["key"]) => taken.find((x) => x.key === key)?.id;
  return { kind, setKind, taken, take, drop, id, from, fill, typed, files, setFiles, save, done };
}
export type Writing = ReturnType<typeof useSheet>;
