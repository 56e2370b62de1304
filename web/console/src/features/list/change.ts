// Changing one row from the list: seen at once, put back with the reason when the server says no, taken back with Z where there is a way back.
import { useCallback } from "react";
import { ApiError, patch as send, post, remove } from "@api/client";
import type { Receipt } from "@api/types";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { useTell } from "../../parts/tell";
import { markSeen } from "../../parts/seen";
import { offerUndo } from "../../parts/undo";
import type { Row, Rows } from "./rows";

export type Patch = (id: string, change: Partial<Row>) => void;
export interface Changer {
  /** Do something to a row; `seen` is what it will look like. Resolves to false when it was refused. */
  run: (row: Row, seen: Partial<Row>, act: (version: number) => Promise<unknown>, words: string, back?: (version: number) => Promise<unknown>) => Promise<boolean>;
}
export function useChanger(patch: Patch, refresh: Rows["refresh"]): Changer {
  const tell = useTell();
  const run = useCallback<Changer["run"]>(async (row, seen, act, words, back) => {
    patch(row.id, seen);
    try {
      const answer = (await act(row.version)) as Partial<Receipt> | undefined;
      const version = answer?.version ?? row.version + 1;
      patch(row.id, { version });
      markSeen(row.id, version);
      void refresh([row.id]);
      if (back)
        offerUndo(words, async () => {
          const undone = (await back(version)) as Partial<Receipt> | undefined;
          markSeen(row.id, undone?.version ?? version + 1);
          await refresh([row.id]);
        });
      return true;
    } catch (error) {
      const before = Object.fromEntries((Object.keys(seen) as (keyof Row)[]).map((k) => [k, row[k]]));
      patch(row.id, before);
      tell(error);
      if (error instanceof ApiError && error.status === 409) void refresh([row.id]);
      return false;
    }
  }, [patch, refresh, tell]);
  return { run };
}

export const setPriority = (c: Changer, row: Row, priority: number): Promise<boolean> =>
  c.run(row, { priority }, (v) => send(`/orders/${row.id}`, { priority }, v), t("didPriority", { number: row.number, to: `P${priority}` }), (v) => send(`/orders/${row.id}`, { priority: row.priority }, v));

export const setField = (c: Changer, row: Row, key: string, value: unknown): Promise<boolean> =>
  c.run(row, { fields: { ...row.fields, [key]: value } }, (v) => send(`/orders/${row.id}`, { fields: { [key]: value } }, v), t("didField", { number: row.number }), (v) => send(`/orders/${row.id}`, { fields: { [key]: row.fields?.[key] ?? null } }, v));

export const assign = (c: Changer, row: Row, person: { id: string; name: string }, reason: string): Promise<boolean> => {
  const before = row.assignee_id;
  return c.run(row, { assignee_id: person.id, assignee_name: person.name }, (v) => post(`/orders/${row.id}/assign`, { assignee_id: person.id, ...(reason ? { reason } : {}) }, v), t("didAssign", { number: row.number, name: person.name }),
    before ? (v) => post(`/orders/${row.id}/assign`, { assignee_id: before }, v) : undefined);
};
export const tag = (c: Changer, row: Row, word: string): Promise<boolean> =>
  c.run(row, { tags: [...row.tags, word].sort() }, () => post(`/orders/${row.id}/tags`, { tag: word }), t("didTag", { number: row.number, tag: word }), () => remove(`/orders/${row.id}/tags/${encodeURIComponent(word)}`));
export const untag = (c: Changer, row: Row, word: string): Promise<boolean> =>
  c.run(row, { tags: row.tags.filter((x) => x !== word) }, () => remove(`/orders/${row.id}/tags/${encodeURIComponent(word)}`), t("didUntag", { number: row.number, tag: word }), () => post(`/orders/${row.id}/tags`, { tag: word }));
/** Verbs whose way back is a verb. */
const BACK: Record<string, string> = { hold: "resume" };
export const verb = (c: Changer, row: Row, name: string, label: string, seen: Partial<Row>, body: object = {}): Promise<boolean> => {
  const inverse = BACK[name];
  return c.run(row, seen, (v) => post(`/orders/${row.id}/${name.replace("_", "-")}`, body, v), t("didVerb", { number: row.number, verb: label }), inverse ? (v) => post(`/orders/${row.id}/${inverse}`, {}, v) : undefined);
};
