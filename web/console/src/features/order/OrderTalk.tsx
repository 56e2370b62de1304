import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { Skeleton } from "antd";
import { get, post, remove } from "@api/client";
import type { OutgoingOut } from "@api/generated/types.gen";
import type { Comment, OrderDetail, Page, TimelineEntry, Verb } from "@api/types";
import "@i18n/areas/order";
import { t } from "@i18n/words";
import { may, me, useGet } from "../../parts/data";
import { draft, keep } from "../../parts/drafts";
import { useTell } from "../../parts/tell";
import type { Written } from "./Composer";
import { entriesOf } from "./entries";
import { Timeline } from "./Timeline";

const Composer = lazy(() => import("./Composer"));
const Missing = lazy(() => import("./OrderMissing"));

/** The composer, what is on its way, and one timeline of everything. */
export function Talk({ o, reload, why }: { o: OrderDetail; reload: () => void; why: (kind: string) => void }) {
  const tell = useTell();
  const held = useGet<OutgoingOut[]>(may("order.comment") || may("order.note") ? `/orders/${o.id}/outgoing` : null);
  const [asking, setAsking] = useState<{ verb: Verb; body: Written }>();
  const [older, setOlder] = useState<{ moves: TimelineEntry[]; comments: Comment[]; nextMoves: string | null; nextComments: string | null }>({ moves: [], comments: [], nextMoves: "", nextComments: "" });
  const [reading, setReading] = useState(false);
  const first = Math.min(...[...o.timeline, ...older.moves].map((e) => e.seq));
  const more = (older.nextMoves !== null && first > 1) || (older.nextComments !== null && o.comments.length >= 200);
  // the order carries its newest entries; the rest of a long history comes page by page as somebody goes there
  const readOlder = useCallback(async () => {
    setReading(true);
    try {
      const cursor = (next: string | null) => (next ? `?cursor=${encodeURIComponent(next)}` : "");
      const nothing = { items: [], next: null };
      const [moves, comments] = await Promise.all([
        older.nextMoves === null ? nothing : get<Page<TimelineEntry>>(`/orders/${o.id}/events${cursor(older.nextMoves)}`),
        older.nextComments === null || o.comments.length < 200 ? nothing : get<Page<Comment>>(`/orders/${o.id}/comments${cursor(older.nextComments)}`),
      ]);
      setOlder({ moves: [...older.moves, ...moves.items], comments: [...older.comments, ...comments.items], nextMoves: moves.next, nextComments: comments.next });
    } catch (error) {
      tell(error);
    }
    setReading(false);
  }, [o.id, o.comments.length, older, tell]);
  // what is on its way is looked after until it has become part of the order
  const waiting = held.data?.filter((h) => h.state === "held") ?? [];
  const due = waiting.map((h) => Date.parse(h.send_at)).sort()[0];
  const rereadHeld = held.reload;
  useEffect(() => {
    if (due === undefined) return;
    const timer = setTimeout(() => { rereadHeld(); reload(); }, Math.max(due - Date.now(), 0) + 1200);
    return () => clearTimeout(timer);
  }, [due, held.data, rereadHeld, reload]);
  const back = async (h: OutgoingOut) => {
    try {
      const { body, internal, mentions } = await remove<OutgoingOut>(`/outgoing/${h.id}`);
      const now = draft<Written>(`talk.${o.id}`)?.text ?? "";
      keep(`talk.${o.id}`, { text: now ? `${body}\n${now}` : body, internal, files: h.files.map((id) => ({ id, name: o.attachments.find((a) => a.file_id === id)?.name ?? t("attachments") })), mentions: mentions.map((id) => ({ id, name: "" })) });
    } catch (error) {
      tell(error);
      reload();
    }
    held.reload();
  };
  const now = async (h: OutgoingOut) => {
    await post(`/outgoing/${h.id}/send`).catch(tell);
    held.reload();
    reload();
  };
  const entries = entriesOf(o, older.moves, older.comments, me()?.id ?? "");
  return (
    <section className="panel talk" aria-label={t("timeline")}>
      {(may("order.comment") || may("order.note")) && !o.merged_into && (
        <Suspense fallback={<Skeleton active paragraph={{ rows: 3 }} title={false} />}>
          <Composer o={o} done={() => held.reload()} ask={(verb, body) => setAsking({ verb, body })} />
        </Suspense>
      )}
      {held.data?.map((h) => <Held key={h.id} h={h} back={() => void back(h)} now={() => void now(h)} />)}
      <Timeline entries={entries} more={more} reading={reading} readOlder={() => void readOlder()} why={why} />
      {asking && <Suspense><Missing o={o} {...asking} close={() => setAsking(undefined)} done={() => { setAsking(undefined); held.reload(); }} /></Suspense>}
    </section>
  );
}

/** A message that is about to be sent, or that could not be. */
function Held({ h, back, now }: { h: OutgoingOut; back: () => void; now: () => void }) {
  const [left, setLeft] = useState(() => Math.ceil((Date.parse(h.send_at) - Date.now()) / 1000));
  useEffect(() => {
    const timer = setInterval(() => setLeft(Math.ceil((Date.parse(h.send_at) - Date.now()) / 1000)), 500);
    return () => clearInterval(timer);
  }, [h.send_at]);
  const failed = h.state === "failed";
  return (
    <div className={`held ${failed ? "failed" : ""}`} role={failed ? "alert" : "group"} aria-label={failed ? t("msgNotSent") : t("onItsWay")}>
      <p>{h.body}</p>
      <div className="between">
        <span className="soft">{failed ? `${t("msgNotSent")} ${h.error?.[document.documentElement.lang === "en" ? "en" : "zh"] ?? ""}` : left > 0 ? t("sendsIn", { n: left }) : t("msgSending")}</span>
        <span className="row">
          <button type="button" className="link" onClick={back}>{failed ? t("takeWords") : t("takeBack")}</button>
          {!failed && <button type="button" className="link" onClick={now}>{t("sendNow")}</button>}
        </span>
      </div>
    </div>
  );
}
