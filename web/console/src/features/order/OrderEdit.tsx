import { Alert, Button, Form, Modal } from "antd";
import { useRef, useState } from "react";
import { ApiError, get, patch } from "@api/client";
import type { FormField, OrderDetail } from "@api/types";
import "@i18n/areas/order";
import { type Key, locale, t, tl } from "@i18n/words";
import { draft, keep } from "../../parts/drafts";
import { BaseFields, FormFields } from "../../parts/form";
import { useTell } from "../../parts/tell";
import { changedFields, show, toForm } from "../../parts/values";

type Values = Record<string, unknown> & { fields?: Record<string, unknown> };
const BASE = ["title", "priority", "contact_name", "contact_phone", "address", "description"] as const;
const BASE_WORDS: Record<(typeof BASE)[number], Key> = { title: "title", priority: "priority", contact_name: "contact", contact_phone: "phone", address: "address", description: "description" };

interface Row {
  key: string;
  field?: FormField;
  label: string;
  mine: string;
  theirs: string;
  joined?: boolean;
}

/** Edit against the version that was on screen when it began. Whoever saved in between is shown field by field; nothing typed is lost. */
export default function Edit({ o: now, close, reload }: { o: OrderDetail; close: () => void; reload: () => void }) {
  const tell = useTell();
  const [base, setBase] = useState(now);
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const [clash, setClash] = useState<{ rows: Row[]; theirs: OrderDetail }>();
  const name = `edit.${now.id}`;
  const fields = base.form.fields ?? [];
  const asForm = (o: OrderDetail): Values => ({ ...Object.fromEntries(BASE.map((k) => [k, o[k]])), fields: Object.fromEntries(fields.map((f) => [f.key, toForm(f, o.fields[f.key])])) });
  const first = useRef<Values>({ ...asForm(now), ...draft<Values>(name), fields: { ...asForm(now).fields, ...draft<Values>(name)?.fields } }).current;
  const changes = () => {
    const { fields: own = {}, ...typed } = form.getFieldsValue(true) as Values;
    const changed = Object.fromEntries(BASE.filter((k) => k in typed && (typed[k] ?? "") !== (base[k] ?? "")).map((k) => [k, typed[k] ?? ""]));
    return { changed, own: changedFields(fields, own, base.fields) };
  };
  const remember = () => {
    const { changed, own } = changes();
    const typed = form.getFieldValue("fields") as Record<string, unknown> | undefined;
    const some = Object.keys(changed).length + Object.keys(own).length > 0;
    keep(name, some ? { ...changed, fields: Object.fromEntries(Object.keys(own).map((k) => [k, typed?.[k] ?? null])) } : undefined);
  };
  const done = () => {
    keep(name, undefined);
    reload();
    close();
  };
  const stale = async () => {
    const theirs = await get<OrderDetail>(`/orders/${now.id}`);
    const { changed, own } = changes();
    const rows: Row[] = [
      ...Object.keys(changed).map((k) => ({ key: k, label: t(BASE_WORDS[k as "title"]), mine: String(changed[k]), theirs: String(theirs[k as "title"] ?? "") })),
      ...fields.filter((f) => f.key in own).map((f) => ({ key: f.key, field: f, label: tl(f.label, f.key), mine: show(f, own[f.key]), theirs: show(f, theirs.fields[f.key]) })),
    ];
    setClash({ rows, theirs });
  };
  const save = async (version: number) => {
    await form.validateFields();
    const { changed, own } = changes();
    if (!Object.keys(changed).length && !Object.keys(own).length) return done();
    setBusy(true);
    try {
      await patch(`/orders/${now.id}`, { ...changed, ...(Object.keys(own).length ? { fields: own } : {}) }, version);
      done();
    } catch (error) {
      const problem = error instanceof ApiError ? error.problem : undefined;
      const errors = problem?.errors as { field: string; zh: string; en: string }[] | undefined;
      if (errors?.length) form.setFields(errors.map((e) => ({ name: e.field.split("."), errors: [locale() === "en" ? e.en : e.zh] })) as never);
      if (problem?.code === "stale_version") await stale().catch(tell);
      else tell(error);
    }
    setBusy(false);
  };
  const theirs = (row: Row) => {
    if (!clash) return;
    form.setFieldValue(row.field ? ["fields", row.key] : row.key, row.field ? toForm(row.field, clash.theirs.fields[row.key]) : clash.theirs[row.key as "title"]);
    setClash({ ...clash, rows: clash.rows.filter((r) => r.key !== row.key) });
  };
  const both = (row: Row) => {
    if (!clash) return;
    const name = row.field ? ["fields", row.key] : row.key;
    form.setFieldValue(name, [row.theirs, String(form.getFieldValue(name) ?? "")].filter(Boolean).join("\n"));
    setClash({ ...clash, rows: clash.rows.map((r) => (r.key === row.key ? { ...r, mine: String(form.getFieldValue(name)), joined: true } : r)) });
  };
  const joins = (r: Row) => !r.joined && (r.field ? r.field.kind === "text" || r.field.kind === "long_text" : r.key === "description");
  const onto = () => {
    // what I did not touch takes their value; what I typed stays in the form and is saved over theirs
    if (!clash) return;
    const mine = new Set(clash.rows.map((r) => r.key));
    const fresh = asForm(clash.theirs);
    for (const k of BASE) if (!mine.has(k)) form.setFieldValue(k, fresh[k]);
    for (const f of fields) if (!mine.has(f.key)) form.setFieldValue(["fields", f.key], fresh.fields?.[f.key]);
    setBase(clash.theirs);
    setClash(undefined);
    remember();
  };
  return (
    <Modal open title={t("edit")} okText={t("save")} cancelText={t("cancel")} confirmLoading={busy} okButtonProps={{ disabled: clash !== undefined }} onOk={() => void save(base.version).catch(() => undefined)} onCancel={close} width={640}>
      {!clash && now.version !== base.version && <Alert type="info" showIcon title={t("orderChanged")} action={<Button size="small" onClick={() => void stale().catch(tell)}>{t("seeDifferences")}</Button>} />}
      {clash && (
        <Alert
          type="warning"
          showIcon
          title={t("conflictTitle")}
          description={
            <>
              <p>{clash.rows.length ? t("conflictHow") : t("conflictNone")}</p>
              <table className="list">
                <thead><tr><th /><th>{t("conflictMine")}</th><th>{t("conflictTheirs")}</th><th /></tr></thead>
                <tbody>
                  {clash.rows.map((r) => (
                    <tr key={r.key}><th scope="row">{r.label}</th><td>{r.mine || t("none")}</td><td>{r.theirs || t("none")}</td><td><Button size="small" onClick={() => theirs(r)}>{t("takeTheirs")}</Button> {joins(r) && <Button size="small" onClick={() => both(r)}>{t("editBoth")}</Button>}</td></tr>
                  ))}
                </tbody>
              </table>
              <Button type="primary" style={{ marginTop: 8 }} onClick={onto}>{clash.rows.length ? t("keepMine") : t("ok")}</Button>
            </>
          }
        />
      )}
      <Form form={form} layout="vertical" initialValues={first} scrollToFirstError={{ focus: true }} onValuesChange={remember}>
        <BaseFields />
        <FormFields form={base.form} values={asForm(base).fields ?? {}} open />
      </Form>
    </Modal>
  );
}
