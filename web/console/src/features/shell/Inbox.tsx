import { Button } from "antd";
import { useState } from "react";
import { get, post } from "@api/client";
import type { Label, NotificationOut, Page } from "@api/types";
import "@i18n/areas/shell";
import { t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { follow, READ, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";

/** What concerns me; opening marks it read. */
export default function Inbox() {
  const tell = useTell();
  const page = useGet<Page<NotificationOut>>("/notifications");
  const [more, setMore] = useState<Page<NotificationOut>>();
  const [busy, setBusy] = useState(false);
  const counted = () => window.dispatchEvent(new Event(READ));
  const read = (n: NotificationOut) => void (n.read_at ?? post(`/notifications/${n.id}/read`).then(counted, tell));
  const readAll = () =>
    post("/notifications/read-all").then(() => {
      setMore(undefined);
      page.reload();
      counted();
    }, tell);
  const next = more ? more.next : page.data?.next;
  const older = async () => {
    setBusy(true);
    await get<Page<NotificationOut>>(`/notifications?cursor=${encodeURIComponent(next ?? "")}`).then((p) => setMore({ items: [...(more?.items ?? []), ...p.items], next: p.next ?? null }), tell);
    setBusy(false);
  };
  const unread = [...(page.data?.items ?? []), ...(more?.items ?? [])].some((n) => !n.read_at);
  return (
    <>
      <div className="row" style={{ justifyContent: "space-between", marginBottom: 8 }}>
        <h1 style={{ margin: 0 }}>{t("inbox")}</h1>
        {unread && <Button onClick={() => void readAll()}>{t("markAll")}</Button>}
      </div>
      <Waiting of={page}>
        {({ items }) =>
          items.length === 0 ? <div className="panel empty">{t("emptyInbox")}</div> : (
            <div className="panel">
              {[...items, ...(more?.items ?? [])].map((n) => (
                <article key={n.id} className={`entry ${n.read_at ? "" : "said"}`}>
                  <div style={{ fontWeight: n.read_at ? 400 : 600 }}>
                    {!n.read_at && <span className="hidden">{t("unread")} </span>}
                    {n.order_id ? <a href={`/app/orders/${n.order_id}`} onClick={(e) => { read(n); follow(e, `/app/orders/${n.order_id}`); }}>{tl(n.text as unknown as Label)}</a> : tl(n.text as unknown as Label)}
                    <time dateTime={n.created_at} title={full(n.created_at)}>{when(n.created_at)}</time>
                  </div>
                </article>
              ))}
              {next && <Button style={{ marginTop: 10 }} loading={busy} onClick={() => void older()}>{t("older")}</Button>}
            </div>
          )
        }
      </Waiting>
    </>
  );
}
