import { Checkbox, DatePicker, Form, Input, InputNumber, Rate, Select } from "antd";
import type { FormField } from "@api/types";
import { locale, t, tl } from "@i18n/words";
import { holds } from "@ui/conditions";

/** A field's value in words. */
export function show(field: FormField, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (field.kind === "boolean") return value ? t("yes") : t("no");
  const word = (v: unknown) => tl(field.options?.find((o) => o.value === v)?.label, String(v));
  if (Array.isArray(value)) return field.kind === "files" ? String(value.length) : value.map(word).join(", ");
  if (typeof value === "object") return String((value as { typed?: string; detail?: string }).typed ?? (value as { detail?: string }).detail ?? JSON.stringify(value));
  return `${word(value)}${field.unit ? ` ${field.unit}` : ""}`;
}

export function BaseFields() {
  return (
    <>
      <Form.Item label={t("title")} name="title" rules={[{ required: true, message: t("required") }]}><Input maxLength={300} /></Form.Item>
      <Form.Item label={t("priority")} name="priority"><Select options={[1, 2, 3, 4].map((p) => ({ value: p, label: `P${p}` }))} /></Form.Item>
      <Form.Item label={t("contact")} name="contact_name"><Input maxLength={200} /></Form.Item>
      <Form.Item label={t("phone")} name="contact_phone"><Input maxLength={60} inputMode="tel" /></Form.Item>
      <Form.Item label={t("address")} name="address"><Input maxLength={200} /></Form.Item>
      <Form.Item label={t("description")} name="description"><Input.TextArea rows={2} /></Form.Item>
    </>
  );
}

/** The blueprint's own fields; show_if hides here, the server decides. */
export function FormFields({ fields }: { fields: FormField[] }) {
  const values = (Form.useWatch("fields") ?? {}) as Record<string, unknown>;
  return (
    <>
      {fields
        .filter((f) => f.kind !== "formula" && f.kind !== "files" && holds(f.show_if, values))
        .map((f) => (
          <Form.Item key={f.key} label={tl(f.label) + (f.unit ? ` (${f.unit})` : "")} name={["fields", f.key]} valuePropName={f.kind === "boolean" ? "checked" : "value"} rules={f.required ? [{ required: true, message: t("required") }] : []} {...(f.default === undefined ? {} : { initialValue: f.default })}>
            <Control field={f} />
          </Form.Item>
        ))}
    </>
  );
}

/** antd gives `value` and `onChange` to whatever stands inside a Form.Item. */
function Control({ field, ...bound }: { field: FormField; value?: never; onChange?: never }) {
  const options = field.options?.map((o) => ({ value: o.value, label: o.label[locale()] })) ?? [];
  switch (field.kind) {
    case "choice":
      return <Select allowClear options={options} {...bound} />;
    case "multi_choice":
      return <Select mode="multiple" options={options} {...bound} />;
    case "boolean":
      return <Checkbox {...bound} />;
    case "number":
    case "money":
    case "duration":
      return <InputNumber style={{ width: "100%" }} {...bound} />;
    case "long_text":
      return <Input.TextArea rows={3} {...bound} />;
    case "date":
      return <DatePicker {...bound} />;
    case "rating":
      return <Rate {...bound} />;
    default:
      return <Input {...bound} />;
  }
}
