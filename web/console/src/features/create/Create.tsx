import { Alert, App, AutoComplete, Button, Drawer, Form, Select, Tag } from "antd";
import { useEffect, useRef, useState } from "react";
import { ApiError, get, post } from "@api/client";
import type { BlueprintRow, CustomerOut, FormLayout, Hit, Label, Receipt } from "@api/types";
import "@i18n/areas/create";
import { type Key, locale, t, tl } from "@i18n/words";
import { go, useGet } from "../../parts/data";
import { draft, keep } from "../../parts/drafts";
import { BaseFields, FormFields } from "../../parts/form";
import { useTell } from "../../parts/tell";
import { fromForm } from "../../parts/values";

type Values = Record<string, unknown> & { fields?: Record<string, unknown> };
interface Taken {
  key: "customer_id" | "contact_id" | "asset_id";
  id: string;
  words: string;
}
interface Draft {
  kind?: string | undefined;
  values?: Values;
  taken?: Taken[];
}
const WORDS: Record<Taken["key"], Key> = { customer_id: "customer", contact_id: "contact", asset_id: "asset" };

/** A new order from anywhere: one field takes a phone, a serial number or words. What was typed stays until the order is there. */
export default function Create({ close, blueprint }: { close: () => void; blueprint?: string }) {
  const { message } = App.useApp();
  const tell = useTell();
  const [form] = Form.useForm<Values>();
  const kept = useRef(draft<Draft>("new") ?? {}).current;
  const blueprints = useGet<BlueprintRow[]>("/blueprints");
  const [chosen, setChosen] = useState<string | undefined>(blueprint ?? kept.kind);
  const [taken, setTaken] = useState<Taken[]>(kept.taken ?? []);
  const [hits, setHits] = useState<Hit[]>([]);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const turn = useRef(0);
  const usable = blueprints.data?.filter((b) => b.published_version > 0) ?? [];
  const row = usable.find((b) => b.key === chosen) ?? usable[0];
  const version = useGet<{ document: { form?: FormLayout } }>(row ? `/blueprints/${row.key}/versions/${row.published_version}` : null);
  const layout = version.data?.document.form ?? {};
  useEffect(() => {
    if (kept.values) form.setFieldsValue(kept.values);
  }, [form, kept]);
  const save = (kind = chosen, now = taken) => keep("new", { kind, values: form.getFieldsValue(true), taken: now });
  const lookup = (text: string) => {
    setTyped(text);
    const mine = ++turn.current;
    if (text.trim().length < 2) return setHits([]);
    setTimeout(() => {
      if (mine === turn.current) get<Hit[]>(`/lookup?q=${encodeURIComponent(text.trim())}`).then((h) => mine === turn.current && setHits(h), () => setHits([]));
    }, 150);
  };
  const leave = () => {
    const text = typed.trim();
    if (!text || taken.length || form.getFieldValue("title")) return;
    form.setFieldValue(/^[\d+() -]{6,}$/.test(text) ? "contact_phone" : "title", text);
    setTyped("");
    save();
  };
  const customerOf = async (hit: Hit, found: Taken[]) => {
    if (!hit.customer_id) return;
    const c = await get<CustomerOut>(`/customers/${hit.customer_id}`).catch(() => undefined);
    if (!c) return;
    const contact = hit.kind === "contact" ? c.contacts.find((k) => k.id === hit.id) : c.contacts[0];
    const site = c.sites[0];
    const blank = (name: string, value: string | undefined) => value && !form.getFieldValue(name) && form.setFieldValue(name, value);
    blank("contact_name", contact?.name);
    blank("contact_phone", contact?.phone);
    if (site) blank("address", `${site.city}${site.district}${site.detail}`);
    const all = [...found.filter((x) => x.key !== "customer_id" && x.key !== "contact_id"), { key: "customer_id" as const, id: c.id, words: c.name }, ...(contact ? [{ key: "contact_id" as const, id: contact.id, words: contact.name }] : [])];
    setTaken(all);
    save(chosen, all);
  };
  const take = (id: string) => {
    const hit = hits.find((h) => h.id === id);
    if (!hit) return;
    setTyped("");
    const key: Taken["key"] = hit.kind === "asset" ? "asset_id" : hit.kind === "contact" ? "contact_id" : "customer_id";
    const now = [...taken.filter((x) => x.key !== key), { key, id: hit.id, words: hit.title }];
    setTaken(now);
    save(chosen, now);
    void customerOf(hit, now);
  };
  const drop = (key: string) => {
    const now = taken.filter((x) => x.key !== key);
    setTaken(now);
    save(chosen, now);
  };
  const send = async () => {
    const { fields: _, ...base } = await form.validateFields();
    // all that was typed, also where a condition hides it just now: the server knows all conditions and drops what they hide
    const own = (form.getFieldsValue(true) as Values).fields ?? {};
    setBusy(true);
    try {
      const given = Object.fromEntries(Object.entries(base).filter(([, v]) => v !== undefined && v !== null && v !== ""));
      const fields = Object.fromEntries((layout.fields ?? []).filter((f) => f.kind !== "formula" && f.key in own).map((f) => [f.key, fromForm(f, own[f.key])]).filter(([, v]) => v !== null));
      const made = await post<Receipt>("/orders", { ...given, ...Object.fromEntries(taken.map((x) => [x.key, x.id])), blueprint: row?.key, fields });
      keep("new", undefined);
      void message.success(t("created1", { number: made.number }));
      close();
      go(`/app/orders/${made.id}`);
    } catch (error) {
      const errors = error instanceof ApiError ? (error.problem.errors as { field: string; zh: string; en: string }[] | undefined) : undefined;
      if (errors?.length) form.setFields(errors.map((e) => ({ name: e.field.split("."), errors: [locale() === "en" ? e.en : e.zh] })) as never);
      tell(error);
    }
    setBusy(false);
  };
  return (
    <Drawer open size="min(560px, 100vw)" title={t("newOrder")} onClose={close} extra={<Button type="primary" loading={busy} disabled={!version.data} onClick={() => void send().catch(() => undefined)}>{t("createAndOpen")}</Button>}>
      {blueprints.error && <Alert type="error" showIcon title={t("error")} action={<Button onClick={blueprints.reload}>{t("retry")}</Button>} />}
      <Form form={form} layout="vertical" scrollToFirstError={{ focus: true }} onValuesChange={() => save()}>
        <Form.Item label={t("blueprint")} htmlFor="kind">
          <Select id="kind" value={row?.key ?? null} loading={blueprints.loading} onChange={(kind: string) => { setChosen(kind); save(kind); }} options={usable.map((b) => ({ value: b.key, label: tl(b.name as unknown as Label) }))} />
        </Form.Item>
        <Form.Item label={t("lookup")} htmlFor="anything" extra={taken.length > 0 && <span className="row">{taken.map((x) => <Tag key={x.key} closable onClose={() => drop(x.key)}>{t(WORDS[x.key])} {x.words}</Tag>)}</span>}>
          <AutoComplete id="anything" autoFocus value={typed} showSearch={{ onSearch: lookup }} onSelect={take} onBlur={leave} options={hits.map((h) => ({ value: h.id, label: `${h.title}  ${h.note}` }))} />
        </Form.Item>
        <BaseFields blank />
        <FormFields form={layout} />
      </Form>
    </Drawer>
  );
}
