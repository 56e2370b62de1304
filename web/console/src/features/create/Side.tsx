import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { call, newOperation } from "@api/client";
import type { AssetOut, Similar, SimilarList, Suggestion, SuggestOut } from "@api/generated/types.gen";
import type { Family, Label } from "@api/types";
import "@i18n/areas/create";
import { locale, t, tl } from "@i18n/words";
import { toQuery, when } from "@ui/format";
import { StatePill } from "@ui/marks";
import { useGet } from "../../parts/data";
import { keyWords, useKeys } from "../../parts/keys";
import { words } from "../../parts/tell";
import { daysTo } from "./typed";

/** What is known of the order so far, as the questions take it. */
export interface About {
  blueprint: string;
  text: string;
  customer_id?: string | undefined;
  site_id?: string | undefined;
  asset_id?: string | undefined;
  phone: string;
  priority: number;
  fields: Record<string, unknown>;
}
/** A value that has rested for a while. */
export function useRested<T>(value: T, ms: number): T {
  const [rested, setRested] = useState(value);
  const key = JSON.stringify(value);
  const last = useRef(value);
  last.current = value;
  useEffect(() => {
    const timer = setTimeout(() => setRested(last.current), ms);
    return () => clearTimeout(timer);
  }, [key, ms]);
  return rested;
}

/** Orders that could be the same, open ones first; what was typed can be added to one of them instead. */
export function Duplicates({ about, open, append }: { about: About; open: (id: string) => void; append: ((order: Similar) => void) | undefined }) {
  const { text, customer_id = "", asset_id = "", phone, blueprint } = about;
  const asked = customer_id || asset_id || phone.length >= 7 || text.trim().length >= 4;
  const found = useGet<SimilarList>(asked ? `/orders/similar?${toQuery({ text: text.slice(0, 200), customer_id, asset_id, contact_phone: phone, blueprint, limit: "5" })}` : null);
  return (
    <section aria-label={t("duplicates")}>
      <h3 className="part">{t("duplicates")}</h3>
      {asked && found.data?.items.length === 0 && <p className="soft">{t("noDuplicates")}</p>}
      {asked && found.error && <p className="soft">{words(found.error)} <Button size="small" onClick={found.reload}>{t("retry")}</Button></p>}
      {asked && found.data?.items.map((o) => (
        <div key={o.id} className="like">
          <p className="order-line"><StatePill family={o.family as Family} label={o.state_label as Label | null} cancelled={o.cancelled} /><strong className="cut" title={o.title ?? ""}>{o.number} {o.title}</strong></p>
          <p className="soft">{tl(o.why as unknown as Label)}</p>
          {o.resolution?.note && <p>{t("solvedBy")}: {o.resolution.note}</p>}
          <span className="row">
            <Button size="small" aria-label={`${t("openIt")} ${o.number}`} onClick={() => open(o.id)}>{t("openIt")}</Button>
            {o.open && append && <Button size="small" aria-label={`${t("appendToIt")} ${o.number}`} onClick={() => append(o)}>{t("appendToIt")}</Button>}
          </span>
        </div>
      ))}
    </section>
  );
}

/** Whether the work is covered, in words. */
export function Warranty({ asset }: { asset: AssetOut }) {
  const until = asset.warranty_until;
  const days = until ? daysTo(until) : 0;
  const said = !until || asset.in_warranty === null ? t("noWarranty") : asset.in_warranty ? t("inWarranty", { date: until, n: days }) : t("outOfWarranty", { date: until, n: -days });
  return (
    <section aria-label={t("warranty")}>
      <h3 className="part">{t("warranty")}</h3>
      <p className={until && asset.in_warranty ? "covered" : "uncovered"}>{asset.name} {asset.model} · {said}</p>
    </section>
  );
}

export const shownValue = (value: unknown): string => (Array.isArray(value) ? value.join("/") : String(value ?? ""));

/** Kind, priority and team as past orders suggest them, accepted with Alt+1, Alt+2, Alt+3; and who could come first. */
export function Suggestions({ about, current, accept, engineer }: { about: About; current: (field: string) => unknown; accept: (s: Suggestion) => void; engineer: (found: SuggestOut["engineer"]) => void }) {
  const [got, setGot] = useState<SuggestOut>();
  const [failed, setFailed] = useState<unknown>();
  const told = useRef(engineer);
  told.current = engineer;
  const { blueprint, text, customer_id, site_id, asset_id, priority, fields } = about;
  const body = JSON.stringify({ blueprint, text, customer_id, site_id, asset_id, priority, fields });
  useEffect(() => {
    if (!blueprint) return;
    const stop = new AbortController();
    call<SuggestOut>("POST", "/orders/suggest", { body: JSON.parse(body) as unknown, signal: stop.signal, operation: newOperation() }).then(
      (found) => {
        if (stop.signal.aborted) return;
        setGot(found);
        setFailed(undefined);
        told.current(found.engineer);
      },
      (error: unknown) => !stop.signal.aborted && setFailed(error),
    );
    return () => stop.abort();
  }, [body, blueprint]);
  const all = got ? [...got.fields, ...(got.priority ? [got.priority] : []), ...(got.team ? [got.team] : [])] : [];
  const open = all.filter((s) => shownValue(current(s.field)) !== shownValue(s.value)).slice(0, 3);
  useKeys(open.map((s, i) => ({ id: `create.accept${i + 1}`, keys: `alt+${i + 1}`, words: t("acceptN", { n: i + 1 }), inFields: true, inDialog: true, run: () => accept(s) })));
  const e = got?.engineer;
  return (
    <section aria-label={t("suggestions")} aria-live="polite">
      <h3 className="part">{t("suggestions")}</h3>
      {failed !== undefined && <p className="soft">{t("suggestFailed", { reason: words(failed) })}</p>}
      {!failed && !open.length && <p className="soft">{t(!text.trim() ? "suggestWait" : got && got.orders < 50 ? "suggestLearning" : "suggestNone")}</p>}
      {open.map((s, i) => (
        <div key={s.field} className="hint">
          <div className="row titled">
            <span>{tl(s.name)}: <strong>{tl(s.label)}</strong> <span className="soft">{t("sureness", { n: Math.round(s.confidence * 100) })}</span></span>
            <Button size="small" aria-label={`${t("accept1")} ${tl(s.name)} ${tl(s.label)}`} onClick={() => accept(s)}>{t("accept1")} <kbd>{keyWords(`Alt ${i + 1}`)}</kbd></Button>
          </div>
          <p className="soft">{tl(s.words)}</p>
        </div>
      ))}
      {e && (
        <>
          <h3 className="part">{t("earliest")}</h3>
          <p>{t("earliestWho", { name: e.name, at: when(e.earliest_start) })}<br /><span className="soft">{(e.sentences[locale()] ?? []).join(" · ")}</span></p>
        </>
      )}
    </section>
  );
}
