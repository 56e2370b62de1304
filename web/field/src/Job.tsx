import { useCallback, useEffect, useRef, useState } from "react";
import { ApiError, call, get } from "@api/client";
import type { OrderDetail, OrderRow } from "@api/types";
import "@i18n/areas/field";
import { actorWords, locale, t, tl } from "@i18n/words";
import { when } from "@ui/format";
import { Priority, SlaChip, StatePill } from "@ui/marks";
import { add, drain, pending } from "./outbox";

const STEPS = ["claim", "accept", "start", "resume", "complete"] as const;
const kept = (id: string) => `gongdan.field.job.${id}`;
const stored = <T,>(name: string): T | undefined => (JSON.parse(localStorage.getItem(name) ?? "null") as T | null) ?? undefined;

interface Props {
  id: string;
  row: OrderRow | undefined;
  back: () => void;
  done: () => void;
  lapse: () => void;
}

/** One job: facts on the first screen, one big button for the next step. What is done without network goes into the outbox. */
export function Job({ id, row, back, done, lapse }: Props) {
  const [o, setO] = useState<OrderDetail | undefined>(() => stored(kept(id)));
  const [asking, setAsking] = useState<"" | "hold" | "complete">("");
  const [text, setText] = useState(localStorage.getItem(`${kept(id)}.text`) ?? "");
  const [told, setTold] = useState("");
  const load = useCallback(async () => {
    try {
      const fresh = await get<OrderDetail>(`/orders/${id}`);
      localStorage.setItem(kept(id), JSON.stringify(fresh));
      setO(fresh);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) lapse();
      else setTold(error instanceof ApiError ? error.message : t("offline"));
    }
  }, [id, lapse]);
  useEffect(() => {
    void load();
  }, [load]);
  const say = async (verb: string, body: object, words: string) => {
    add({ order: id, path: `/orders/${id}/${verb}`, body, words: `${o?.number ?? row?.number ?? ""} ${words}`, versioned: verb !== "claim" && verb !== "comments" && verb !== "attachments" });
    setAsking("");
    await drain();
    const refused = pending().find((a) => a.order === id && a.refused);
    setTold(refused?.refused ?? (pending().some((a) => a.order === id) ? t("willSend") : t("sent")));
    await load();
    done();
  };
  const upload = async (file: File) => {
    setTold(t("uploading"));
    try {
      const fileId = crypto.randomUUID();
      await call("POST", `/files?name=${encodeURIComponent(file.name)}&id=${fileId}`, { raw: file });
      await say("attachments", { file_id: fileId, kind: "photo" }, t("photo"));
    } catch (error) {
      setTold(error instanceof ApiError ? error.message : t("notSent"));
    }
  };
  const write = (words: string) => {
    setText(words);
    if (words) localStorage.setItem(`${kept(id)}.text`, words);
    else localStorage.removeItem(`${kept(id)}.text`);
  };
  const note = async () => {
    if (!text.trim()) return;
    const body = text;
    write("");
    await say("comments", { body }, t("comment"));
  };
  if (!o)
    return (
      <>
        <header><button className="plain" onClick={back}>‹ {t("back")}</button></header>
        <p className="empty" role="status">{told || t("loading")}</p>
      </>
    );
  const verbs = new Map(o.verbs.map((v) => [v.verb, v]));
  const unsent = pending().some((a) => a.order === id);
  const next = unsent ? undefined : STEPS.find((s) => verbs.get(s));
  const step = next && verbs.get(next);
  // a field that completing needs may be empty now: it is asked for below, so it does not stop the button
  const cause = o.form.fields?.find((f) => f.key === "fault_cause");
  const stopped = step && !step.allowed && !(next === "complete" && cause) ? step.blockers.map((b) => b[locale()]).join(" ") : "";
  const place = o.lat !== null && o.lng !== null ? `geo:${o.lat},${o.lng}?q=${o.lat},${o.lng}(${encodeURIComponent(o.address)})` : `geo:0,0?q=${encodeURIComponent(o.address)}`;
  const log = [
    ...o.comments.map((c) => ({ id: c.id, at: c.occurred_at, who: c.author_name, text: c.body, said: true })),
    ...o.timeline.filter((e) => e.type !== "commented").map((e) => ({ id: e.id, at: e.occurred_at, who: actorWords(e.actor_kind, e.actor_name), text: e.text[locale()], said: false })),
  ].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <>
      <header>
        <button className="plain" onClick={back}>‹ {t("back")}</button>
        <span className="soft">{o.number}</span>
      </header>
      <main>
        <h1>{o.title}</h1>
        <p className="top">
          <StatePill family={o.family} label={o.state_label} cancelled={o.cancelled} waiting={o.waiting_on} />
          <SlaChip state={o.sla_state} due={o.next_due_at} family={o.family} />
          <Priority value={o.priority} />
        </p>
        <p className="facts"><span>{[o.customer_name, o.contact_name].filter(Boolean).join(" · ")}</span><span className="soft">{o.address}</span></p>
        {o.description && <p className="words">{o.description}</p>}
        <div className="actions">
          {o.contact_phone && <a className="plain" href={`tel:${o.contact_phone}`}>{t("callPhone")}</a>}
          {o.address && <a className="plain" href={place}>{t("navigate")}</a>}
          {verbs.get("hold")?.allowed && !unsent && <button className="plain" aria-expanded={asking === "hold"} onClick={() => setAsking(asking === "hold" ? "" : "hold")}>{t("hold")}</button>}
        </div>
        {told && <p role="status" className="told">{told}</p>}
        {asking === "hold" && <Hold cancel={() => setAsking("")} say={(body) => void say("hold", body, t("hold"))} />}
        {asking === "complete" && <Complete label={cause ? tl(cause.label, t("causeNeeded")) : ""} value={String(o.fields["fault_cause"] ?? "")} cancel={() => setAsking("")} say={(body) => void say("complete", body, t("complete"))} />}
        <label htmlFor="note">{t("comment")}</label>
        <textarea id="note" rows={2} value={text} onChange={(e) => write(e.target.value)} />
        <div className="actions">
          <button className="plain" disabled={!text.trim()} onClick={() => void note()}>{t("send")}</button>
          <label className="plain file">{t("photo")}<input type="file" accept="image/*" capture="environment" onChange={(e) => { const f = e.target.files?.[0]; if (f) void upload(f); e.target.value = ""; }} /></label>
        </div>
        <ul className="said">
          {log.slice(0, 12).map((e) => <li key={e.id} className={e.said ? "" : "soft"}><span className="soft">{when(e.at)}</span> <strong>{e.who}</strong> {e.text}</li>)}
        </ul>
      </main>
      {next && step && !asking && (
        <footer>
          {stopped && <p className="soft" id="stopped">{stopped}</p>}
          <button className="primary" disabled={!!stopped} aria-describedby={stopped ? "stopped" : undefined} onClick={() => (next === "complete" ? setAsking("complete") : void say(next, {}, t(next)))}>{t(next)}</button>
        </footer>
      )}
    </>
  );
}

