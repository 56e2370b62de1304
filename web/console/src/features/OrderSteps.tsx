import { MoreOutlined } from "@ant-design/icons";
import { App, Button, DatePicker, Dropdown, Form, Input, Modal, Select, Tooltip } from "antd";
import { useState } from "react";
import { ApiError, newOperation, post } from "@api/client";
import type { OrderDetail, Verb } from "@api/types";
import { locale, t, tl } from "@i18n/words";
import { PickPerson, PickTeam } from "../parts/pick";

const ASKS = new Set(["assignee", "team", "reason", "waiting_on", "result", "to"]);

/** The next legal step as a button, the others in a menu; what is blocked says why. */
export function Steps({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const { message } = App.useApp();
  const [asking, setAsking] = useState<Verb>();
  const say = async (verb: Verb, values: Record<string, unknown>) => {
    try {
      await post(`/orders/${o.id}/${verb.verb.replace("_", "-")}`, values, o.version, newOperation());
      setAsking(undefined);
      reload();
    } catch (error) {
      const blockers = error instanceof ApiError ? (error.problem.blockers as { zh: string; en: string }[] | undefined) : undefined;
      void message.error(blockers?.length ? blockers.map((b) => (locale() === "en" ? b.en : b.zh)).join(" ") : (error as Error).message);
      if (error instanceof ApiError && error.problem.code === "stale_version") reload();
    }
  };
  const press = (verb: Verb) => (verb.needs.some((n) => ASKS.has(n)) ? setAsking(verb) : void say(verb, {}));
  const first = o.verbs.find((v) => v.primary) ?? o.verbs.find((v) => v.allowed);
  const rest = o.verbs.filter((v) => v !== first);
  const why = (v: Verb) => v.blockers.map((b) => (locale() === "en" ? b.en : b.zh)).join(" ");
  return (
    <div className="row">
      {first && (
        <Tooltip title={why(first)}>
          <Button type="primary" size="large" disabled={!first.allowed} onClick={() => press(first)}>
            {tl(first.label)}
          </Button>
        </Tooltip>
      )}
      {rest.length > 0 && (
        <Dropdown menu={{ items: rest.map((v) => ({ key: v.verb, disabled: !v.allowed, label: <span title={why(v)}>{tl(v.label)}{v.allowed ? "" : ` — ${why(v)}`}</span>, onClick: () => press(v) })) }} trigger={["click"]}>
          <Button size="large" aria-label={t("more")} icon={<MoreOutlined />} />
        </Dropdown>
      )}
      {asking && <Ask verb={asking} close={() => setAsking(undefined)} say={say} />}
    </div>
  );
}

function Ask({ verb, close, say }: { verb: Verb; close: () => void; say: (verb: Verb, values: Record<string, unknown>) => Promise<void> }) {
  const [form] = Form.useForm();
  const [busy, setBusy] = useState(false);
  const asks = (name: string) => verb.needs.includes(name);
  const done = async () => {
    const { assignee, team, resume_at, ...rest } = (await form.validateFields()) as Record<string, unknown>;
    const at = resume_at as { toISOString(): string } | undefined;
    const values = { ...rest, ...(assignee ? { assignee_id: assignee } : {}), ...(team ? { team_id: team } : {}), ...(at ? { resume_at: at.toISOString() } : {}) };
    setBusy(true);
    await say(verb, Object.fromEntries(Object.entries(values).filter(([, v]) => v !== undefined && v !== "")));
    setBusy(false);
  };
  const must = [{ required: true, message: t("required") }];
  return (
    <Modal open title={tl(verb.label)} okText={t("ok")} cancelText={t("cancel")} confirmLoading={busy} onOk={() => void done()} onCancel={close}>
      <Form form={form} layout="vertical">
        {asks("assignee") && <Form.Item label={t("person")} name="assignee"><PickPerson onPick={(v) => form.setFieldValue("assignee", v)} /></Form.Item>}
        {asks("team") && <Form.Item label={t("team")} name="team"><PickTeam onPick={(v) => form.setFieldValue("team", v)} /></Form.Item>}
        {asks("waiting_on") && (
          <Form.Item label={t("waitingOn")} name="waiting_on" rules={must} initialValue="customer">
            <Select options={["customer", "parts", "vendor", "us"].map((w) => ({ value: w, label: t(`waiting_${w}` as "waiting_us") }))} />
          </Form.Item>
        )}
        {asks("to") && <Form.Item label={t("to")} name="to" rules={must}><Select options={verb.targets.map((x) => ({ value: x, label: x }))} /></Form.Item>}
        {asks("reason") && <Form.Item label={t("reason")} name="reason" rules={verb.verb === "assign" ? [] : must}><Input.TextArea rows={2} /></Form.Item>}
        {asks("resume_at") && <Form.Item label={t("resumeAt")} name="resume_at"><DatePicker showTime style={{ width: "100%" }} /></Form.Item>}
        {asks("result") && <Form.Item label={t("result")} name="result"><Input.TextArea rows={2} /></Form.Item>}
        {asks("note") && <Form.Item label={t("notes")} name="note"><Input.TextArea rows={2} /></Form.Item>}
      </Form>
    </Modal>
  );
}
