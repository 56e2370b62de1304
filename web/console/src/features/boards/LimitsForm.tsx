import { Form, InputNumber, Modal } from "antd";
import { useState } from "react";
import { call } from "@api/client";
import "@i18n/areas/board";
import { t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import { useTell } from "../../parts/tell";
import type { Column, Limits } from "./types";

/** How many orders may stand in each column; the setting is the team's, not mine. */
export default function LimitsForm({ team, columns, limits, close }: { team: string; columns: Column[]; limits: Limits; close: () => void }) {
  const [form] = Form.useForm<Record<string, number | null>>();
  const [busy, setBusy] = useState(false);
  const tell = useTell();
  const save = async () => {
    const given = await form.validateFields();
    setBusy(true);
    try {
      const set = Object.fromEntries(Object.entries(given).filter(([, v]) => v));
      await call("PUT", `/boards/limits?${toQuery({ team_id: team === "none" ? "" : team })}`, { body: { limits: { ...kept(limits, columns), ...set } }, version: limits.version });
      close();
    } catch (error) {
      tell(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open title={t("wipLimits")} okText={t("save")} cancelText={t("cancel")} confirmLoading={busy} onOk={() => void save()} onCancel={close}>
      <p className="soft">{t("wipHelp")}</p>
      <Form form={form} layout="horizontal" labelCol={{ span: 10 }} initialValues={limits.limits} onKeyDown={(e) => e.key === "Enter" && void save()}>
        {columns.filter((c) => c.family !== "closed").map((c) => (
          <Form.Item key={c.key} name={c.key} label={tl(c.label, c.key)}><InputNumber min={1} max={9999} precision={0} /></Form.Item>
        ))}
      </Form>
    </Modal>
  );
}

/** Limits of columns that this board does not show stay. */
const kept = (limits: Limits, columns: Column[]) => Object.fromEntries(Object.entries(limits.limits).filter(([key]) => !columns.some((c) => c.key === key)));
