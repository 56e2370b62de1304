import { DownOutlined, MoreOutlined } from "@ant-design/icons";
import { Button, Dropdown, Form, Input, Modal, Select } from "antd";
import { useState } from "react";
import { ApiError, post } from "@api/client";
import type { OrderDetail, Verb } from "@api/types";
import { locale, t, tl } from "@i18n/words";
import { PickPerson, PickTeam } from "../parts/pick";
import { useTell } from "../parts/tell";

const ASKS = new Set(["assignee", "team", "reason", "waiting_on", "result", "to"]);
type Subject = Pick<OrderDetail, "id" | "version" | "states">;

/** Whether a verb has to ask for something before it can be said. */
export const asksFirst = (verb: Verb): boolean => verb.needs.some((n) => ASKS.has(n));
export const why = (verb: Verb): string => verb.blockers.map((b) => (locale() === "en" ? b.en : b.zh)).join(" ");

/** Say a verb; true when it was done. A refusal is told, and what is on screen is read anew. */
export function useSay(reload: () => void): (o: Subject, verb: Verb, values: Record<string, unknown>) => Promise<boolean> {
  const tell = useTell();
  return async (o, verb, values) => {
    try {
      await post(`/orders/${o.id}/${verb.verb.replace("_", "-")}`, values, o.version);
      reload();
      return true;
    } catch (error) {
      tell(error);
      if (error instanceof ApiError && (error.problem.code === "stale_version" || error.problem.blockers)) reload();
      return false;
    }
  };
}

/** The next legal step as a button, the others in a menu; what is blocked says why, in sight. */
export function Steps({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const say = useSay(reload);
  const [asking, setAsking] = useState<Verb>();
  const [busy, setBusy] = useState(false);
  const press = async (verb: Verb) => {
    if (asksFirst(verb)) return setAsking(verb);
    setBusy(true);
    await say(o, verb, {});
    setBusy(false);
  };
  const first = o.verbs.find((v) => v.primary);
  const rest = o.verbs.filter((v) => v !== first);
  return (
    <div className="steps">
      {first && (
        <Button type="primary" size="large" loading={busy} disabled={!first.allowed} aria-describedby={first.allowed ? undefined : "blocked"} onClick={() => void press(first)}>
          {tl(first.label)}
        </Button>
      )}
      {rest.length > 0 && (
        <Dropdown menu={{ items: rest.map((v) => ({ key: v.verb, disabled: !v.allowed, label: <span title={why(v)}>{tl(v.label)}{v.allowed ? "" : ` — ${why(v)}`}</span>, onClick: () => void press(v) })) }} trigger={["click"]}>
          {first ? <Button size="large" aria-label={t("more")} icon={<MoreOutlined aria-hidden />} /> : <Button size="large" loading={busy} icon={<DownOutlined aria-hidden />} iconPlacement="end">{t("actions")}</Button>}
        </Dropdown>
      )}
      {first && !first.allowed && <p id="blocked" className="soft">{why(first)}</p>}
      {asking && <Ask o={o} verb={asking} close={() => setAsking(undefined)} say={say} />}
    </div>
  );
}

/** What a verb asks for. What was typed stays when the server refuses or does not answer. */
export function Ask({ o, verb, close, say }: { o: Subject; verb: Verb; close: () => void; say: ReturnType<typeof useSay> }) {
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
