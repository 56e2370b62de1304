import { useCallback, useEffect, useRef, useState } from "react";
import { call, get } from "@api/client";
import type { OrderDetail, OrderRow } from "@api/types";
import { locale, t } from "@i18n/words";
import { slaWords } from "@ui/format";
import { add, drain, pending } from "./outbox";

const STEPS = ["claim", "accept", "start", "resume", "complete"] as const;
const kept = (id: string) => `gongdan.field.job.${id}`;

/** One job: facts on the first screen, one big button for the next step. */
export function Job({ id, row, back }: { id: string; row: OrderRow | undefined; back: () => void }) {
  const [o, setO] = useState<OrderDetail | undefined>(() => JSON.parse(localStorage.getItem(kept(id)) ?? "null") ?? undefined);
  const [asking, setAsking] = useState<"" | "hold" | "complete">("");
  const [text, setText] = useState(localStorage.getItem(`${kept(id)}.text`) ?? "");
  const [told, setTold] = useState("");
  const load = useCallback(async () => {
    try {
      const fresh = await get<OrderDetail>(`/orders/${id}`);
      localStorage.setItem(kept(id), JSON.stringify(fresh));
      setO(fresh);
    } catch {
      setTold(t("offline"));
    }
  }, [id]);
  useEffect(() => {
    void load();
  }, [load]);
  const say = async (verb: string, body: object, words: string) => {
    add({ order: id, path: `/orders/${id}/${verb}`, body: { ...body }, words: `${row?.number ?? o?.number ?? ""} ${words}`, versioned: verb !== "claim" && verb !== "comments" });
    setAsking("");
    await drain();
    const refused = pending().find((a) => a.order === id && a.refused);
    setTold(refused?.refused ?? (pending().some((a) => a.order === id) ? t("willSend") : t("sent")));
    await load();
  };
  const upload = async (file: File) => {
    try {
      const fileId = crypto.randomUUID();
      await call("POST", `/files?name=${encodeURIComponent(file.name)}&id=${fileId}`, { raw: file });
      await say("attachments", { file_id: fileId, kind: "photo" }, t("photo"));
    } catch (error) {
      setTold((error as Error).message);
    }
  };
  const note = async () => {
    if (!text.trim()) return;
    await say("comments", { body: text }, t("comment"));
    setText("");
    localStorage.removeItem(`${kept(id)}.text`);
  };
  if (!o) return <p className="page">{told || t("loading")}</p>;
  const verbs = new Map(o.verbs.map((v) => [v.verb, v]));
  const next = STEPS.find((s) => verbs.has(s));
  const place = o.lat !== null && o.lng !== null ? `geo:${o.lat},${o.lng}?q=${o.lat},${o.lng}(${encodeURIComponent(o.address)})` : `geo:0,0?q=${encodeURIComponent(o.address)}`;
  const cause = o.form.fields?.some((f) => f.key === "fault_cause");
  return (
    <>
      <header>
        <button className="plain" onClick={back}>‹ {t("back")}</button>
        <span className="soft">{o.number}</span>
      </header>
      <main>
        <h1>{o.title}</h1>
        <p className="top">
          <span className={`pill ${o.family}`}>{o.waiting_on ? t("held") : o.state_label?.[locale()]}</span>
          <span className={`chip ${o.sla_state}`}>{slaWords(o.sla_state, o.next_due_at, o.waiting_on)}</span>
          <span>P{o.priority}</span>
        </p>
        <p>{o.customer_name}{o.contact_name ? ` · ${o.contact_name}` : ""}<br /><span className="soft">{o.address}</span></p>
        <div className="actions">
          {o.contact_phone && <a className="plain" href={`tel:${o.contact_phone}`}>{t("callPhone")}</a>}
          {o.address && <a className="plain" href={place}>{t("navigate")}</a>}
          {verbs.has("hold") && <button className="plain" onClick={() => setAsking("hold")}>{t("hold")}</button>}
        </div>
        {told && <p role="status" className="told">{told}</p>}
        {asking === "hold" && <Hold say={(body) => void say("hold", body, t("hold"))} />}
        {asking === "complete" && <Complete cause={cause ?? false} value={String(o.fields["fault_cause"] ?? "")} say={(body) => void say("complete", body, t("complete"))} />}
        <label htmlFor="note">{t("comment")}</label>
        <textarea id="note" rows={2} value={text} onChange={(e) => { setText(e.target.value); localStorage.setItem(`${kept(id)}.text`, e.target.value); }} />
        <div className="actions">
          <button className="plain" disabled={!text.trim()} onClick={() => void note()}>{t("send")}</button>
          <label className="plain file">{t("photo")}<input type="file" accept="image/*" capture="environment" onChange={(e) => { const f = e.target.files?.[0]; if (f) void upload(f); }} /></label>
        </div>
        <ul className="said">
          {[...o.comments].reverse().map((c) => <li key={c.id}><strong>{c.author_name}</strong> {c.body}</li>)}
          {o.timeline.slice(0, 8).map((e) => <li key={e.id} className="soft">{e.text[locale()]}</li>)}
        </ul>
      </main>
      {next && !asking && (
        <footer>
          {next === "complete" ? <button className="primary" onClick={() => setAsking("complete")}>{t("complete")}</button> : <button className="primary" onClick={() => void say(next, {}, t(next))}>{t(next)}</button>}
        </footer>
      )}
    </>
  );
}

function Hold({ say }: { say: (body: object) => void }) {
  const [who, setWho] = useState("customer");
  const [reason, setReason] = useState("");
  return (
    <section className="ask">
      <label htmlFor="who">{t("pickWaiting")}</label>
      <select id="who" value={who} onChange={(e) => setWho(e.target.value)}>
        {["customer", "parts", "vendor"].map((w) => <option key={w} value={w}>{t(`waiting_${w}` as "waiting_us")}</option>)}
      </select>
      <label htmlFor="reason">{t("reason")}</label>
      <input id="reason" value={reason} onChange={(e) => setReason(e.target.value)} />
      <button className="primary" disabled={!reason.trim()} onClick={() => say({ waiting_on: who, reason })}>{t("hold")}</button>
    </section>
  );
}

/** Completion is held for a second, so that a pocket does not finish a job. */
function Complete({ cause, value, say }: { cause: boolean; value: string; say: (body: object) => void }) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const done = () => say(cause ? { fields: { fault_cause: text } } : {});
  const press = () => { timer.current = setTimeout(done, 1000); };
  const letGo = () => clearTimeout(timer.current);
  return (
    <section className="ask">
      {cause && (<><label htmlFor="cause">{t("causeNeeded")}</label><input id="cause" value={text} onChange={(e) => setText(e.target.value)} /></>)}
      <button className="primary hold" disabled={cause && !text.trim()} onPointerDown={press} onPointerUp={letGo} onPointerLeave={letGo} onKeyDown={(e) => { if (e.key === "Enter") done(); }}>
        {t("finish")} · {t("holdToDone")}
      </button>
    </section>
  );
}
