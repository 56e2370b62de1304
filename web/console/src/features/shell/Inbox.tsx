import { Button, Select, Segmented } from "antd";
import { useEffect, useState } from "react";
import { get } from "@api/client";
import type { NotificationOut, OrderRow, Page, Unread } from "@api/types";
import "../../css/live.css";
import "@i18n/areas/inbox";
import { t } from "@i18n/words";
import { fromQuery, toQuery } from "@ui/format";
import { follow, go, READ, useAddress, useGet } from "../../parts/data";
import { useKeys } from "../../parts/keys";
import { useInboxEvents, useOrderEvents } from "../../parts/live";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";
import { kindWords } from "./Bell";
import { Mutes } from "./InboxMutes";
import { Notice } from "./InboxNotice";
import { useDeeds } from "./inboxDeeds";

const KINDS = ["approval", "breach", "mention", "reply", "assigned", "queue", "transfer", "dispatch", "rating"];
const SHOWS = { open: "inboxOpen", snoozed: "inboxSnoozed", all: "inboxAll" } as const;
type Show = keyof typeof SHOWS;
const ASKED: Record<Show, Record<string, string>> = { open: { unread: "true" }, snoozed: { snoozed: "true" }, all: {} };

/** One list of what needs me: each entry can be done, put aside, its cause muted, an approval decided at once; all of it undone. */
export default function Inbox() {
  const tell = useTell();
  const given = fromQuery(useAddress().search.slice(1));
  const show: Show = given.show === "snoozed" || given.show === "all" ? given.show : "open";
  const query = toQuery({ ...ASKED[show], kind: given.kind ?? "" });
  const page = useGet<Page<NotificationOut>>(`/notifications?${query}`);
  const count = useGet<Unread>("/notifications/count");
  const [more, setMore] = useState<Page<NotificationOut>>();
  const [at, setAt] = useState("");
  const items = [...(page.data?.items ?? []), ...(more?.items ?? [])].filter((n, i, all) => all.findIndex((o) => o.id === n.id) === i);
  const ids = [...new Set(items.flatMap((n) => n.order_id ?? []))].slice(0, 50).sort();
  const orders = useGet<Page<OrderRow>>(ids.length ? `/orders?id=${ids.join(",")}&limit=50` : null);
  const again = () => {
    setMore(undefined);
    page.reload();
    count.reload();
  };
  useInboxEvents(again);
  useOrderEvents((events) => (events.length === 0 || events.some((e) => ids.includes(e.order_id))) && orders.reload());
  const deeds = useDeeds(() => {
    again();
    window.dispatchEvent(new Event(READ));
  });
  useEffect(() => setMore(undefined), [query]);
  const where = Math.max(items.findIndex((n) => n.id === at), 0);
  const current = items[where];
  const step = (by: number) => {
    const next = items[Math.min(Math.max(where + by, 0), items.length - 1)];
    if (!next) return;
    setAt(next.id);
    document.getElementById(`notice-${next.id}`)?.scrollIntoView({ block: "nearest" });
  };
  /** Do something with the entry; the next one takes its place. */
  const and = (deed: (n: NotificationOut) => unknown) => {
    if (!current) return;
    setAt((items[where + 1] ?? items[where - 1])?.id ?? "");
    deed(current);
  };
  useKeys([
    { id: "inbox.next", keys: "j, ArrowDown", words: t("inboxNext"), run: () => step(at ? 1 : 0) },
    { id: "inbox.previous", keys: "k, ArrowUp", words: t("inboxPrevious"), run: () => step(-1) },
    { id: "inbox.done", keys: "e", words: t("inboxDone"), run: () => and((n) => (n.read_at ? deeds.reopen(n) : deeds.done(n))) },
    { id: "inbox.snooze", keys: "h", words: t("inboxSnooze"), run: () => current && document.getElementById(`snooze-${current.id}`)?.click() },
    { id: "inbox.undo", keys: "z", words: t("inboxUndo"), run: () => void deeds.undo() },
    { id: "inbox.open", keys: "o, Enter", words: t("inboxOpenIt"), run: () => current?.order_id && go(`/app/orders/${current.order_id}`) },
  ]);
  const to = (change: Record<string, string>) => go(`/app/inbox?${toQuery({ show: show === "open" ? "" : show, kind: given.kind ?? "", ...change })}`, true);
  const next = more ? more.next : page.data?.next;
  const older = () => get<Page<NotificationOut>>(`/notifications?${query}&cursor=${encodeURIComponent(next ?? "")}`).then((p) => setMore({ items: [...(more?.items ?? []), ...p.items], next: p.next ?? null }), tell);
  const kindOptions = KINDS.map((k) => ({ value: k, label: `${kindWords(k)}${count.data?.kinds[k] ? ` ${count.data.kinds[k]}` : ""}` }));
  return (
    <>
      <h1>{t("inbox")}</h1>
      <div className="row" style={{ marginBottom: 10 }}>
        <Segmented<Show> aria-label={t("inboxShow")} value={show} onChange={(v) => to({ show: v === "open" ? "" : v })} options={(Object.keys(SHOWS) as Show[]).map((s) => ({ value: s, label: t(SHOWS[s]) }))} />
        <Select aria-label={t("inboxKind")} style={{ minWidth: 140 }} value={given.kind ?? ""} onChange={(v: string) => to({ kind: v })} options={[{ value: "", label: t("inboxAnyKind") }, ...kindOptions]} />
        {show === "open" && items.length > 1 && <Button onClick={() => void deeds.all()}>{t("markAllDone")}</Button>}
      </div>
      <Mutes />
      <Waiting of={page}>
        {() =>
          items.length === 0 ? <div className="panel empty">{given.kind || show !== "open" ? t("inboxNothing") : t("inboxEmpty")}</div> : (
            <div className="panel" role="list">
              {items.map((n) => (
                <Notice key={n.id} n={n} order={orders.data?.items.find((o) => o.id === n.order_id)} current={!!at && n.id === current?.id} deeds={deeds} open={(e, path) => { setAt(n.id); follow(e, path); }} />
              ))}
              {next && <Button style={{ marginTop: 10 }} onClick={() => void older()}>{t("older")}</Button>}
            </div>
          )
        }
      </Waiting>
    </>
  );
}
