import { Alert, App, Button, Form, Select } from "antd";
import { useRef, useState } from "react";
import { ApiError, get, post } from "@api/client";
import type { Proposal, Similar, SuggestOut, Suggestion } from "@api/generated/types.gen";
import type { BlueprintRow, FormLayout, Hit, Label } from "@api/types";
import "@i18n/areas/create";
import { locale, t, tl } from "@i18n/words";
import { go, may, useGet } from "../../parts/data";
import { useKeys } from "../../parts/keys";
import { PickPerson } from "../../parts/pick";
import { useTell } from "../../parts/tell";
import { toForm } from "../../parts/values";
import { Base, Routing, Subject } from "./Base";
import { Attached, useUpload } from "./Files";
import { First } from "./First";
import { useKnown } from "./known";
import { Own } from "./Own";
import { PasteBox, type Pasted, Proposals, readChat } from "./Paste";
import { create } from "./saving";
import { type Sheet, useSheet, type Values } from "./sheet";
import { type About, Duplicates, Suggestions, useRested, Warranty } from "./Side";
import { isPhone } from "./typed";

interface Props {
  begin: Sheet;
  close: () => void;
  /** A fresh sheet of the same kind. */
  next: (kind: string | undefined) => void;
  drafts: React.ReactNode;
}
type Failed = { errorFields?: { name: (string | number)[] }[] };

