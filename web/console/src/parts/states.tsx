import { Alert, Button, Skeleton } from "antd";
import { ApiError } from "@api/client";
import { t } from "@i18n/words";
import type { Loaded } from "./data";

/** What to show while something is read, when it could not be, or when it may not be seen. */
export function Waiting<T>({ of, children }: { of: Loaded<T>; children: (data: T) => React.ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.error) {
    const refused = of.error instanceof ApiError && of.error.status === 403;
    return (
      <Alert
        type={refused ? "info" : "error"}
        showIcon
        title={refused ? t("noPermission") : t("error")}
        description={of.error.message}
        action={refused ? undefined : <Button onClick={of.reload}>{t("retry")}</Button>}
      />
    );
  }
  return <Skeleton active aria-label={t("loading")} />;
}
