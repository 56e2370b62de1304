import { Button, Input } from "antd";
import { useState } from "react";
import { call, newOperation } from "@api/client";
import type { Proposal, Reading } from "@api/generated/types.gen";
import "@i18n/areas/create";
import { type Key, t } from "@i18n/words";
import { useTell } from "../../parts/tell";

const WORDS: Record<Proposal["field"], Key> = {
  title: "title", priority: "priority", contact_name: "contact", contact_phone: "phone", address: "address", serial: "serial", error_code: "error_code", appointment: "appointment",
};
export interface Pasted {
  text: string;
  reading: Reading;
}
export const readChat = (text: string): Promise<Pasted> => call<Reading>("POST", "/orders/propose", { body: { text }, operation: newOperation() }).then((reading) => ({ text, reading }));

/** Where a chat is pasted on purpose; pasting it into the first field does the same. */
export function PasteBox({ done, close }: { done: (pasted: Pasted) => void; close: () => void }) {
  const tell = useTell();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const read = async () => {
    setBusy(true);
    await readChat(text).then(done, tell);
    setBusy(false);
  };
  return (
    <section className="paste" aria-label={t("pasteChat")}>
      <Input.TextArea autoFocus aria-label={t("pasteHere")} placeholder={t("pasteHere")} rows={4} maxLength={20_000} value={text} onChange={(e) => setText(e.target.value)} />
      <p className="soft">{t("noOcr")}</p>
      <div className="row"><Button type="primary" loading={busy} disabled={!text.trim()} onClick={() => void read()}>{t("readChat")}</Button><Button onClick={close}>{t("close")}</Button></div>
    </section>
  );
}

interface Row {
  key: string;
  name: string;
  value: string;
  source: string;
  take: () => void;
}
/** What a pasted text proposes, each with its source: all at once or one by one. */
export function Proposals({ pasted, accept, describe, close }: { pasted: Pasted; accept: (p: Proposal) => void; describe: (text: string) => void; close: () => void }) {
  const [left, setLeft] = useState<string[]>();
  const { reading, text } = pasted;
  const shown = (p: Proposal) => (p.field === "priority" ? t(`priority_${p.value}` as "priority_1") : p.value);
  const rows: Row[] = [
    ...reading.proposals.map((p) => ({ key: p.field as string, name: t(WORDS[p.field]), value: shown(p), source: p.source, take: () => accept(p) })),
    { key: "description", name: t("description"), value: t("wholeChat"), source: text, take: () => describe(text) },
  ].filter((r) => !left || left.includes(r.key));
  const gone = (...keys: string[]) => {
    const rest = rows.map((r) => r.key).filter((k) => !keys.includes(k));
    if (rest.length) setLeft(rest);
    else close();
  };
  return (
    <section className="paste" aria-label={t("pleaseCheck")}>
      <div className="row titled"><strong>{t("pleaseCheck")}</strong><Button size="small" type="text" onClick={close}>{t("close")}</Button></div>
      <p className="soft">{reading.proposals.length ? t("proposedFrom", { n: reading.messages }) : t("proposedNothing")}</p>
      {reading.staff.length > 0 && <p className="soft">{t("staffLeftOut", { names: reading.staff.join(", ") })}</p>}
      {reading.pictures > 0 && <p className="soft">{t("picturesNamed", { n: reading.pictures })}<br />{t("noOcr")}</p>}
      <ul className="proposals">
        {rows.map((r) => (
          <li key={r.key}>
            <div><span className="soft">{r.name}</span> <strong>{r.value}</strong><div className="soft cut" title={r.source}>{t("sourceWords", { text: r.source.slice(0, 120) })}</div></div>
            <span className="row">
              <Button size="small" aria-label={`${t("accept1")} ${r.name}`} onClick={() => { r.take(); gone(r.key); }}>{t("accept1")}</Button>
              <Button size="small" type="text" aria-label={`${t("ignore")} ${r.name}`} onClick={() => gone(r.key)}>{t("ignore")}</Button>
            </span>
          </li>
        ))}
      </ul>
      <Button type="primary" autoFocus onClick={() => { rows.forEach((r) => r.take()); close(); }}>{t("acceptAll")}</Button>
    </section>
  );
}
