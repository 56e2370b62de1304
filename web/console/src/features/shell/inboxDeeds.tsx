import { App, Button } from "antd";
import { useRef, useState } from "react";
import { post, remove } from "@api/client";
import type { NotificationOut } from "@api/types";
import "@i18n/areas/inbox";
import { t } from "@i18n/words";
import { when } from "@ui/format";
import { useTell } from "../../parts/tell";

export interface Deeds {
  busy: string;
  done: (n: NotificationOut) => Promise<void>;
  reopen: (n: NotificationOut) => Promise<void>;
  snooze: (n: NotificationOut, until: Date | null) => Promise<void>;
  mute: (n: NotificationOut, what: { kind?: string; order_id?: string; until?: string }, words: string) => Promise<void>;
  decide: (n: NotificationOut, decision: "approve" | "reject") => Promise<void>;
  all: () => Promise<void>;
  undo: () => Promise<void>;
}

/** What can be done with an entry of the inbox; the last deed can be undone. `changed` reads anew. */
export function useDeeds(changed: () => void): Deeds {
  const { message } = App.useApp();
  const tell = useTell();
  const [busy, setBusy] = useState("");
  const back = useRef<() => Promise<unknown>>(undefined);
  const undo = async () => {
    const last = back.current;
    back.current = undefined;
    message.destroy("inbox");
    if (last) await last().then(changed, tell);
  };
  const act = async (n: NotificationOut | undefined, deed: () => Promise<unknown>, words: string, undone?: () => Promise<unknown>) => {
    setBusy(n?.id ?? "all");
    try {
      await deed();
      back.current = undone;
      void message.open({ key: "inbox", type: "success", duration: 10, content: <>{words} {undone && <Button size="small" type="link" onClick={() => void undo()}>{t("inboxUndo")}</Button>}</> });
    } catch (error) {
      tell(error);
    }
    setBusy("");
    changed();
  };
  const to = (n: NotificationOut, verb: string, body: unknown = {}) => () => post(`/notifications/${n.id}/${verb}`, body);
  return {
    busy,
    undo,
    done: (n) => act(n, to(n, "read"), t("inboxWasDone"), to(n, "unread")),
    reopen: (n) => act(n, to(n, "unread"), t("inboxNotDone"), to(n, "read")),
    snooze: (n, until) => act(n, to(n, "snooze", { until: until?.toISOString() ?? null }), until ? t("inboxWasSnoozed", { at: when(until.toISOString()) }) : t("inboxWake"), to(n, "snooze", { until: until ? null : n.show_at })),
    mute: (n, what, words) => {
      let made = "";
      const deed = async () => {
        made = (await post<{ id: string }>("/notifications/mutes", what)).id;
        if (!n.read_at) await to(n, "read")();
      };
      return act(n, deed, t("inboxWasMuted", { what: words }), async () => {
        await remove(`/notifications/mutes/${made}`);
        if (!n.read_at) await to(n, "unread")();
      });
    },
    decide: (n, decision) => act(n, () => post(`/orders/${n.order_id}/approvals/${n.token_id}`, { decision }), t("inboxWasVoted")),
    all: () => act(undefined, () => post("/notifications/read-all"), t("inboxWasDone")),
  };
}
