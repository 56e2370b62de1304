import { Checkbox, Form, Input, InputNumber, Rate, Select } from "antd";
import type { FormField, FormLayout } from "@api/types";
import { t, tl } from "@i18n/words";
import { computable, holds } from "@ui/conditions";
import { leaves, toForm } from "./values";

const must = [{ required: true, message: t("required") }];

export function BaseFields() {
  return (
    <>
      <Form.Item label={t("title")} name="title" rules={[{ ...must[0], whitespace: true }]}><Input maxLength={300} /></Form.Item>
      <Form.Item label={t("priority")} name="priority"><Select options={[1, 2, 3, 4].map((p) => ({ value: p, label: t(`priority_${p}` as "priority_1") }))} /></Form.Item>
      <Form.Item label={t("contact")} name="contact_name"><Input maxLength={200} autoComplete="off" /></Form.Item>
      <Form.Item label={t("phone")} name="contact_phone"><Input maxLength={60} inputMode="tel" autoComplete="off" /></Form.Item>
      <Form.Item label={t("address")} name="address"><Input maxLength={200} autoComplete="off" /></Form.Item>
      <Form.Item label={t("description")} name="description"><Input.TextArea rows={2} /></Form.Item>
    </>
  );
}

/** Which of the blueprint's own fields are shown now, which of them are needed, and by section. Conditions hide here, the server decides. */
export function useShown(form: FormLayout, stored: Record<string, unknown> = {}) {
  const typed = (Form.useWatch("fields") ?? {}) as Record<string, unknown>;
  const fields = form.fields ?? [];
  const touched = (key: string) => (typed[key] ?? "") !== "" && JSON.stringify(typed[key]) !== JSON.stringify(stored[key]);
  const values = { ...Object.fromEntries(fields.map((f) => [f.key, f.default])), ...stored, ...typed };
  const shown = fields.filter((f) => f.kind !== "formula" && f.kind !== "files" && (!computable(f.show_if, fields, touched) || holds(f.show_if, values)));
  const needed = (f: FormField): boolean => f.required === true || (f.require_if !== undefined && computable(f.require_if, fields, touched) && holds(f.require_if, values));
  const named = new Set(form.sections?.flatMap((s) => s.fields));
  const sections = (of: FormField[]) =>
    [...(form.sections ?? []).map((s) => ({ label: s.label, of: of.filter((f) => s.fields.includes(f.key)) })), { label: null, of: of.filter((f) => !named.has(f.key)) }].filter((s) => s.of.length);
  return { shown, needed, sections };
}

/** One of the blueprint's own fields. */
export function OwnField({ field: f, needed, stored, extra }: { field: FormField; needed: boolean; stored?: unknown; extra?: React.ReactNode }) {
  return (
    <Form.Item
      label={tl(f.label, f.key) + (f.unit ? ` (${f.unit})` : f.kind === "duration" ? ` (${t("minutes")})` : "")}
      name={["fields", f.key]}
      extra={extra}
      valuePropName={f.kind === "boolean" ? "checked" : "value"}
      rules={needed ? must : []}
      {...(f.default === undefined || stored !== undefined ? {} : { initialValue: toForm(f, f.default) })}
    >
      <Control field={f} />
    </Form.Item>
  );
}

/** The blueprint's own fields by section; the first is open, the others open on demand. */
export function FormFields({ form, values: stored = {}, open = false }: { form: FormLayout; values?: Record<string, unknown>; open?: boolean }) {
  const { shown, needed, sections } = useShown(form, stored);
  const draw = (f: FormField) => <OwnField key={f.key} field={f} needed={needed(f)} stored={stored[f.key]} />;
  return (
    <>
      {sections(shown).map((s, i) =>
        i === 0 || open || s.of.some((f) => f.required) ? (
          <section key={s.label?.en ?? ""}>{s.label && <h3 className="part">{tl(s.label)}</h3>}{s.of.map(draw)}</section>
        ) : (
          <details key={s.label?.en ?? ""}><summary className="part">{tl(s.label, t("more"))}</summary>{s.of.map(draw)}</details>
        ),
      )}
    </>
  );
}

const INPUT_TYPES: Record<string, { type?: string; inputMode?: "tel" | "email" | "url" }> = { date: { type: "date" }, instant: { type: "datetime-local" }, phone: { inputMode: "tel" }, email: { inputMode: "email" }, url: { inputMode: "url" } };

/** antd gives `value` and `onChange` to whatever stands inside a Form.Item. */
export function Control({ field, name, ...given }: { field: FormField; name?: string; value?: never; onChange?: never }) {
  const bound = name ? { ...given, "aria-label": name, autoFocus: true } : given;
  const options = field.options?.map((o) => ({ value: o.value, label: tl(o.label, o.value) })) ?? [];
  switch (field.kind) {
    case "choice":
      return <Select allowClear options={options} {...bound} />;
    case "multi_choice":
      return <Select mode="multiple" options={options} {...bound} />;
    case "tree":
      return <Select allowClear showSearch={{ optionFilterProp: "label" }} options={leaves(field.options)} {...bound} />;
    case "boolean":
      return <Checkbox {...bound} />;
    case "number":
    case "money":
    case "duration":
      return <InputNumber style={{ width: "100%" }} {...bound} />;
    case "long_text":
      return <Input.TextArea rows={3} {...bound} />;
    case "rating":
      return <Rate {...bound} />;
    default:
      return <Input {...INPUT_TYPES[field.kind]} {...bound} />;
  }
}
