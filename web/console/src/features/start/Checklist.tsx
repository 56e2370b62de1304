import { CheckCircleFilled, ClockCircleOutlined } from "@ant-design/icons";
import { App, Button, Form, Input, Modal, Select } from "antd";
import { useEffect, useState } from "react";
import { post } from "@api/client";
import type { CheckOut, RoleOut } from "@api/generated/types.gen";
import "@i18n/areas/start";
import { type Key, locale, t } from "@i18n/words";
import { follow, may, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";

const NEW = "new";

/** What is left before customers come, counted from the real state. */
export function Checklist() {
  const list = useGet<CheckOut[]>("/onboarding/checklist");
  const [adding, setAdding] = useState(false);
  useEffect(() => {
    const fresh = () => list.reload();
    window.addEventListener("focus", fresh);
    return () => window.removeEventListener("focus", fresh);
  }, [list]);
  const way = (c: CheckOut) => c.key === "people" ? <Button size="small" onClick={() => setAdding(true)}>{t("addPerson")}</Button>
    : <a href={c.link} onClick={(e) => { if (!c.link.includes("#")) follow(e, c.link); }}>{t("goThere")}</a>;
  return (
    <section className="panel" aria-labelledby="checklist">
      <h2 className="part" id="checklist">{t("checklist")}</h2>
      <p className="soft">{t("checklistLead")}</p>
      <Waiting of={list}>
        {(rows) => (
          <ul className="checks">
            {rows.map((c) => (
              <li key={c.key}>
                {c.done ? <CheckCircleFilled className="tick" role="img" aria-label={t("isDone")} /> : <ClockCircleOutlined role="img" aria-label={t("isOpen")} />}
                <span className="words">{t(`check_${c.key}` as Key)} <strong>{c.count}</strong></span>
                {way(c)}
                {c.test && c.test !== NEW && <a href={c.test} target="_blank" rel="noopener">{t("tryIt")}</a>}
                {c.test === NEW && may("order.create") && <a href="/app/help/create" onClick={(e) => follow(e, "/app/help/create")}>{t("tryIt")}</a>}
              </li>
            ))}
          </ul>
        )}
      </Waiting>
      {adding && <AddPerson close={() => setAdding(false)} done={list.reload} />}
    </section>
  );
}

function AddPerson({ close, done }: { close: () => void; done: () => void }) {
  const { message } = App.useApp();
  const tell = useTell();
  const [form] = Form.useForm<{ login: string; name: string; password: string; role: string }>();
  const roles = useGet<RoleOut[]>("/roles");
  const [busy, setBusy] = useState(false);
  const add = async () => {
    const given = await form.validateFields().catch(() => undefined);
    if (!given) return;
    setBusy(true);
    try {
      await post("/users", { login: given.login, name: given.name, password: given.password, roles: [given.role] });
      void message.success(t("personAdded", { name: given.name }));
      done();
      close();
    } catch (error) {
      tell(error);
      setBusy(false);
    }
  };
  const needed = [{ required: true, message: t("required") }];
  return (
    <Modal open title={t("addPerson")} okText={t("addPerson")} cancelText={t("cancel")} onCancel={close} onOk={() => void add()} confirmLoading={busy}>
      <Form form={form} layout="vertical">
        <Form.Item name="name" label={t("fullName")} rules={needed}><Input autoComplete="off" /></Form.Item>
        <Form.Item name="login" label={t("loginName")} rules={needed}><Input autoComplete="off" /></Form.Item>
        <Form.Item name="role" label={t("role")} rules={needed}>
          <Select options={(roles.data ?? []).map((r) => ({ value: r.key, label: locale() === "en" ? r.label_en : r.label_zh }))} />
        </Form.Item>
        <Form.Item name="password" label={t("firstPassword")} rules={needed}><Input.Password autoComplete="new-password" /></Form.Item>
      </Form>
    </Modal>
  );
}
