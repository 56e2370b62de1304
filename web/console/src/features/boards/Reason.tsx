import { Input, Modal } from "antd";
import { useState } from "react";
import type { Verb } from "@api/types";
import "@i18n/areas/board";
import { t } from "@i18n/words";
import type { Say, Subject } from "../order/OrderSteps";

/** A card was given to somebody else: only why is missing. */
export default function Reason({ subject, verb, close, say }: { subject: Subject; verb: Verb; close: () => void; say: Say }) {
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const done = async () => {
    setBusy(true);
    const said = await say(subject, verb, { reason: text.trim() });
    setBusy(false);
    if (said) close();
  };
  return (
    <Modal open title={t("reasonTransfer")} okText={t("ok")} cancelText={t("cancel")} confirmLoading={busy} okButtonProps={{ disabled: !text.trim() }} onOk={() => void done()} onCancel={close}>
      <Input.TextArea autoFocus rows={2} aria-label={t("reasonTransfer")} value={text} onChange={(e) => setText(e.target.value)} />
    </Modal>
  );
}
