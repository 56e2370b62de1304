import { Form, Input, Modal, Radio } from "antd";
import { useState } from "react";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { may } from "../../parts/data";
import { PickTeam } from "../../parts/pick";
import { useTell } from "../../parts/tell";
import type { Now, ViewsState } from "./views";

/** A name and for whom. */
export default function SaveView({ views, now, close }: { views: ViewsState; now: Now; close: () => void }) {
  const tell = useTell();
  const [name, setName] = useState("");
  const [scope, setScope] = useState("personal");
  const [team, setTeam] = useState("");
  const [busy, setBusy] = useState(false);
  const ready = name.trim() !== "" && (scope !== "team" || team !== "");
  const save = async () => {
    if (!ready) return;
    setBusy(true);
    await views.add(name.trim(), scope, team, now).then(close, tell);
    setBusy(false);
  };
  return (
    <Modal open title={t("saveView")} okText={t("save")} cancelText={t("cancel")} confirmLoading={busy} okButtonProps={{ disabled: !ready }} onOk={() => void save()} onCancel={close}>
      <Form layout="vertical">
        <Form.Item label={t("viewName")} htmlFor="view-name"><Input id="view-name" autoFocus maxLength={100} value={name} onChange={(e) => setName(e.target.value)} onPressEnter={(e) => { if (!e.nativeEvent.isComposing) void save(); }} /></Form.Item>
        {may("order.share_view") && <Form.Item label={t("viewFor")}><Radio.Group value={scope} onChange={(e) => setScope(String(e.target.value))} options={[{ value: "personal", label: t("viewsMine") }, { value: "team", label: t("viewsTeam") }, { value: "global", label: t("viewsGlobal") }]} /></Form.Item>}
        {scope === "team" && <Form.Item label={t("team")} htmlFor="view-team"><PickTeam id="view-team" value={team} onChange={setTeam} /></Form.Item>}
      </Form>
    </Modal>
  );
}
