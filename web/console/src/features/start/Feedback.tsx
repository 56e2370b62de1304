import { App, Form, Input, Modal } from "antd";
import { useState } from "react";
import { post } from "@api/client";
import "@i18n/areas/start";
import { t } from "@i18n/words";
import { useTell } from "../../parts/tell";
import { lastSteps } from "./steps";

/** A box for what a person thinks of the screen they are on. */
export default function Feedback({ close }: { close: () => void }) {
  const { message } = App.useApp();
  const tell = useTell();
  const [body, setBody] = useState("");
  const [busy, setBusy] = useState(false);
  const send = async () => {
    setBusy(true);
    try {
      await post("/onboarding/feedback", { body: body.trim(), screen: location.pathname.slice(0, 300), steps: lastSteps() });
      void message.success(t("feedbackThanks"));
      close();
    } catch (error) {
      tell(error);
      setBusy(false);
    }
  };
  return (
    <Modal open title={t("feedback")} okText={t("feedbackSend")} cancelText={t("cancel")} onCancel={close} onOk={() => void send()} okButtonProps={{ disabled: !body.trim(), loading: busy }}>
      <p className="soft">{t("feedbackLead")}</p>
      <Form layout="vertical">
        <Form.Item label={t("feedbackBody")} htmlFor="feedback-body">
          <Input.TextArea id="feedback-body" rows={4} maxLength={5000} value={body} onChange={(e) => setBody(e.target.value)} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
