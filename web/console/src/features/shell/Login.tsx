import { Alert, Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { get, post } from "@api/client";
import type { Me } from "@api/types";
import { locale, setLocale, t } from "@i18n/words";
import { words } from "../../parts/tell";

const COMPANY = "gongdan.company";

/** Account and password; the company is asked only of those whose account name exists in several. */
function Fields({ done }: { done: () => void }) {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async ({ company = "", ...values }: { login: string; password: string; company?: string }) => {
    setBusy(true);
    setError("");
    try {
      await post("/sessions", { ...values, company: company.trim() });
      localStorage.setItem(COMPANY, company.trim());
      done();
    } catch (problem) {
      setError(words(problem));
    }
    setBusy(false);
  };
  return (
    <>
      {error && <Alert type="error" title={error} role="alert" style={{ marginBottom: 12 }} />}
      <Form layout="vertical" onFinish={submit} requiredMark={false} initialValues={{ company: localStorage.getItem(COMPANY) ?? "" }}>
        <Form.Item label={t("account")} name="login" rules={[{ required: true, message: t("required") }]}>
          <Input autoFocus autoComplete="username" />
        </Form.Item>
        <Form.Item label={t("password")} name="password" rules={[{ required: true, message: t("required") }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <details open={!!localStorage.getItem(COMPANY)}>
          <summary className="part">{t("whichCompany")}</summary>
          <Form.Item label={t("company")} name="company"><Input autoComplete="organization" /></Form.Item>
        </details>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("login")}
        </Button>
      </Form>
    </>
  );
}

/** Log in; afterwards the person is where they were. */
export default function Login() {
  const other = () => {
    setLocale(locale() === "en" ? "zh" : "en");
    location.reload();
  };
  return (
    <main className="login panel">
      <h1>{t("app")}</h1>
      <Fields done={() => location.reload()} />
      <Button type="link" onClick={other} style={{ marginTop: 8, padding: 0 }}>
        {t("language")}
      </Button>
    </main>
  );
}

/** The session ended in the middle of work: log in over the page, which stays as it is; another person gets a fresh page. */
export function Again({ person, done }: { person: Me; done: () => void }) {
  const back = async () => {
    const now = await get<Me>("/me");
    if (now.id === person.id) done();
    else location.reload();
  };
  return (
    <Modal open title={t("sessionEnded")} footer={null} closable={false} keyboard={false} zIndex={3000}>
      <p className="soft">{t("sessionKept", { name: person.name })}</p>
      <Fields done={() => void back()} />
    </Modal>
  );
}
