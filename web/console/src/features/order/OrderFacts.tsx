import { EditOutlined, MoreOutlined } from "@ant-design/icons";
import { Button, Dropdown, Tag } from "antd";
import { lazy, Suspense, useEffect, useState } from "react";
import { post, remove } from "@api/client";
import type { FormField, OrderDetail } from "@api/types";
import "@i18n/areas/order";
import { t, tl } from "@i18n/words";
import { may, me } from "../../parts/data";
import { draft } from "../../parts/drafts";
import { useKeys } from "../../parts/keys";
import { useTell } from "../../parts/tell";
import { show } from "../../parts/values";
import { Watch } from "./OrderHead";
import { FIELD } from "./OrderSteps";

const Edit = lazy(() => import("./OrderEdit"));
const FieldEdit = lazy(() => import("./FieldEdit"));
const FieldHistory = lazy(() => import("./FieldHistory"));
const AddTag = lazy(() => import("./AddTag"));

export interface Value {
  /** "title", or "fields.<key>" */
  key: string;
  label: string;
  words: string;
  field?: FormField;
  href?: string;
  editable: boolean;
  needed?: boolean;
}
interface Group {
  label: string;
  values: Value[];
}

/** The order's values by group; empty ones folded; each edited where it stands (E), with its history in its menu. */
export function Facts({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const tell = useTell();
  const [editing, setEditing] = useState(false);
  const [at, setAt] = useState(() => draft<{ key: string }>(`field.${o.id}`)?.key ?? "");
  const [history, setHistory] = useState<Value>();
  const [tagging, setTagging] = useState(false);
  const change = may("order.edit") && !o.merged_into;
  const fields = o.form.fields ?? [];
  const needed = new Set(o.verbs.filter((v) => v.primary || v.verb === "complete").flatMap((v) => v.blockers.map((b) => b.link)));
  const own = (f: FormField): Value => ({ key: `fields.${f.key}`, label: tl(f.label, f.key), words: show(f, o.fields[f.key]), field: f, editable: change && f.kind !== "formula" && f.kind !== "files", needed: needed.has(`fields.${f.key}`) });
  const base = (key: string, label: string, words: string | null | undefined, editable = true, href = ""): Value => ({ key, label, words: words ?? "", editable: editable && change, ...(href ? { href } : {}) });
  const named = new Set(o.form.sections?.flatMap((s) => s.fields));
  const groups: Group[] = [
    {
      label: t("facts"),
      values: [
        base("customer", t("customer"), o.customer_id ? o.customer_name : "", false, o.customer_id && may("customer.view") ? `/app/customers/${o.customer_id}` : ""),
        base("contact_name", t("contact"), o.contact_name),
        base("contact_phone", t("phone"), o.contact_phone, true, o.contact_phone ? `tel:${o.contact_phone}` : ""),
        base("address", t("address"), o.address),
        base("description", t("description"), o.description),
        base("team", t("team"), o.team_name, false),
        base("held", t("held"), o.hold_reason, false),
      ],
    },
    ...(o.form.sections ?? []).map((s) => ({ label: tl(s.label), values: fields.filter((f) => s.fields.includes(f.key)).map(own) })),
    { label: t("more"), values: fields.filter((f) => !named.has(f.key)).map(own) },
  ];
  useEffect(() => {
    const open = (e: Event) => setAt(`fields.${String((e as CustomEvent).detail)}`);
    document.addEventListener(FIELD, open);
    return () => document.removeEventListener(FIELD, open);
  }, []);
  useKeys([
    ...(change ? [{ id: "order.edit", keys: "e", words: t("editField"), run: () => {
      const here = document.activeElement?.closest("[data-field]")?.getAttribute("data-field");
      if (here) setAt(here);
      else setEditing(true);
    } }] : []),
    ...(may("order.tag") && !o.merged_into ? [{ id: "order.label", keys: "l", words: t("addTag"), run: () => setTagging(true) }] : []),
  ]);
  const untag = (tag: string) => void remove(`/orders/${o.id}/tags/${encodeURIComponent(tag)}`).then(reload, tell);
  const tag = (word: string) => post(`/orders/${o.id}/tags`, { tag: word }).then(reload, tell);
  const row = (v: Value) =>
    at === v.key && v.editable ? (
      <div key={v.key} className="fact editing"><dt>{v.label}</dt><dd><Suspense><FieldEdit o={o} value={v} close={() => setAt("")} reload={reload} /></Suspense></dd></div>
    ) : (
      <div key={v.key} className={`fact ${v.needed ? "needed" : ""}`} data-field={v.key} onContextMenu={(e) => { if (!(e.target as Element).closest("a")) { e.preventDefault(); setHistory(v); } }}>
        <dt>{v.label}{v.needed && <span className="must"> {t("neededNext")}</span>}</dt>
        <dd>
          {v.href ? <a href={v.href}>{v.words}</a> : v.editable ? <button type="button" className="value" aria-label={t("editThis", { what: v.label })} onClick={() => setAt(v.key)}>{v.words || t("none")}</button> : v.words}
          <Dropdown trigger={["click"]} menu={{ items: [...(v.editable ? [{ key: "edit", label: t("edit"), onClick: () => setAt(v.key) }] : []), { key: "history", label: t("fieldHistory"), onClick: () => setHistory(v) }] }}>
            <Button size="small" type="text" className="dots" icon={<MoreOutlined aria-hidden />} aria-label={t("menuOf", { what: v.label })} />
          </Dropdown>
        </dd>
      </div>
    );
  const isShown = (v: Value) => v.words !== "" || v.needed || at === v.key;
  return (
    <section className="panel" aria-label={t("fields")}>
      <div className="between">
        <h2 className="part">{t("facts")}</h2>
        {change && <Button size="small" icon={<EditOutlined aria-hidden />} onClick={() => setEditing(true)}>{draft(`edit.${o.id}`) ? t("editDraft") : t("edit")}</Button>}
      </div>
      {groups.map((g, i) => {
        const full = g.values.filter(isShown);
        return full.length ? <div key={g.label}>{i > 0 && <h3 className="part">{g.label}</h3>}<dl className="facts">{full.map(row)}</dl></div> : null;
      })}
      <Empty of={groups.flatMap((g) => g.values).filter((v) => !isShown(v) && v.editable)} row={row} />
      <div className="row tags">
        {o.tags.map((x) => <Tag key={x} closable={may("order.tag") && !o.merged_into && { "aria-label": t("removeTag", { tag: x }) }} onClose={(e) => { e.preventDefault(); untag(x); }}>#{x}</Tag>)}
        {tagging ? <Suspense><AddTag add={tag} close={() => setTagging(false)} /></Suspense> : may("order.tag") && !o.merged_into && <Button size="small" type="text" onClick={() => setTagging(true)}># {t("addTag")}</Button>}
        {may("order.watch") && !o.merged_into && <Watch o={o} me={me()?.id ?? ""} reload={reload} />}
      </div>
      {editing && <Suspense><Edit o={o} close={() => setEditing(false)} reload={reload} /></Suspense>}
      {history && <Suspense><FieldHistory o={o} value={history} close={() => setHistory(undefined)} /></Suspense>}
    </section>
  );
}

const Empty = ({ of, row }: { of: Value[]; row: (v: Value) => React.ReactNode }) =>
  of.length ? (
    <details>
      <summary className="soft">{t("emptyFields", { n: of.length })}</summary>
      <dl className="facts">{of.map(row)}</dl>
    </details>
  ) : null;
