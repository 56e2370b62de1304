import { Button } from "antd";
import { post } from "@api/client";
import type { NotificationOut, Page } from "@api/types";
import { t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { follow, useGet } from "../parts/data";
import { Waiting } from "../parts/states";

/** What concerns me; opening marks it read. */
export default function Inbox() {
  const page = useGet<Page<NotificationOut>>("/notifications");
  const read = (id: string) => void post(`/notifications/${id}/read`);
  return (
    <>
      <div className="row" style={{ justifyContent: "space-between" }}>
        <h1>{t("inbox")}</h1>
        <Button onClick={() => void post("/notifications/read-all").then(page.reload)}>{t("markAll")}</Button>
      </div>
      <Waiting of={page}>
        {({ items }) =>
          items.length === 0 ? <div className="panel empty">{t("emptyInbox")}</div> : (
            <div className="panel">
              {items.map((n) => (
                <article key={n.id} className={`entry ${n.read_at ? "" : "said"}`}>
                  <div style={{ fontWeight: n.read_at ? 400 : 600 }}>
                    {n.order_id ? <a href={`/app/orders/${n.order_id}`} onClick={(e) => { read(n.id); follow(e, `/app/orders/${n.order_id}`); }}>{tl(n.text as { zh: string; en: string })}</a> : tl(n.text as { zh: string; en: string })}
                    <time dateTime={n.created_at} title={full(n.created_at)}>{when(n.created_at)}</time>
                  </div>
                </article>
              ))}
            </div>
          )
        }
      </Waiting>
    </>
  );
}
