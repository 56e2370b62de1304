import { Alert, Button, Skeleton } from "antd";
import { ApiError } from "@api/client";
import { t } from "@i18n/words";
import { words } from "./tell";
import type { Loaded } from "./data";

/** What to show while something is read, when it could not be, or when it may not be seen. */
export function Waiting<T>({ of, children }: { of: Loaded<T>; children: (data: T) => React.ReactNode }) {
  if (of.data !== undefined)
    return (
      <>
        {of.error && <Alert type="warning" showIcon title={t("stillOld")} style={{ marginBottom: 12 }} action={<Button size="small" onClick={of.reload}>{t("retry")}</Button>} />}
        {children(of.data)}
      </>
    );
  if (of.error) {
    const refused = of.error instanceof ApiError && of.error.status === 403;
    const gone = of.error instanceof ApiError && of.error.status === 404;
    return (
      <Alert
        type={refused || gone ? "info" : "error"}
        showIcon
        title={refused ? t("noPermission") : gone ? t("notThere") : t("error")}
        description={words(of.error)}
        action={refused || gone ? undefined : <Button onClick={of.reload}>{t("retry")}</Button>}
      />
    );
  }
  return <Skeleton active aria-label={t("loading")} />;
}
