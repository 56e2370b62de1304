import { Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import type { Verb } from "@api/types";
import "@i18n/areas/order";
import { t, tl } from "@i18n/words";
import { PickPerson, PickTeam } from "../../parts/pick";
import type { Say, Subject } from "./OrderSteps";

/** What a verb asks for. What was typed stays when the server refuses or does not answer. */
export default function Ask({ o, verb, close, say }: { o: Subject; verb: Verb; close: () => void; say: Say }) {
  const [form] = Form.useForm<Record<string, string | undefined>>();
  const [busy, setBusy] = useState(false);
  const asks = (name: string) => verb.needs.includes(name);
  const done = async () => {
    const { assignee, team, resume_at, ...rest } = await form.validateFields();
    const values = { ...rest, assignee_id: assignee, team_id: team, resume_at: resume_at && new Date(resume_at).toISOString() };
    setBusy(true);
    const said = await say(o, verb, Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined && v !== "")));
    setBusy(false);
    if (said) close();
  };
  const must = [{ required: true, message: t("required") }];
  const oneOf = [({ getFieldValue }: { getFieldValue: (name: string) => unknown }) => ({ validator: () => (getFieldValue("assignee") || getFieldValue("team") ? Promise.resolve() : Promise.reject(new Error(t("personOrTeam")))) })];
  return (
    <Modal open title={tl(verb.label)} okText={t("ok")} cancelText={t("cancel")} confirmLoading={busy} onOk={() => void done().catch(() => undefined)} onCancel={close}>
      <Form form={form} layout="vertical">
        {asks("assignee") && <Form.Item label={t("person")} name="assignee" dependencies={["team"]} rules={oneOf}><PickPerson /></Form.Item>}
        {asks("team") && <Form.Item label={t("team")} name="team"><PickTeam /></Form.Item>}
        {asks("waiting_on") && (
          <Form.Item label={t("waitingOn")} name="waiting_on" rules={must} initialValue="customer">
            <Select options={["customer", "parts", "vendor", "us"].map((w) => ({ value: w, label: t(`waiting_${w}` as "waiting_us") }))} />
          </Form.Item>
        )}
        {asks("to") && <Form.Item label={t("to")} name="to" rules={must}><Select options={verb.targets.map((x) => ({ value: x, label: tl(o.states.find((s) => s.key === x)?.label, x) }))} /></Form.Item>}
        {asks("reason") && <Form.Item label={t("reason")} name="reason" rules={verb.verb === "assign" ? [] : [{ required: true, whitespace: true, message: t("required") }]}><Input.TextArea rows={2} /></Form.Item>}
        {asks("resume_at") && <Form.Item label={t("resumeAt")} name="resume_at"><Input type="datetime-local" /></Form.Item>}
        {asks("result") && <Form.Item label={t("result")} name="result"><Input.TextArea rows={2} /></Form.Item>}
        {asks("note") && <Form.Item label={t("notes")} name="note"><Input.TextArea rows={2} /></Form.Item>}
      </Form>
    </Modal>
  );
}
