import { Alert, Button, Form, Input } from "antd";
import { useRef, useState } from "react";
import { ApiError, get, patch } from "@api/client";
import type { OrderDetail, Receipt } from "@api/types";
import "@i18n/areas/order";
import { locale, t } from "@i18n/words";
import { draft, keep as keepDraft } from "../../parts/drafts";
import { Control } from "../../parts/form";
import { useTell } from "../../parts/tell";
import { offerUndo } from "../../parts/undo";
import { fromForm, show, toForm } from "../../parts/values";
import type { Value } from "./OrderFacts";

/** What was typed into a value and not yet saved. */
export interface Typed {
  key: string;
  value: unknown;
}
const LONG = new Set(["description", "address"]);

/** One value, edited where it stands, against the version that was on screen when it began. Who saved in between is shown beside it. */
export default function FieldEdit({ o: now, value: v, close: shut, reload }: { o: OrderDetail; value: Value; close: () => void; reload: () => void }) {
  const tell = useTell();
  const [form] = Form.useForm<{ value: unknown }>();
  const base = useRef(now);
  const [theirs, setTheirs] = useState<OrderDetail>();
  const [busy, setBusy] = useState(false);
  const f = v.field;
  const name = `field.${now.id}`;
  const kept = useRef(draft<Typed>(name)).current;
  const close = () => {
    keepDraft(name, undefined);
    shut();
  };
  const raw = (o: OrderDetail): unknown => (f ? o.fields[f.key] : o[v.key as "address"]);
  const typedOf = (o: OrderDetail): unknown => (f ? toForm(f, raw(o)) : raw(o));
  const wordsOf = (o: OrderDetail): string => (f ? show(f, raw(o)) : String(raw(o) ?? ""));
  const body = (value: unknown) => (f ? { fields: { [f.key]: value ?? null } } : { [v.key]: value ?? "" });
  const other = JSON.stringify(raw(now) ?? "") !== JSON.stringify(raw(base.current) ?? "") ? now : theirs;
  const save = async (version = base.current.version) => {
    const typed = form.getFieldValue("value") as unknown;
    const value = f ? fromForm(f, typed, raw(now)) : typed;
    if (JSON.stringify(value ?? "") === JSON.stringify(raw(base.current) ?? "") && version === base.current.version) return close();
    setBusy(true);
    try {
      const before = raw(base.current);
      const made = await patch<Receipt>(`/orders/${now.id}`, body(value), version);
      offerUndo(t("valueChanged", { what: v.label }), () => patch(`/orders/${now.id}`, body(before), made.version).then(reload));
      reload();
      close();
    } catch (error) {
      const problem = error instanceof ApiError ? error.problem : undefined;
      const errors = problem?.errors as { zh: string; en: string }[] | undefined;
      if (errors?.length) form.setFields([{ name: "value", errors: errors.map((e) => (locale() === "en" ? e.en : e.zh)) }]);
      else if (problem?.code === "stale_version") {
        const fresh = await get<OrderDetail>(`/orders/${now.id}`).catch(tell);
        if (fresh && JSON.stringify(raw(fresh) ?? "") === JSON.stringify(raw(base.current) ?? "")) {
          // somebody changed something else: this value is still what it was
          base.current = fresh;
          setBusy(false);
          return save(fresh.version);
        }
        if (fresh) setTheirs(fresh);
      } else tell(error);
    }
    setBusy(false);
  };
  const take = (o: OrderDetail) => {
    base.current = o;
    setTheirs(undefined);
    form.setFieldValue("value", typedOf(o));
    reload();
    close();
  };
  const keep = (o: OrderDetail) => {
    base.current = o;
    setTheirs(undefined);
    void save(o.version);
  };
  const both = (o: OrderDetail) => {
    base.current = o;
    setTheirs(undefined);
    form.setFieldValue("value", [wordsOf(o), String(form.getFieldValue("value") ?? "")].filter(Boolean).join("\n"));
  };
  const text = !f || f.kind === "text" || f.kind === "long_text";
  return (
    <Form
      form={form} initialValues={{ value: kept?.key === v.key ? kept.value : typedOf(base.current) }} onValuesChange={(_, all) => keepDraft(name, { key: v.key, value: all.value ?? null })} onFinish={() => void save()}
      onKeyDown={(e) => {
        if (e.key === "Escape") { e.stopPropagation(); close(); }
        if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !e.nativeEvent.isComposing) { e.preventDefault(); e.stopPropagation(); void save(); }
      }}
    >
      <Form.Item name="value" valuePropName={f?.kind === "boolean" ? "checked" : "value"} style={{ marginBottom: 6 }}>
        {f ? <Control field={f} name={v.label} /> : LONG.has(v.key) ? <Input.TextArea autoFocus autoSize={{ minRows: 2, maxRows: 10 }} aria-label={v.label} /> : <Input autoFocus aria-label={v.label} maxLength={200} />}
      </Form.Item>
      {other && (
        <Alert type="warning" title={t("conflictTitle")} description={
          <>
            <p><strong>{t("conflictTheirs")}{t("colon")}</strong>{wordsOf(other) || t("none")}</p>
            <div className="row">
              <Button size="small" onClick={() => take(other)}>{t("takeTheirs")}</Button>
              <Button size="small" onClick={() => keep(other)}>{t("saveMine")}</Button>
              {text && <Button size="small" onClick={() => both(other)}>{t("editBoth")}</Button>}
            </div>
          </>
        } />
      )}
      <div className="row"><Button size="small" type="primary" htmlType="submit" loading={busy} disabled={!!other}>{t("save")}</Button><Button size="small" onClick={close}>{t("cancel")}</Button></div>
    </Form>
  );
}
