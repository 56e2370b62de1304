import { Alert, Checkbox, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { ApiError, get, post } from "@api/client";
import type { ReshapeOut } from "@api/generated/types.gen";
import type { FormLayout, Label, OrderDetail } from "@api/types";
import "@i18n/areas/order";
import { locale, t, tl } from "@i18n/words";
import { when } from "@ui/format";
import { go, useGet } from "../../parts/data";
import { FormFields } from "../../parts/form";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";
import { offerUndo } from "../../parts/undo";
import { changedFields, toForm } from "../../parts/values";

interface Preview {
  order: OrderDetail;
  new: { blueprint: string; fields: Record<string, unknown>; form: FormLayout };
  effects: (Label & { code: string })[];
}
interface Values {
  title: string;
  description?: string;
  link: "child" | "related";
  comment_ids?: string[];
  file_ids?: string[];
  keep_customer: boolean;
  keep_asset: boolean;
  reason?: string;
  fields?: Record<string, unknown>;
}

/** Split a second matter off, or begin a child: what goes along is ticked; undoable for 30 days as long as nobody worked on it. */
export default function Split({ o, child = false, close, reload }: { o: OrderDetail; child?: boolean; close: () => void; reload: () => void }) {
  const tell = useTell();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const preview = useGet<Preview>(`/orders/${o.id}/split-preview`);
  const done = async (seen: Preview) => {
    const { fields = {}, ...rest } = await form.validateFields();
    setBusy(true);
    try {
      const made = await post<ReshapeOut>(`/orders/${o.id}/split`, { ...rest, fields: { ...seen.new.fields, ...changedFields(seen.new.form.fields ?? [], fields, seen.new.fields) } }, seen.order.version);
      const undo = async () => {
        const { version } = await get<OrderDetail>(`/orders/${made.order.id}`);
        await post(`/orders/${made.order.id}/unsplit`, { reason: t("undo30") }, version);
        go(`/app/orders/${o.id}`);
      };
      offerUndo(t("splitDone", { number: made.order.number }), undo);
      close();
      reload();
      go(`/app/orders/${made.order.id}`);
    } catch (error) {
      const errors = error instanceof ApiError ? (error.problem.errors as { field: string; zh: string; en: string }[] | undefined) : undefined;
      if (errors?.length) form.setFields(errors.map((e) => ({ name: e.field.split("."), errors: [locale() === "en" ? e.en : e.zh] })) as never);
      tell(error);
      if (error instanceof ApiError && error.status === 409) preview.reload();
    }
    setBusy(false);
  };
  return (
    <Modal open width={720} title={child ? t("createChild") : t("splitTitle", { number: o.number })} okText={child ? t("createChild") : t("splitIt")} cancelText={t("cancel")} okButtonProps={{ disabled: !preview.data }} confirmLoading={busy} onOk={() => preview.data && void done(preview.data).catch(() => undefined)} onCancel={close}>
      <Waiting of={preview}>
        {(seen) => {
          const said = seen.order.comments.map((c) => ({ value: c.id, label: `${when(c.occurred_at)} ${c.author_name}: ${c.body.slice(0, 80)}` }));
          const files = seen.order.attachments.map((f) => ({ value: f.file_id, label: f.name }));
          return (
            <>
              <Alert type="info" title={<ul className="effects">{seen.effects.map((e) => <li key={e.code}>{tl(e)}</li>)}</ul>} />
              <Form form={form} layout="vertical" initialValues={{ link: child ? "child" : "related", keep_customer: true, keep_asset: true, fields: Object.fromEntries((seen.new.form.fields ?? []).map((f) => [f.key, toForm(f, seen.new.fields[f.key])])) }}>
                <Form.Item label={t("title")} name="title" rules={[{ required: true, whitespace: true, message: t("required") }]}><Input maxLength={300} autoFocus /></Form.Item>
                <Form.Item label={t("description")} name="description"><Input.TextArea rows={2} /></Form.Item>
                <Form.Item label={t("linkKind")} name="link"><Select options={[{ value: "child", label: t("link_child") }, { value: "related", label: t("link_related") }]} /></Form.Item>
                {said.length > 0 && <Form.Item label={t("goesAlong")} name="comment_ids"><Checkbox.Group className="ticks" options={said} /></Form.Item>}
                {files.length > 0 && <Form.Item label={t("attachments")} name="file_ids"><Checkbox.Group className="ticks" options={files} /></Form.Item>}
                <Form.Item name="keep_customer" valuePropName="checked" noStyle><Checkbox>{t("keepCustomer")}</Checkbox></Form.Item>
                <Form.Item name="keep_asset" valuePropName="checked" noStyle><Checkbox>{t("keepAsset")}</Checkbox></Form.Item>
                <details><summary className="part">{t("fields")}</summary><FormFields form={seen.new.form} values={seen.new.fields} /></details>
              </Form>
            </>
          );
        }}
      </Waiting>
    </Modal>
  );
}
