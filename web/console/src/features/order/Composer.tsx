import { PaperClipOutlined, ThunderboltOutlined } from "@ant-design/icons";
import { Button, Input, Segmented } from "antd";
import { useRef, useState } from "react";
import { post } from "@api/client";
import type { OutgoingOut } from "@api/generated/types.gen";
import type { OrderDetail, UserOut, Verb } from "@api/types";
import "@i18n/areas/order";
import { t, tl } from "@i18n/words";
import { when } from "@ui/format";
import { upload } from "@ui/upload";
import { may } from "../../parts/data";
import { draft, keep, sent, useDraft } from "../../parts/drafts";
import { useKeys } from "../../parts/keys";
import { useTell, words } from "../../parts/tell";
import { resolving, trigger } from "./entries";
import { Files, type Going } from "./ComposerFiles";
import { type Chosen, Suggest } from "./Suggest";
import { asksFirst, why } from "./OrderSteps";

export interface Written {
  text: string;
  internal: boolean;
  files: { id: string; name: string }[];
  mentions: { id: string; name: string }[];
}
/** A draft of before drafts were kept on the server was the text alone. */
const read = (kept: Written | string | undefined): Written => {
  const blank = { text: "", internal: !may("order.comment"), files: [], mentions: [] };
  return typeof kept === "string" ? { ...blank, text: kept } : { ...blank, ...kept };
};