function Hold({ say, cancel }: { say: (body: object) => void; cancel: () => void }) {
  const [who, setWho] = useState<"customer" | "parts" | "vendor">("customer");
  const [reason, setReason] = useState("");
  return (
    <section className="ask" aria-label={t("hold")}>
      <label htmlFor="who">{t("pickWaiting")}</label>
      <select id="who" value={who} onChange={(e) => setWho(e.target.value as "customer")}>
        {["customer", "parts", "vendor"].map((w) => <option key={w} value={w}>{t(`waiting_${w}` as "waiting_us")}</option>)}
      </select>
      <label htmlFor="reason">{t("reason")}</label>
      <div className="actions">{t(`holdWhy_${who}`).split("|").map((w) => <button key={w} className="plain" aria-pressed={reason === w} onClick={() => setReason(w)}>{w}</button>)}</div>
      <input id="reason" value={reason} onChange={(e) => setReason(e.target.value)} />
      <button className="primary" disabled={!reason.trim()} onClick={() => say({ waiting_on: who, reason })}>{t("hold")}</button>
      <button className="plain" onClick={cancel}>{t("cancel")}</button>
    </section>
  );
}

/** Completion is held for a second, so that a pocket does not finish a job. */
function Complete({ label, value, say, cancel }: { label: string; value: string; say: (body: object) => void; cancel: () => void }) {
  const [text, setText] = useState(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const said = useRef(false);
  const done = () => {
    if (said.current || (label && !text.trim())) return;
    said.current = true;
    say(label ? { fields: { fault_cause: text } } : {});
  };
  const press = () => { timer.current = setTimeout(done, 1000); };
  const letGo = () => clearTimeout(timer.current);
  useEffect(() => letGo, []);
  return (
    <section className="ask" aria-label={t("complete")}>
      {label && (<><label htmlFor="cause">{label}</label><input id="cause" value={text} onChange={(e) => setText(e.target.value)} /></>)}
      <button className="primary hold" disabled={!!label && !text.trim()} onPointerDown={press} onPointerUp={letGo} onPointerLeave={letGo} onPointerCancel={letGo} onContextMenu={(e) => e.preventDefault()} onKeyDown={(e) => { if (e.key === "Enter" || e.key === " ") done(); }}>
        {t("finish")} · {t("holdToDone")}
      </button>
      <button className="plain" onClick={cancel}>{t("cancel")}</button>
    </section>
  );
}
