import { App, AutoComplete, Button, Drawer, Form, Select } from "antd";
import { useEffect, useRef, useState } from "react";
import { ApiError, get, newOperation, post } from "@api/client";
import type { BlueprintRow, FormField, Hit, Receipt } from "@api/types";
import { locale, t, tl } from "@i18n/words";
import { go, useGet } from "../parts/data";
import { BaseFields, FormFields } from "../parts/form";

const DRAFT = "gongdan.draft.new";

/** A new order from anywhere: one field takes a phone, a serial number or words. */
export function Create({ close }: { close: () => void }) {
  const { message } = App.useApp();
  const [form] = Form.useForm();
  const blueprints = useGet<BlueprintRow[]>("/blueprints");
  const [chosen, setChosen] = useState<string>();
  const [fields, setFields] = useState<FormField[]>([]);
  const [hits, setHits] = useState<Hit[]>([]);
  const [busy, setBusy] = useState(false);
  const operation = useRef(newOperation());
  const usable = blueprints.data?.filter((b) => b.published_version > 0) ?? [];
  const kind = chosen ?? usable[0]?.key;
  const version = usable.find((b) => b.key === kind)?.published_version;
  useEffect(() => {
    if (kind && version) void get<{ document: { form?: { fields?: FormField[] } } }>(`/blueprints/${kind}/versions/${version}`).then((v) => setFields(v.document.form?.fields ?? []));
  }, [kind, version]);
  useEffect(() => {
    const kept = localStorage.getItem(DRAFT);
    if (kept) form.setFieldsValue(JSON.parse(kept));
  }, [form]);
  const lookup = (text: string) => {
    form.setFieldValue("title", text);
    if (text.trim().length > 1) void get<Hit[]>(`/lookup?q=${encodeURIComponent(text.trim())}`).then(setHits, () => setHits([]));
  };
  const take = (id: string) => {
    const hit = hits.find((h) => h.id === id);
    if (!hit) return;
    form.setFieldsValue({ customer_id: hit.customer_id, title: "", ...(hit.kind === "asset" ? { asset_id: hit.id } : {}), ...(hit.kind === "contact" ? { contact_id: hit.id, contact_name: hit.title, contact_phone: hit.note } : {}) });
  };
  const save = async () => {
    const { fields: own, ...base } = (await form.validateFields()) as Record<string, unknown> & { fields?: Record<string, unknown> };
    setBusy(true);
    try {
      const given = Object.fromEntries(Object.entries({ ...form.getFieldsValue(true), ...base }).filter(([k, v]) => k !== "fields" && k !== "anything" && v !== undefined && v !== null && v !== ""));
      const body = { ...given, blueprint: kind, fields: Object.fromEntries(Object.entries(own ?? {}).filter(([, v]) => v !== undefined && v !== null)) };
      const made = await post<Receipt>("/orders", body, undefined, operation.current);
      localStorage.removeItem(DRAFT);
      void message.success(t("created1", { number: made.number }));
      close();
      go(`/app/orders/${made.id}`);
    } catch (error) {
      const errors = error instanceof ApiError ? (error.problem.errors as { field: string; zh: string; en: string }[] | undefined) : undefined;
      if (errors) form.setFields(errors.map((e) => ({ name: e.field.split("."), errors: [locale() === "en" ? e.en : e.zh] })));
      else void message.error((error as Error).message);
      operation.current = newOperation();
    }
    setBusy(false);
  };
  return (
    <Drawer open size={560} title={t("newOrder")} onClose={close} extra={<Button type="primary" loading={busy} onClick={() => void save()}>{t("createAndOpen")}</Button>}>
      <Form form={form} layout="vertical" initialValues={{ priority: 3 }} onValuesChange={(_, all) => localStorage.setItem(DRAFT, JSON.stringify(all))}>
        <Form.Item label={t("blueprint")}>
          <Select aria-label={t("blueprint")} value={kind ?? null} onChange={setChosen} options={usable.map((b) => ({ value: b.key, label: tl(b.name as { zh: string; en: string }) }))} />
        </Form.Item>
        <Form.Item label={t("lookup")} name="anything">
          <AutoComplete autoFocus onSearch={lookup} onSelect={take} options={hits.map((h) => ({ value: h.id, label: `${h.title}  ${h.note}` }))} />
        </Form.Item>
        <Form.Item name="customer_id" hidden><input /></Form.Item>
        <Form.Item name="contact_id" hidden><input /></Form.Item>
        <Form.Item name="asset_id" hidden><input /></Form.Item>
        <BaseFields />
        <FormFields fields={fields} />
      </Form>
    </Drawer>
  );
}