/** Writing to the customer or to colleagues. What is typed is safe at once; what was sent can be taken back for ten seconds. */
export default function Composer({ o, done, ask }: { o: OrderDetail; done: (held: OutgoingOut) => void; ask: (verb: Verb, body: Written) => void }) {
  const tell = useTell();
  const name = `talk.${o.id}`;
  const kept = useDraft<Written | string>(name);
  const w = read(kept.value);
  const [busy, setBusy] = useState(false);
  const [going, setGoing] = useState<Going[]>([]);
  const [caret, setCaret] = useState(0);
  const [closed, setClosed] = useState("");
  const area = useRef<HTMLTextAreaElement | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const suggest = useRef<((event: React.KeyboardEvent) => boolean) | null>(null);
  const now = () => read(draft<Written | string>(name));
  const put = (next: Partial<Written>) => {
    const all = { ...now(), ...next };
    keep(name, all.text || all.files.length ? all : undefined);
    if (!all.text && !all.files.length) setInternal(all.internal);
  };
  const [unwritten, setInternal] = useState(w.internal);
  const internal = w.text || w.files.length ? w.internal : unwritten;
  const turn = (to: boolean) => {
    setInternal(to);
    if (w.text || w.files.length) put({ internal: to });
    area.current?.focus();
  };
  // Ctrl+Enter in another field of the page is that field's
  const here = () => document.activeElement === area.current || !document.activeElement?.closest("input, textarea");
  useKeys([
    ...(may("order.comment") ? [{ id: "order.reply", keys: "r", words: t("reply"), run: () => turn(false) }] : []),
    ...(may("order.note") ? [{ id: "order.note", keys: "n", words: t("note"), run: () => turn(true) }] : []),
    { id: "order.send", keys: "mod+Enter", words: t("send"), inFields: true, run: () => void (here() && send()) },
    { id: "order.sendResolve", keys: "mod+shift+Enter", words: t("sendResolve"), inFields: true, run: () => void (here() && sendAndResolve()) },
  ]);
  const send = async (then?: { verb: string; args: object }) => {
    const said = now();
    if (!said.text.trim() || busy || going.some((g) => g.share < 1 && !g.error)) return;
    setBusy(true);
    try {
      const body = { body: said.text, internal, files: said.files.map((f) => f.id), mentions: said.mentions.filter((m) => said.text.includes(`@${m.name}`)).map((m) => m.id), draft: kept.key, ...(then ? { then } : {}) };
      const held = await post<OutgoingOut>(`/orders/${o.id}/outgoing`, body);
      sent(name);
      setGoing([]);
      done(held);
    } catch (error) {
      tell(error);
    }
    setBusy(false);
  };
  const verb = resolving(o);
  const missing = verb?.blockers.filter((b) => b.link.startsWith("fields.")) ?? [];
  const sendAndResolve = async () => {
    if (!now().text.trim()) return area.current?.focus();
    if (!verb) return tell(new Error(t("resolveNotNow")));
    const open = verb.blockers.filter((b) => !b.link.startsWith("fields."));
    if (open.length) return tell(new Error(`${t("resolveNotYet")} ${why({ ...verb, blockers: open })}`));
    if (missing.length || asksFirst(verb)) return ask(verb, now());
    await send({ verb: verb.verb, args: {} });
    if (!now().text) document.getElementById("content")?.focus(); // nothing is left to write: ] goes to the next order at once
  };
  const add = (list: File[]) => {
    for (const one of list) {
      const stop = new AbortController();
      const id = crypto.randomUUID();
      const set = (next: Partial<Going>) => setGoing((all) => all.map((g) => (g.id === id ? { ...g, ...next } : g)));
      const start = () =>
        upload(one, (share) => set({ share }), stop.signal).then(
          (made) => {
            setGoing((all) => all.filter((g) => g.id !== id));
            put({ files: [...now().files, { id: made.id, name: made.name }] });
          },
          (error: unknown) => (stop.signal.aborted ? setGoing((all) => all.filter((g) => g.id !== id)) : set({ error: words(error) })),
        );
      setGoing((all) => [...all, { id, name: one.name, share: 0, stop: () => { stop.abort(); setGoing((all) => all.filter((g) => g.id !== id)); }, again: () => { set({ error: undefined }); void start(); } }]);
      void start();
    }
  };
  const asked = trigger(w.text.slice(0, caret));
  const open = asked && closed !== `${asked.from}` ? asked : undefined;
  const insert = (chosen: Chosen) => {
    if (!asked) return;
    const before = w.text.slice(0, asked.from) + chosen.text;
    const person = chosen.person as UserOut | undefined;
    put({ text: before + w.text.slice(caret), ...(person ? { mentions: [...w.mentions.filter((m) => m.id !== person.id), { id: person.id, name: person.name }] } : {}) });
    setCaret(before.length);
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(before.length, before.length);
    });
  };
  const expand = () => {
    const at = area.current?.selectionStart ?? w.text.length;
    const head = w.text.slice(0, at);
    const text = `${head}${head && !/\s$/.test(head) ? " " : ""}::`;
    put({ text: text + w.text.slice(at) });
    setCaret(text.length);
    setClosed("");
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(text.length, text.length);
    });
  };
  const follow = (e: React.SyntheticEvent<HTMLTextAreaElement>) => setCaret(e.currentTarget.selectionStart);
  const receiver = internal ? t("noteTo") : o.contact_name || o.customer_name ? t("replyToName", { name: o.contact_name || o.customer_name || "" }) : t("replyTo");
  const other = kept.others.at(-1);
  return (
    <div className={`composer ${internal ? "internal" : ""}`} onDragOver={(e) => e.preventDefault()} onDrop={(e) => { e.preventDefault(); add([...e.dataTransfer.files]); }}>
      <div className="row">
        <Segmented size="small" value={internal ? "note" : "reply"} onChange={(v) => turn(v === "note")} options={[{ value: "reply", label: t("reply"), disabled: !may("order.comment") }, { value: "note", label: t("note"), disabled: !may("order.note") }]} />
        <span className="soft" id="receiver">{receiver}{w.mentions.filter((m) => w.text.includes(`@${m.name}`)).map((m) => ` · @${m.name}`)}</span>
      </div>
      {other && (
        <div className="other" role="status">
          <strong>{t("draftElsewhere", { when: when(other.at) })}</strong>
          <p>{read(other.body as Written | string).text}</p>
          <Button size="small" onClick={() => { put({ ...read(other.body as Written | string) }); kept.settle(); }}>{t("takeOther")}</Button>{" "}
          <Button size="small" onClick={() => { put({ text: `${w.text}\n${read(other.body as Written | string).text}` }); kept.settle(); }}>{t("takeBoth")}</Button>{" "}
          <Button size="small" onClick={kept.settle}>{t("keepThis")}</Button>
        </div>
      )}
      <div className="writing">
        <Input.TextArea
          ref={(x) => { area.current = x?.resizableTextArea?.textArea ?? null; }}
          aria-label={internal ? t("note") : t("reply")} aria-describedby="receiver" autoSize={{ minRows: 3, maxRows: 14 }} value={w.text} placeholder={t("composer")}
          {...(open ? { role: "combobox", "aria-expanded": true, "aria-controls": "suggest", "aria-autocomplete": "list" as const } : {})}
          onChange={(e) => { put({ text: e.target.value, internal }); setCaret(e.target.selectionStart); setClosed(""); }}
          onSelect={follow}
          onPaste={(e) => { const files = [...e.clipboardData.files]; if (files.length) { e.preventDefault(); add(files); } }}
          onKeyDown={(e) => { if (open && suggest.current?.(e)) e.preventDefault(); }}
        />
        {open && <Suggest key={open.kind} order={o.id} kind={open.kind} text={open.text} choose={insert} close={() => setClosed(`${open.from}`)} keys={suggest} />}
      </div>
      <Files going={going} there={w.files} drop={(id) => put({ files: now().files.filter((f) => f.id !== id) })} />
      <div className="between">
        <span className="row">
          {may("reply.view") && <Button size="small" icon={<ThunderboltOutlined aria-hidden />} onClick={expand}>{t("quickReply")}</Button>}
          {may("file.add") && <Button size="small" icon={<PaperClipOutlined aria-hidden />} onClick={() => file.current?.click()} aria-label={t("upload")} />}
          <input ref={file} type="file" multiple hidden onChange={(e) => { add([...(e.target.files ?? [])]); e.target.value = ""; }} />
          <span className="soft small" role="status">{kept.state === "server" ? t("draftSafe") : kept.state === "local" && w.text ? t("draftKept") : ""}</span>
        </span>
        <span className="row">
          {verb && <Button disabled={!w.text.trim() || busy} title={t("sendResolveKeys")} onClick={() => void sendAndResolve()}>{t("sendAnd", { verb: tl(verb.label) })}</Button>}
          <Button type="primary" loading={busy} disabled={!w.text.trim()} onClick={() => void send()}>{t("send")}</Button>
        </span>
      </div>
    </div>
  );
}
