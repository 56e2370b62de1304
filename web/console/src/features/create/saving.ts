// From what was written to an order, and on to a person. Each step that was done stays done, whatever the next one says.
import { ApiError, get, post } from "@api/client";
import type { CandidateOut, FormLayout, OrderDetail, Receipt } from "@api/types";
import "@i18n/areas/create";
import { t } from "@i18n/words";
import { may } from "../../parts/data";
import { words } from "../../parts/tell";
import { fromForm } from "../../parts/values";
import type { Sent, Taken, Values } from "./sheet";

export interface Written {
  kind: string;
  values: Values;
  layout: FormLayout;
  taken: Taken[];
  files: Sent[];
}
/** The body of the new order: all that was typed, also where a condition hides it just now: the server drops what they hide. */
export function bodyOf({ kind, values, layout, taken, files }: Written): Record<string, unknown> {
  const { fields: own = {}, give: _, ...base } = values;
  const given = Object.fromEntries(Object.entries(base).filter(([, v]) => v !== undefined && v !== null && v !== ""));
  const fields = Object.fromEntries((layout.fields ?? []).filter((f) => f.kind !== "formula" && f.kind !== "files" && f.key in own).map((f) => [f.key, fromForm(f, own[f.key])]).filter(([, v]) => v !== null));
  const found = Object.fromEntries(taken.filter((x) => x.key !== "parent").map((x) => [x.key, x.id]));
  return { ...given, ...found, blueprint: kind, fields, ...(files.length ? { files: files.map((f) => f.id) } : {}) };
}

export interface Outcome {
  made: Receipt;
  said: string;
  good: boolean;
}
/** Whom to give it to: a person somebody chose, or who was named as the best; else who fits best when it is there. */
export interface Give {
  chosen: string | undefined;
  hint: string | undefined;
}
/** Create, hang it under its parent, and with `give` assign it. Throws only when nothing was created. */
export async function create(written: Written, give?: Give): Promise<Outcome> {
  const made = await post<Receipt>("/orders", bodyOf(written));
  const { number } = made;
  const parent = written.taken.find((x) => x.key === "parent");
  let said = t("created1", { number });
  let good = true;
  try {
    if (give) said = t("createdGiven", { number, name: await assign(made, give) });
  } catch (error) {
    [said, good] = [t("createdNotGiven", { number, reason: words(error) }), false];
  }
  try {
    if (parent) await post(`/orders/${made.id}/links`, { other_id: parent.id, kind: "parent" });
  } catch (error) {
    [said, good] = [`${good ? "" : `${said} `}${t("createdNotLinked", { number, reason: words(error) })}`, false];
  }
  return { made, said, good };
}

/** Give the order away, and say to whom. The automatic dispatch may have been faster: its choice stays unless a person was chosen. */
async function assign(made: Receipt, { chosen, hint }: Give): Promise<string> {
  const to = chosen ?? hint ?? (await best(made.id));
  for (let version = made.version, tries = 1; ; tries++) {
    let error: unknown;
    await post(`/orders/${made.id}/assign`, { assignee_id: to }, version).catch((e: unknown) => { error = e; });
    if (error && !(error instanceof ApiError && error.status === 409 && tries < 3)) throw error;
    const now = await get<OrderDetail>(`/orders/${made.id}`);
    if (now.assignee_id && (!error || !chosen || now.assignee_id === chosen)) return now.assignee_name ?? "";
    version = now.version;
  }
}
async function best(id: string): Promise<string> {
  const found = may("dispatch.view") ? (await get<CandidateOut[]>(`/orders/${id}/candidates`)).find((c) => c.fits) : undefined;
  if (!found) throw new Error(t("nobodyFits"));
  return found.engineer_id;
}