/** A new order: what is asked on the left, what is known about it on the right. */
export function Panel({ begin, close, next, drafts }: Props) {
  const { message } = App.useApp();
  const tell = useTell();
  const [form] = Form.useForm<Values>();
  const sheet = useSheet(form, begin);
  const known = useKnown(sheet);
  const [busy, send] = useUpload(sheet);
  const blueprints = useGet<BlueprintRow[]>("/blueprints");
  const usable = blueprints.data?.filter((b) => b.published_version > 0) ?? [];
  const row = usable.find((b) => b.key === sheet.kind) ?? usable[0];
  const version = useGet<{ document: { form?: FormLayout } }>(row ? `/blueprints/${row.key}/versions/${row.published_version}` : null);
  const layout = version.data?.document.form ?? {};
  const [typed, setTyped] = useState("");
  const [more, setMore] = useState(false);
  const [pasting, setPasting] = useState(false);
  const [pasted, setPasted] = useState<Pasted>();
  const [engineer, setEngineer] = useState<SuggestOut["engineer"]>(null);
  const [saving, setSaving] = useState("");
  const pressed = useRef(false);
  const watched = (Form.useWatch([], form) ?? {}) as Values;
  const about = useRested<About>(
    {
      blueprint: row?.key ?? "", text: [watched.title, watched.description].filter(Boolean).join("\n").slice(0, 4000), phone: String(watched.contact_phone ?? ""),
      customer_id: sheet.id("customer_id"), asset_id: sheet.id("asset_id"), site_id: (watched.site_id as string | undefined) ?? undefined, priority: (watched.priority as number | undefined) ?? 3,
      fields: Object.fromEntries(Object.entries(watched.fields ?? {}).filter(([, v]) => typeof v === "string" && v)),
    },
    300,
  );
  const focus = (field: string) => setTimeout(() => form.focusField(field), 0);
  const leave = () => {
    const text = typed.trim();
    if (!text || form.getFieldValue("title")) return;
    const phone = isPhone(text);
    sheet.fill(phone ? "contact_phone" : "title", phone ? text.normalize("NFKC") : text, t("fromFirst"));
    setTyped("");
  };
  const found = (hit: Hit, text: string) => {
    if (isPhone(text) && hit.kind !== "asset") sheet.fill("channel", "phone", t("fromFirst"), form.getFieldValue("channel") === "console");
    known.take(hit);
    focus("title");
  };
  const chat = (text: string) => {
    setPasting(false);
    readChat(text).then(setPasted, tell);
  };
  const describe = (text: string) => {
    const before = String(form.getFieldValue("description") ?? "").trim();
    sheet.fill("description", before.includes(text.trim()) ? before : [before, text.trim()].filter(Boolean).join("\n"), t("fromChat"), true);
  };
  const accept = (p: Proposal) => {
    if (p.field === "error_code" || p.field === "appointment") return describe(`${t(p.field)}: ${p.value}`);
    if (p.field === "serial") {
      return void get<Hit[]>(`/lookup?q=${encodeURIComponent(p.value)}`).then(
        (hits) => {
          const assets = hits.filter((h) => h.kind === "asset");
          if (assets.length === 1 && assets[0]) known.take(assets[0]);
          else describe(`${t("serial")}: ${p.value}`);
        },
        () => describe(`${t("serial")}: ${p.value}`),
      );
    }
    sheet.fill(p.field, p.field === "priority" ? Number(p.value) : p.value, t("fromChat"), true);
    if (p.field !== "contact_phone" || sheet.id("customer_id")) return;
    void get<Hit[]>(`/lookup?q=${encodeURIComponent(p.value)}`).then((hits) => {
      const of = new Set(hits.map((h) => h.customer_id));
      const one = hits.find((h) => h.kind === "contact") ?? hits[0];
      if (of.size === 1 && one) known.take(one);
    }, () => undefined);
  };
  const acceptSuggestion = (s: Suggestion) => {
    const field = layout.fields?.find((f) => `fields.${f.key}` === s.field);
    sheet.fill(s.field, field ? toForm(field, s.value) : s.value, t("fromSuggestion"), true);
  };
  const current = (field: string): unknown => (field.startsWith("fields.") ? watched.fields?.[field.slice(7)] : watched[field]);

  const show = (name: (string | number)[] | undefined) => {
    if (!name) return;
    if (document.getElementById(name.join("_"))?.checkVisibility() === false) setMore(true);
    setTimeout(() => form.scrollToField(name as never, { focus: true }), 0);
  };
  const refused = (error: unknown) => {
    const errors = error instanceof ApiError ? (error.problem.errors as { field: string; zh: string; en: string }[] | undefined) : undefined;
    if (errors?.length) {
      form.setFields(errors.map((e) => ({ name: e.field.split("."), errors: [locale() === "en" ? e.en : e.zh] })) as never);
      show(errors[0]?.field.split("."));
    }
    tell(error);
  };
  const save = async (how: "open" | "new" | "give") => {
    if (pressed.current || !version.data || !row) return;
    pressed.current = true; // at once: a second press comes before the state does
    setSaving(how);
    try {
      leave();
      await form.validateFields();
      const person = form.getFieldValue("give") as string | undefined;
      const written = { kind: row.key, values: form.getFieldsValue(true) as Values, layout, taken: sheet.taken, files: sheet.files };
      const done = await create(written, how === "give" ? { chosen: person, hint: engineer?.engineer_id } : undefined);
      sheet.done();
      void (done.good ? message.success(done.said) : message.warning({ content: done.said, duration: 8 }));
      if (how === "new") next(row.key);
      else {
        close();
        go(`/app/orders/${done.made.id}`);
      }
    } catch (error) {
      const failed = (error as Failed).errorFields;
      if (failed) show(failed[0]?.name);
      else refused(error);
    }
    pressed.current = false;
    setSaving("");
  };
  const append = async (order: Similar) => {
    const v = form.getFieldsValue(true) as Values;
    const lines = [v.title, v.description, [v.contact_name, v.contact_phone].filter(Boolean).join(" "), v.address].filter(Boolean) as string[];
    const body = lines.join("\n") || typed.trim();
    if (!body) return focus("title");
    await post(`/orders/${order.id}/comments`, { body: body.slice(0, 20_000), internal: may("order.note"), ...(sheet.files.length ? { files: sheet.files.map((f) => f.id) } : {}) }).then(() => {
      sheet.done();
      void message.success(t("appended", { number: order.number }));
      close();
      go(`/app/orders/${order.id}`);
    }, tell);
  };
  const open = (id: string) => {
    sheet.save();
    close();
    go(`/app/orders/${id}`);
  };
  useKeys([
    { id: "create.save", keys: "mod+Enter", words: t("createAndOpen"), inFields: true, inDialog: true, run: () => void save("open") },
    ...(may("order.assign") ? [{ id: "create.give", keys: "mod+shift+Enter", words: t("saveAndGive"), inFields: true, inDialog: true, run: () => void save("give") }] : []),
    { id: "create.next", keys: "mod+alt+Enter", words: t("saveAndNew"), inFields: true, inDialog: true, run: () => void save("new") },
  ]);
  const files = (list: FileList, event: React.SyntheticEvent) => {
    if (!list.length) return;
    event.preventDefault();
    void send([...list]);
  };
  // a list of choices keeps Enter for itself, with Ctrl too: the shortcut has to come before it
  const early = (e: React.KeyboardEvent) => {
    if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey) || e.nativeEvent.isComposing || !(e.target as HTMLElement).closest("[role=combobox]")) return;
    e.preventDefault();
    e.stopPropagation();
    if (!e.shiftKey || may("order.assign")) void save(e.altKey ? "new" : e.shiftKey ? "give" : "open");
  };
  const off = !version.data || (saving !== "");
  return (
    <div className="create" onKeyDownCapture={early} onPaste={(e) => files(e.clipboardData.files, e)} onDragOver={(e) => e.preventDefault()} onDrop={(e) => files(e.dataTransfer.files, e)}>
      <div className="create-body">
        <div className="create-form">
          {drafts}
          {blueprints.error && <Alert type="error" showIcon title={t("error")} action={<Button onClick={blueprints.reload}>{t("retry")}</Button>} />}
          {version.error && <Alert type="error" showIcon title={t("error")} action={<Button onClick={version.reload}>{t("retry")}</Button>} />}
          {pasting && <PasteBox done={(p) => { setPasting(false); setPasted(p); }} close={() => setPasting(false)} />}
          {pasted && <Proposals key={pasted.text} pasted={pasted} accept={accept} describe={describe} close={() => { setPasted(undefined); focus("title"); }} />}
          <Form form={form} layout="vertical" initialValues={begin.values} validateTrigger={["onBlur", "onChange"]} onValuesChange={(changed: Values) => sheet.typed(changed)}>
            <First sheet={sheet} typed={typed} setTyped={setTyped} found={found} leave={leave} chat={chat} />
            <Form.Item label={t("blueprint")} htmlFor="kind">
              <Select id="kind" value={row?.key ?? null} loading={blueprints.loading} onChange={(kind: string) => sheet.setKind(kind)} options={usable.map((b) => ({ value: b.key, label: tl(b.name as unknown as Label) }))} />
            </Form.Item>
            <Subject sheet={sheet} />
            <Own form={layout} sheet={sheet} open={more} setOpen={setMore}>
              <Base sheet={sheet} customer={known.customer} asset={known.asset} />
              <Routing sheet={sheet} />
            </Own>
            <Attached sheet={sheet} busy={busy} send={send} />
            {may("order.assign") && may("user.view") && <Form.Item label={t("giveTo")} name="give" extra={t("giveBest")}><PickPerson id="give" /></Form.Item>}
          </Form>
        </div>
        <aside className="create-side" aria-label={t("aboutOrder")}>
          {!pasting && !pasted && <Button onClick={() => setPasting(true)}>{t("pasteChat")}</Button>}
          {known.asset && <Warranty asset={known.asset} />}
          <Suggestions about={about} current={current} accept={acceptSuggestion} engineer={setEngineer} />
          <Duplicates about={about} open={open} append={may("order.comment") || may("order.note") ? (o) => void append(o) : undefined} />
        </aside>
      </div>
      <div className="create-foot">
        <span className="soft grow">{t("keptHere")}</span>
        <Button disabled={off && saving !== "new"} loading={saving === "new"} onClick={() => void save("new")}>{t("saveAndNew")}</Button>
        {may("order.assign") && <Button disabled={off && saving !== "give"} loading={saving === "give"} onClick={() => void save("give")}>{t("saveAndGive")}</Button>}
        <Button type="primary" disabled={off && saving !== "open"} loading={saving === "open"} onClick={() => void save("open")}>{t("createAndOpen")}</Button>
      </div>
    </div>
  );
}
