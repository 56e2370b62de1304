import { Button, Input, Segmented } from "antd";
import { useEffect, useState } from "react";
import { get, post } from "@api/client";
import type { OrderDetail, Page, TimelineEntry } from "@api/types";
import "@i18n/areas/order";
import { actorWords, t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { may } from "../../parts/data";
import { draft, keep } from "../../parts/drafts";
import { useTell } from "../../parts/tell";

/** One timeline of everything, and the composer; a draft stays until it is sent. */
export function Talk({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const tell = useTell();
  const name = `talk.${o.id}`;
  const [text, setText] = useState(() => draft<string>(name) ?? "");
  const [internal, setInternal] = useState(!may("order.comment"));
  const [shown, setShown] = useState("all");
  const [busy, setBusy] = useState(false);
  const [older, setOlder] = useState<TimelineEntry[]>([]);
  useEffect(() => keep(name, text), [name, text]);
  const send = async () => {
    if (!text.trim() || busy) return;
    setBusy(true);
    try {
      await post(`/orders/${o.id}/comments`, { body: text, internal });
      setText("");
      reload();
    } catch (error) {
      tell(error);
    }
    setBusy(false);
  };
  const said = o.comments.map((c) => ({ id: c.id, at: c.occurred_at, who: c.author_name, mark: c.internal ? t("noteTo") : c.author_kind === "customer" ? t("customer") : "", text: c.body, kind: c.internal ? "note" : "said" }));
  const seen = new Set(o.timeline.map((e) => e.id));
  const moves = [...o.timeline, ...older.filter((e) => !seen.has(e.id))];
  const moved = moves.filter((e) => e.type !== "commented").map((e) => ({ id: e.id, at: e.occurred_at, who: actorWords(e.actor_kind, e.actor_name), mark: "", text: tl(e.text), kind: "moved" }));
  const entries = [...(shown === "moved" ? [] : said), ...(shown === "said" ? [] : moved)].sort((a, b) => b.at.localeCompare(a.at) || b.id.localeCompare(a.id));
  const first = Math.min(...moves.map((e) => e.seq));
  // the order carries its newest entries; the rest of a long history is read when somebody asks
  const readOlder = () => get<Page<TimelineEntry>>(`/orders/${o.id}/events`).then(async (page) => {
    const all = [...page.items];
    for (let next = page.next; next; ) {
      const more = await get<Page<TimelineEntry>>(`/orders/${o.id}/events?cursor=${encodeURIComponent(next)}`);
      all.push(...more.items);
      next = more.next;
    }
    setOlder(all);
  }).catch(tell);
  return (
    <section className="panel" aria-label={t("timeline")}>
      {(may("order.comment") || may("order.note")) && (
        <div style={{ background: internal ? "var(--note)" : undefined, borderRadius: 8, padding: internal ? 8 : 0, marginBottom: 12 }}>
          <div className="row" style={{ marginBottom: 6 }}>
            <Segmented size="small" value={internal ? "note" : "reply"} onChange={(v) => setInternal(v === "note")} options={[{ value: "reply", label: t("reply"), disabled: !may("order.comment") }, { value: "note", label: t("note"), disabled: !may("order.note") }]} />
            <span className="soft">{internal ? t("noteTo") : t("replyTo")}</span>
          </div>
          <Input.TextArea aria-label={internal ? t("note") : t("reply")} rows={3} value={text} placeholder={t("composer")} onChange={(e) => setText(e.target.value)} onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !e.nativeEvent.isComposing) void send(); }} />
          <div className="row" style={{ justifyContent: "space-between", marginTop: 6 }}>
            <span className="soft" style={{ fontSize: 12 }}>{text ? t("draftKept") : ""}</span>
            <Button type="primary" loading={busy} disabled={!text.trim()} onClick={() => void send()}>{t("send")}</Button>
          </div>
        </div>
      )}
      <h2 className="part">{t("timeline")}</h2>
      <Segmented size="small" value={shown} onChange={(v) => setShown(String(v))} options={[{ value: "all", label: t("all") }, { value: "said", label: t("talk") }, { value: "moved", label: t("history") }]} />
      <div style={{ marginTop: 8 }}>
        {entries.map((e) => (
          <article key={e.id} className={`entry ${e.kind}`}>
            <div>
              <strong>{e.who}</strong>{e.mark && <span className="soft"> · {e.mark}</span>}
              <time dateTime={e.at} title={full(e.at)}>{when(e.at)}</time>
              <p>{e.text}</p>
            </div>
          </article>
        ))}
        {entries.length === 0 && <p className="soft">{t("nothingSaid")}</p>}
        {first > 1 && older.length === 0 && <Button size="small" onClick={() => void readOlder()}>{t("older")}</Button>}
      </div>
    </section>
  );
}
