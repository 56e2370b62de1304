import { Button, Checkbox, Input, Menu, type MenuRef, Popover, Select, Tag } from "antd";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { post } from "@api/client";
import type { VocabularyField } from "@api/generated/types.gen";
import type { Family, OrderDetail, Page, UserOut, Verb } from "@api/types";
import "@i18n/areas/list";
import { t, tl } from "@i18n/words";
import { useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { fromForm, toForm } from "../../parts/values";
import { asksFirst, why } from "../order/OrderSteps";
import { asField } from "./catalog";
import { assign, type Changer, setField, setPriority, tag, untag, verb } from "./change";
import type { What } from "./Grid";
import type { Row } from "./rows";

const Ask = lazy(() => import("../order/OrderAsk"));
export interface Editing {
  row: Row;
  what: What;
  anchor: DOMRect;
  field?: string | undefined;
}
interface Props {
  of: Editing;
  change: Changer;
  fields: VocabularyField[];
  shown: string[];
  close: () => void;
}
/** The editor of one cell, where the cell is. */
export default function Editors(p: Props) {
  const { of, close } = p;
  const [asking, setAsking] = useState<{ o: OrderDetail; verb: Verb }>();
  const names = { assign: t("verb_assign"), state: t("rowState"), priority: t("rowPriority"), label: t("tags"), message: t("rowMessage"), field: t("fields") };
  const inside =
    of.what === "state" ? <States {...p} ask={(o, v) => setAsking({ o, verb: v })} />
    : of.what === "assign" ? <Assign {...p} />
    : of.what === "priority" ? <Priorities {...p} />
    : of.what === "label" ? <Labels {...p} />
    : of.what === "message" ? <Message {...p} />
    : <Fields {...p} />;
  if (asking)
    return (
      <Suspense>
        <Ask o={asking.o} verb={asking.verb} close={close} say={(_o, v, values) => verb(p.change, { ...of.row, version: asking.o.version }, v.verb, tl(v.label), seenBy(asking.o, v, String(values.to ?? "")), values)} />
      </Suspense>
    );
  return (
    <Popover open placement="bottomLeft" trigger="click" destroyOnHidden onOpenChange={(on) => !on && close()} content={<Box label={`${names[of.what]} ${of.row.number}`} close={close}>{inside}</Box>}>
      <span aria-hidden="true" style={{ position: "fixed", insetInlineStart: of.anchor.left, insetBlockStart: of.anchor.top, inlineSize: Math.min(of.anchor.width, 120), blockSize: of.anchor.height, pointerEvents: "none" }} />
    </Popover>
  );
}

/** Focus something as soon as that can be: what opens is hidden until it has its place, and autoFocus comes too early. */
function untilFocused(around: () => HTMLElement | null | undefined, focus: () => void): () => void {
  let tries = 60;
  let frame = 0;
  const step = () => {
    if (around()?.contains(document.activeElement) || !tries--) return;
    focus();
    frame = requestAnimationFrame(step);
  };
  step();
  return () => cancelAnimationFrame(frame);
}

function Box({ label, close, children }: { label: string; close: () => void; children: React.ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => untilFocused(() => box.current, () => box.current?.querySelector<HTMLElement>("input,textarea")?.focus()), []);
  return <div ref={box} role="dialog" aria-label={label} className="editor" onKeyDown={(e) => e.key === "Escape" && (e.stopPropagation(), close())}>{children}</div>;
}

/** What the row will look like after a verb, as far as that is known here. */
function seenBy(o: OrderDetail, v: Verb, to: string): Partial<Row> {
  const state = o.states.find((s) => s.key === (to || v.to));
  if (v.verb === "resume") return { waiting_on: null };
  return state && state.key !== o.state ? { state: state.key, state_label: state.label, family: state.family as Family, cancelled: state.cancelled ?? false, waiting_on: null } : {};
}

function States({ of, change, close, ask }: Props & { ask: (o: OrderDetail, v: Verb) => void }) {
  const order = useGet<OrderDetail>(`/orders/${of.row.id}`);
  const press = (o: OrderDetail, v: Verb) => {
    if (asksFirst(v)) return ask(o, v);
    close();
    void verb(change, { ...of.row, version: o.version }, v.verb, tl(v.label), seenBy(o, v, ""));
  };
  return (
    <Waiting of={order}>
      {(o) => (o.verbs.length ? <Choices items={o.verbs.map((v) => ({ key: v.verb, label: v.allowed ? tl(v.label) : `${tl(v.label)} — ${why(v)}`, disabled: !v.allowed, press: () => press(o, v) }))} label={t("rowState")} /> : <p className="soft">{t("noVerbs")}</p>)}
    </Waiting>
  );
}
/** A menu that has the focus: arrows, Enter, and what is not possible says why. */
function Choices({ items, label }: { items: { key: string; label: string; disabled?: boolean; press: () => void }[]; label: string }) {
  const menu = useRef<MenuRef>(null);
  useEffect(() => untilFocused(() => menu.current?.menu?.list, () => menu.current?.focus()), []);
  return <Menu ref={menu} aria-label={label} selectable={false} className="choices" items={items.map((i) => ({ key: i.key, label: i.label, disabled: i.disabled ?? false }))} onClick={({ key }) => items.find((i) => i.key === key)?.press()} />;
}
function Priorities({ of, change, close }: Props) {
  return <Choices label={t("rowPriority")} items={[1, 2, 3, 4].map((n) => ({ key: String(n), label: `${t(`priority_${n}` as "priority_1")}${n === of.row.priority ? " ✓" : ""}`, press: () => { close(); if (n !== of.row.priority) void setPriority(change, of.row, n); } }))} />;
}
function Assign({ of, change, close }: Props) {
  const [text, setText] = useState("");
  const [reason, setReason] = useState("");
  const people = useGet<Page<UserOut>>(`/users?limit=50&q=${encodeURIComponent(text)}`);
  const list = people.data?.items.filter((x) => x.active) ?? [];
  return (
    <>
      <Select autoFocus defaultOpen aria-label={t("choosePerson")} placeholder={t("choosePerson")} style={{ inlineSize: 240 }} value={null} loading={people.loading} showSearch={{ filterOption: false, onSearch: setText }} options={list.map((x) => ({ value: x.id, label: `${x.name} · ${x.login}` }))} notFoundContent={people.loading ? t("loading") : t("nothingFound")}
        onSelect={(id: string | null) => { const person = list.find((x) => x.id === id); close(); if (person) void assign(change, of.row, person, reason); }} />
      <Input size="small" aria-label={t("reason")} placeholder={t("reasonIfAny")} value={reason} maxLength={200} onChange={(e) => setReason(e.target.value)} />
    </>
  );
}
function Labels({ of, change }: Props) {
  const [row, setRow] = useState(of.row);
  const put = async (word: string) => {
    const clean = word.trim().replace(/^#/, "");
    if (!clean || row.tags.includes(clean)) return;
    if (await tag(change, row, clean)) setRow({ ...row, tags: [...row.tags, clean], version: row.version + 1 });
  };
  const drop = async (word: string) => {
    if (await untag(change, row, word)) setRow({ ...row, tags: row.tags.filter((x) => x !== word), version: row.version + 1 });
  };
  return (
    <>
      <div className="row">{row.tags.map((x) => <Tag key={x} closable={{ "aria-label": `${t("tagRemove")} ${x}` }} onClose={(e) => { e.preventDefault(); void drop(x); }}>#{x}</Tag>)}</div>
      <Input autoFocus size="small" aria-label={t("tagNew")} placeholder={t("tagNew")} maxLength={40} onPressEnter={(e) => { if (e.nativeEvent.isComposing) return; const input = e.currentTarget; void put(input.value); input.value = ""; }} />
    </>
  );
}
function Message({ of, change, close }: Props) {
  const [body, setBody] = useState("");
  const [internal, setInternal] = useState(true);
  const [busy, setBusy] = useState(false);
  const say = async () => {
    if (!body.trim()) return;
    setBusy(true);
    const done = await change.run(of.row, {}, () => post(`/orders/${of.row.id}/comments`, { body: body.trim(), internal }), "");
    setBusy(false);
    if (done) close();
  };
  return (
    <>
      <Input.TextArea autoFocus rows={3} aria-label={t("rowMessage")} value={body} onChange={(e) => setBody(e.target.value)} onKeyDown={(e) => { if (e.key === "Enter" && (e.ctrlKey || e.metaKey) && !e.nativeEvent.isComposing) void say(); }} />
      <div className="between"><Checkbox checked={internal} onChange={(e) => setInternal(e.target.checked)}>{t("rowInternal")}</Checkbox><Button size="small" type="primary" loading={busy} disabled={!body.trim()} onClick={() => void say()}>{internal ? t("rowSaveNote") : t("rowSendReply")}</Button></div>
    </>
  );
}
function Fields(p: Props) {
  const able = p.fields.filter((f) => p.shown.includes(`field.${f.key}`) && ["choice", "text", "number", "integer", "date", "boolean", "textarea", "multi_choice"].includes(f.kind));
  const [key, setKey] = useState(p.of.field ?? able[0]?.key ?? "");
  const field = able.find((f) => f.key === key);
  if (!field) return <p className="soft">{t(p.of.field ? "editOnPage" : "noFieldShown")}</p>;
  return (
    <>
      {!p.of.field && able.length > 1 && <Select size="small" aria-label={t("fields")} value={key} onChange={setKey} options={able.map((f) => ({ value: f.key, label: tl(f.label) }))} />}
      <Value key={key} {...p} def={field} />
    </>
  );
}
function Value({ of, change, close, def }: Props & { def: VocabularyField }) {
  const field = asField(def);
  const [value, setValue] = useState<unknown>(toForm(field, of.row.fields?.[def.key]));
  const put = (v: unknown) => {
    close();
    void setField(change, of.row, def.key, fromForm(field, v, of.row.fields?.[def.key]));
  };
  const options = field.options?.map((o) => ({ value: o.value, label: tl(o.label, o.value) })) ?? [];
  if (def.kind === "choice") return <Select autoFocus defaultOpen allowClear aria-label={tl(def.label)} style={{ inlineSize: 220 }} value={(value as string | undefined) ?? null} options={options} onChange={(v?: string) => put(v)} />;
  if (def.kind === "boolean") return <Choices label={tl(def.label)} items={[true, false].map((v) => ({ key: String(v), label: t(v ? "yes" : "no"), press: () => put(v) }))} />;
  if (def.kind === "multi_choice") return <><Checkbox.Group className="upright" options={options} value={(value as string[] | undefined) ?? []} onChange={setValue} /><Button size="small" type="primary" onClick={() => put(value)}>{t("save")}</Button></>;
  const number = def.kind === "number" || def.kind === "integer";
  return <Input autoFocus aria-label={tl(def.label)} type={def.kind === "date" ? "date" : number ? "number" : "text"} value={String(value ?? "")} onChange={(e) => setValue(e.target.value)} onPressEnter={(e) => { if (!e.nativeEvent.isComposing) put(number && value !== "" ? Number(value) : value); }} addonAfter={<button type="button" className="link" onClick={() => put(number && value !== "" ? Number(value) : value)}>{t("save")}</button>} />;
}
