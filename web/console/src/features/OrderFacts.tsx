import { EditOutlined } from "@ant-design/icons";
import { Button, Form, Modal } from "antd";
import { useState } from "react";
import type { OrderDetail } from "@api/types";
import { t, tl } from "@i18n/words";
import { may } from "../parts/data";
import { BaseFields, FormFields, show } from "../parts/form";

/** The order's values; one press edits them all, conflicts are shown field by field. */
export function Facts({ o, change }: { o: OrderDetail; change: (values: Record<string, unknown>) => Promise<void> }) {
  const [editing, setEditing] = useState(false);
  const [form] = Form.useForm();
  const filled = (o.form.fields ?? []).filter((f) => o.fields[f.key] !== undefined && o.fields[f.key] !== null);
  const save = async () => {
    const { fields, ...base } = (await form.validateFields()) as Record<string, unknown> & { fields?: Record<string, unknown> };
    const before = o as unknown as Record<string, unknown>;
    const changed = Object.fromEntries(Object.entries(base).filter(([k, v]) => v !== undefined && v !== before[k]));
    const own = Object.fromEntries(Object.entries(fields ?? {}).filter(([k, v]) => v !== undefined && JSON.stringify(v) !== JSON.stringify(o.fields[k])));
    setEditing(false);
    if (Object.keys(changed).length || Object.keys(own).length) await change({ ...changed, ...(Object.keys(own).length ? { fields: own } : {}) });
  };
  return (
    <section className="panel" aria-label={t("fields")}>
      <div className="row" style={{ justifyContent: "space-between", marginBottom: 8 }}>
        <strong>{t("fields")}</strong>
        {may("order.edit") && <Button size="small" icon={<EditOutlined />} onClick={() => setEditing(true)}>{t("edit")}</Button>}
      </div>
      <dl className="facts">
        <dt>{t("customer")}</dt><dd>{o.customer_name}</dd>
        <dt>{t("contact")}</dt><dd>{o.contact_name}</dd>
        <dt>{t("phone")}</dt><dd>{o.contact_phone && <a href={`tel:${o.contact_phone}`}>{o.contact_phone}</a>}</dd>
        <dt>{t("address")}</dt><dd>{o.address}</dd>
        <dt>{t("team")}</dt><dd>{o.team_name}</dd>
        {o.description && (<><dt>{t("description")}</dt><dd style={{ whiteSpace: "pre-wrap" }}>{o.description}</dd></>)}
        {o.hold_reason && (<><dt>{t("held")}</dt><dd>{o.hold_reason}</dd></>)}
        {filled.map((f) => (
          <FactRow key={f.key} label={tl(f.label)} value={show(f, o.fields[f.key])} />
        ))}
      </dl>
      <Modal open={editing} title={t("edit")} okText={t("save")} cancelText={t("cancel")} onOk={() => void save()} onCancel={() => setEditing(false)} width={640} destroyOnHidden>
        <Form form={form} layout="vertical" initialValues={{ ...o, fields: o.fields }}>
          <BaseFields />
          <FormFields fields={o.form.fields ?? []} />
        </Form>
      </Modal>
    </section>
  );
}

const FactRow = ({ label, value }: { label: string; value: string }) => (
  <>
    <dt>{label}</dt>
    <dd>{value}</dd>
  </>
);
