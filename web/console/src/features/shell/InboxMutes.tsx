import { Button } from "antd";
import { remove } from "@api/client";
import type { MuteOut } from "@api/types";
import "@i18n/areas/inbox";
import { t } from "@i18n/words";
import { when } from "@ui/format";
import { READ, useGet } from "../../parts/data";
import { useTell } from "../../parts/tell";
import { useEffect } from "react";
import { kindWords } from "./Bell";

/** What I do not want to hear of now, each with a way back. */
export function Mutes() {
  const tell = useTell();
  const mutes = useGet<MuteOut[]>("/notifications/mutes");
  const { reload } = mutes;
  useEffect(() => {
    window.addEventListener(READ, reload);
    return () => window.removeEventListener(READ, reload);
  }, [reload]);
  if (!mutes.data?.length) return null;
  return (
    <details className="panel" style={{ marginBottom: 10 }}>
      <summary>{t("mutes")} {mutes.data.length}</summary>
      <ul>
        {mutes.data.map((m) => {
          const what = [m.kind && kindWords(m.kind), m.order_id && t("muteThisOrder")].filter(Boolean).join(" · ");
          return (
            <li key={m.id}>
              {what} {m.until && <span className="soft">{t("inboxUntil", { at: when(m.until) })}</span>}{" "}
              <Button size="small" aria-label={`${t("muteEnd")} ${what}`} onClick={() => void remove(`/notifications/mutes/${m.id}`).then(reload, tell)}>{t("muteEnd")}</Button>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
