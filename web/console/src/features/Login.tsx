import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { call } from "@api/client";
import { locale, setLocale, t } from "@i18n/words";

/** Log in; afterwards the person is where they were. */
export function Login() {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (values: { login: string; password: string }) => {
    setBusy(true);
    try {
      await call("POST", "/sessions", { body: values });
      location.reload();
    } catch (problem) {
      setError((problem as Error).message);
      setBusy(false);
    }
  };
  const other = () => {
    setLocale(locale() === "en" ? "zh" : "en");
    location.reload();
  };
  return (
    <main className="login panel">
      <h1>{t("app")}</h1>
      {error && <Alert type="error" title={error} role="alert" style={{ marginBottom: 12 }} />}
      <Form layout="vertical" onFinish={submit} requiredMark={false}>
        <Form.Item label={t("account")} name="login" rules={[{ required: true, message: t("required") }]}>
          <Input autoFocus autoComplete="username" />
        </Form.Item>
        <Form.Item label={t("password")} name="password" rules={[{ required: true, message: t("required") }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Button type="primary" htmlType="submit" block loading={busy}>
          {t("login")}
        </Button>
      </Form>
      <Button type="link" onClick={other} style={{ marginTop: 8, padding: 0 }}>
        {t("language")}
      </Button>
    </main>
  );
}
