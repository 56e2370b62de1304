import { Button, Progress } from "antd";
import { useState } from "react";
import { post } from "@api/client";
import type { ExportOut } from "@api/generated/types.gen";
import type { BulkOut } from "@api/types";
import "@i18n/areas/list";
import { type Key, locale, maybe, t } from "@i18n/words";
import { when } from "@ui/format";
import { orderPath } from "@ui/order";
import { follow as link, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";
import { fileAddress } from "./exporting";
import { follow, followExport, useRuns } from "./runs";

const OVER = new Set(["done", "cancelled"]);
const said = (b: BulkOut) => {
  const name = b.undo_of ? String(b.args.verb ?? "") : b.verb;
  const words = maybe(`verb_${name}`) ?? maybe(`batch_${name}`) ?? name;
  return b.undo_of ? t("undoOf", { verb: words }) : words;
};

/** My batches and exports: how far they are, what was refused and why, and what can be done about it. */
export default function RunList() {
  const runs = useRuns();
  return (
    <div className="runs" role="dialog" aria-label={t("runList")}>
      {runs.read && !runs.bulks.length && !runs.exports.length && <p className="soft">{t("noRuns")}</p>}
      <ul>
        {runs.exports.map((e) => <Exported key={e.id} e={e} />)}
        {runs.bulks.map((b) => <Run key={b.job_id} b={b} />)}
      </ul>
    </div>
  );
}
function Run({ b }: { b: BulkOut }) {
  const tell = useTell();
  const [open, setOpen] = useState(false);
  const over = OVER.has(b.state);
  const act = (path: string, body: object = {}) => post<BulkOut>(path, body).then(follow, tell);
  const ok = b.done - b.refused;
  return (
    <li>
      <div className="between">
        <span><strong>{said(b)}</strong> <time className="soft">{when(b.created_at)}</time></span>
        <span className="row tight">
          {!over && !b.undo_of && <Button size="small" onClick={() => void act(`/orders/bulk/${b.job_id}/cancel`)}>{t("runStop")}</Button>}
          {b.undo && <Button size="small" onClick={() => void act(`/orders/bulk/${b.job_id}/undo`)}>{t("undoBatch")}</Button>}
          {over && b.refused > 0 && !b.undo_of && <Button size="small" onClick={() => void act("/orders/bulk", { retry_of: b.job_id, verb: b.verb, args: b.args })}>{t("retryRefused")}</Button>}
          {b.done > 0 && <Button size="small" type="link" aria-expanded={open} onClick={() => setOpen(!open)}>{t("runResults")}</Button>}
        </span>
      </div>
      {over ? <p>{t(b.state === "cancelled" ? "bulkStopped" : "bulkDone", { ok, bad: b.refused, left: b.total - b.done })}</p> : <Progress size="small" percent={Math.floor((100 * b.done) / Math.max(b.total, 1))} format={() => `${b.done}/${b.total}`} aria-label={t("bulkRunning", { done: b.done, total: b.total })} />}
      {open && <Results key={b.done} id={b.job_id} done={b.done} />}
    </li>
  );
}
function Results({ id, done }: { id: string; done: number }) {
  const run = useGet<BulkOut>(`/orders/bulk/${id}`);
  return (
    <Waiting of={run}>
      {(r) => (
        <ul className="results">
          {r.results.map((x) => <li key={x.id}><span aria-hidden="true">{x.ok ? "✓" : "✕"}</span> <a href={orderPath(x.id)} onClick={(e) => link(e, orderPath(x.id))}>{x.number || t("orders")}</a> {x.ok ? t("batchOk") : locale() === "en" ? x.en : x.zh}</li>)}
          {done > r.results.length && <li className="soft">{t("andMore", { n: done - r.results.length })}</li>}
        </ul>
      )}
    </Waiting>
  );
}
function Exported({ e }: { e: ExportOut }) {
  const tell = useTell();
  return (
    <li className="between">
      <span><strong>{t(e.format === "csv" ? "exportCsv" : ("exportXlsx" as Key))}</strong> <time className="soft">{when(e.created_at)}</time> {e.state === "cancelled" ? t("runStopped") : t("exportRows", { n: e.done })}</span>
      {e.file_id ? <a href={fileAddress(e.file_id)} download>{t("exportFile")}</a> : !OVER.has(e.state) && <Button size="small" onClick={() => void post<ExportOut>(`/orders/exports/${e.id}/cancel`).then(followExport, tell)}>{t("runStop")}</Button>}
    </li>
  );
}
