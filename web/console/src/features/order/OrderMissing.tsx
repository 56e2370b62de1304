import { Alert, Form, Input, Modal } from "antd";
import { useState } from "react";
import { ApiError, post } from "@api/client";
import type { OutgoingOut } from "@api/generated/types.gen";
import type { OrderDetail, Verb } from "@api/types";
import "@i18n/areas/order";
import { locale, t, tl } from "@i18n/words";
import { keyOf, sent } from "../../parts/drafts";
import { FormFields } from "../../parts/form";
import { useTell } from "../../parts/tell";
import { changedFields, toForm } from "../../parts/values";
import type { Written } from "./Composer";
import { why } from "./OrderSteps";

/** Asks for what is still missing before a message can be sent with a verb, and sends both. */
export default function Missing({ o, verb, body, close, done }: { o: OrderDetail; verb: Verb; body: Written; close: () => void; done: () => void }) {
  const tell = useTell();
  const [form] = Form.useForm<{ fields?: Record<string, unknown>; reason?: string }>();
  const [busy, setBusy] = useState(false);
  const keys = new Set(verb.blockers.map((b) => b.link.replace(/^fields\./, "")));
  const fields = (o.form.fields ?? []).filter((f) => keys.has(f.key)).map((f) => ({ ...f, required: true, show_if: undefined }));
  const reason = verb.needs.includes("reason");
  const send = async () => {
    const typed = await form.validateFields();
    setBusy(true);
    try {
      const own = changedFields(fields, typed.fields ?? {}, o.fields);
      const args = { ...(Object.keys(own).length ? { fields: own } : {}), ...(reason ? { reason: typed.reason } : {}) };
      await post<OutgoingOut>(`/orders/${o.id}/outgoing`, { body: body.text, internal: body.internal, files: body.files.map((f) => f.id), mentions: body.mentions.filter((m) => body.text.includes(`@${m.name}`)).map((m) => m.id), draft: keyOf(`talk.${o.id}`), then: { verb: verb.verb, args } });
      sent(`talk.${o.id}`);
      done();
    } catch (error) {
      const errors = error instanceof ApiError ? (error.problem.errors as { field: string; zh: string; en: string }[] | undefined) : undefined;
      if (errors?.length) form.setFields(errors.map((e) => ({ name: e.field.split("."), errors: [locale() === "en" ? e.en : e.zh] })) as never);
      tell(error);
    }
    setBusy(false);
  };
  return (
    <Modal open title={t("sendAnd", { verb: tl(verb.label) })} okText={t("sendAnd", { verb: tl(verb.label) })} cancelText={t("cancel")} confirmLoading={busy} onOk={() => void send().catch(() => undefined)} onCancel={close}>
      {verb.blockers.length > 0 && <Alert type="info" title={why(verb)} style={{ marginBottom: 12 }} />}
      <Form form={form} layout="vertical" initialValues={{ fields: Object.fromEntries(fields.map((f) => [f.key, toForm(f, o.fields[f.key])])) }} onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !e.nativeEvent.isComposing) void send().catch(() => undefined); }}>
        {fields.length > 0 && <FormFields form={{ fields }} values={o.fields} open />}
        {reason && <Form.Item label={t("reason")} name="reason" rules={[{ required: true, whitespace: true, message: t("required") }]}><Input.TextArea rows={2} /></Form.Item>}
      </Form>
    </Modal>
  );
}
