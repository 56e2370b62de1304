import { App, Button, Checkbox, Input, type InputRef, Modal, Select } from "antd";
import { useRef, useState } from "react";
import { post } from "@api/client";
import type { BulkOut } from "@api/types";
import "@i18n/areas/list";
import { type Key, t } from "@i18n/words";
import { may } from "../../parts/data";
import { PickPerson, PickTeam } from "../../parts/pick";
import { useTell } from "../../parts/tell";
import type { Filters } from "./address";
import { exportList } from "./exporting";
import { follow } from "./runs";

/** What is chosen: orders by id, or everything that matches a filter but some. */
export interface Chosen {
  ids: string[];
  filter?: Filters;
  except: string[];
  count: string;
  /** More match than one run can take. */
  over: boolean;
}
interface Props {
  of: Chosen;
  columns: string[];
  clear: () => void;
  wide: React.ReactNode;
}
type Kind = "assign" | "state" | "set" | "tag" | "untag" | "comment" | "close";
const VERBS = ["accept", "start", "resume", "hold", "complete", "follow_up", "reopen", "cancel"];
const REASON = new Set(["reopen", "cancel", "hold"]);

/** One action over the selection, done by a job that goes on when the page is left. */
export default function Batch({ of, columns, clear, wide }: Props) {
  const tell = useTell();
  const { message } = App.useApp();
  const [kind, setKind] = useState<Kind>();
  const run = async (verb: string, args: object) => {
    const which = of.filter ? { filter: of.filter, except: of.except } : { ids: of.ids };
    try {
      follow(await post<BulkOut>("/orders/bulk", { ...which, verb, args }));
      setKind(undefined);
      clear();
    } catch (error) {
      tell(error);
    }
  };
  const act = (k: Kind, words: Key, needs: string) => may(needs) && <Button size="small" onClick={() => setKind(k)}>{t(words)}</Button>;
  return (
    <div className="panel row batch" role="region" aria-label={t("selection")} aria-live="polite">
      <strong>{t("selected", { n: of.count })}</strong>
      {wide}
      {of.over && <span className="soft">{t("onlyFirst")}</span>}
      {act("assign", "bulkAssign", "order.assign")}
      {act("state", "rowState", "order.view")}
      {act("set", "rowPriority", "order.edit")}
      {act("tag", "tagAdd", "order.tag")}
      {act("untag", "tagRemove", "order.tag")}
      {act("comment", "rowMessage", "order.note")}
      {act("close", "bulkClose", "order.close")}
      {may("order.export") && <>
        <Button size="small" onClick={() => void exportList("csv", columns, of.filter ?? {}, of.filter ? [] : of.ids, message, tell)}>{t("exportCsv")}</Button>
        <Button size="small" onClick={() => void exportList("xlsx", columns, of.filter ?? {}, of.filter ? [] : of.ids, message, tell)}>{t("exportXlsx")}</Button>
      </>}
      <Button size="small" type="link" onClick={clear}>{t("selectNone")}</Button>
      {kind && <AskBatch kind={kind} count={of.count} over={of.over} run={run} close={() => setKind(undefined)} />}
    </div>
  );
}

function AskBatch({ kind, count, over, run, close }: { kind: Kind; count: string; over: boolean; run: (verb: string, args: object) => Promise<void>; close: () => void }) {
  const [person, setPerson] = useState("");
  const [team, setTeam] = useState("");
  const [word, setWord] = useState(kind === "state" ? "" : kind === "set" ? "2" : "");
  const [reason, setReason] = useState("");
  const [waiting, setWaiting] = useState("customer");
  const [internal, setInternal] = useState(true);
  const [busy, setBusy] = useState(false);
  const [settled, setSettled] = useState(false);
  const because = useRef<InputRef>(null);
  const title = t({ assign: "bulkAssign", state: "rowState", set: "rowPriority", tag: "tagAdd", untag: "tagRemove", comment: "rowMessage", close: "bulkClose" }[kind] as Key);
  const needsReason = kind === "state" && REASON.has(word);
  const ready = kind === "assign" ? !!(person || team) : kind === "close" ? true : needsReason ? reason.trim() !== "" : word.trim() !== "";
  const go = async () => {
    if (!ready || busy) return;
    setBusy(true);
    const because = reason.trim() ? { reason: reason.trim() } : {};
    if (kind === "assign") await run("assign", { ...(person ? { assignee_id: person } : {}), ...(team ? { team_id: team } : {}), ...because });
    else if (kind === "state") await run(word, word === "hold" ? { waiting_on: waiting, ...because } : needsReason ? because : {});
    else if (kind === "set") await run("set", { priority: Number(word) });
    else if (kind === "comment") await run("comment", { body: word.trim(), internal });
    else if (kind === "close") await run("close", {});
    else await run(kind, { tag: word.trim().replace(/^#/, "") });
    setBusy(false);
  };
  const enter = (e: React.KeyboardEvent) => { if (!e.nativeEvent.isComposing) void go(); };
  return (
    <Modal open title={`${title} · ${t("selected", { n: count })}`} okText={title} cancelText={t("cancel")} confirmLoading={busy} okButtonProps={{ disabled: !ready }} onOk={() => void go()} onCancel={close} afterOpenChange={setSettled} destroyOnHidden>
      <div className="batch-ask">
        {over && <p>{t("onlyFirst")}</p>}
        {kind === "assign" && <><PickPerson unfold={settled} {...(person ? { value: person } : {})} onChange={(v) => { setPerson(v ?? ""); if (v) setTimeout(() => because.current?.focus()); }} /><PickTeam {...(team ? { value: team } : {})} onChange={(v) => setTeam(v ?? "")} /></>}
        {kind === "state" && <Select autoFocus aria-label={t("rowState")} placeholder={t("rowState")} value={word || null} onChange={(v: string) => setWord(v)} options={VERBS.filter((v) => may(`order.${v}`)).map((v) => ({ value: v, label: t(`verb_${v}` as Key) }))} />}
        {kind === "state" && word === "hold" && <Select aria-label={t("waitingOn")} value={waiting} onChange={setWaiting} options={["customer", "parts", "vendor", "us"].map((w) => ({ value: w, label: t(`waiting_${w}` as Key) }))} />}
        {kind === "set" && <Select autoFocus aria-label={t("rowPriority")} value={word} onChange={setWord} options={["1", "2", "3", "4"].map((n) => ({ value: n, label: t(`priority_${n}` as Key) }))} />}
        {(kind === "tag" || kind === "untag") && <Input autoFocus aria-label={t("tags")} placeholder={t("tagNew")} maxLength={40} value={word} onChange={(e) => setWord(e.target.value)} onPressEnter={enter} />}
        {kind === "comment" && <><Input.TextArea autoFocus rows={4} aria-label={t("rowMessage")} value={word} onChange={(e) => setWord(e.target.value)} /><Checkbox checked={internal} onChange={(e) => setInternal(e.target.checked)}>{t("rowInternal")}</Checkbox>{!internal && <p className="soft">{t("cannotUnsay")}</p>}</>}
        {kind === "close" && <p>{t("bulkCloseAsk", { n: count })}</p>}
        {(kind === "assign" || needsReason) && <Input ref={because} aria-label={t("reason")} placeholder={needsReason ? t("reason") : t("reasonIfAny")} maxLength={500} value={reason} onChange={(e) => setReason(e.target.value)} onPressEnter={enter} />}
      </div>
    </Modal>
  );
}
