import { App, Button, Input, Segmented } from "antd";
import { useEffect, useState } from "react";
import { newOperation, post } from "@api/client";
import type { OrderDetail } from "@api/types";
import { t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { may } from "../parts/data";

/** One timeline of everything, and the composer; a draft stays until it is sent. */
export function Talk({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const { message } = App.useApp();
  const key = `gongdan.draft.${o.id}`;
  const [text, setText] = useState(localStorage.getItem(key) ?? "");
  const [internal, setInternal] = useState(!may("order.comment"));
  const [shown, setShown] = useState("all");
  const [operation, setOperation] = useState(newOperation);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (text) localStorage.setItem(key, text);
    else localStorage.removeItem(key);
  }, [key, text]);
  const send = async () => {
    if (!text.trim() || busy) return;
    setBusy(true);
    try {
      await post(`/orders/${o.id}/comments`, { body: text, internal }, undefined, operation);
      setText("");
      setOperation(newOperation());
      reload();
    } catch (error) {
      void message.error((error as Error).message);
    }
    setBusy(false);
  };
  const said = o.comments.map((c) => ({ id: c.id, at: c.occurred_at, who: c.author_name, text: c.body, kind: c.internal ? "note" : "said" }));
  const moved = o.timeline.filter((e) => e.type !== "commented").map((e) => ({ id: e.id, at: e.occurred_at, who: e.actor_kind === "system" ? `\u2699 ${e.actor_name}` : e.actor_name, text: tl(e.text), kind: "moved" }));
  const entries = [...(shown === "moved" ? [] : said), ...(shown === "said" ? [] : moved)].sort((a, b) => b.at.localeCompare(a.at));
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
      <Segmented size="small" value={shown} onChange={(v) => setShown(String(v))} options={[{ value: "all", label: t("all") }, { value: "said", label: t("reply") }, { value: "moved", label: t("history") }]} />
      <div style={{ marginTop: 8 }}>
        {entries.map((e) => (
          <article key={e.id} className={`entry ${e.kind}`}>
            <div>
              <strong>{e.who}</strong>
              <time dateTime={e.at} title={full(e.at)}>{when(e.at)}</time>
              <p>{e.text}</p>
            </div>
          </article>
        ))}
      </div>
    </section>
  );
}
