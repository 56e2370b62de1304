import { Button, Tag } from "antd";
import { useEffect, useRef, useState } from "react";
import { post } from "@api/client";
import type { CandidateOut, ClockOut, OrderDetail } from "@api/types";
import "@i18n/areas/order";
import { locale, t, tl } from "@i18n/words";
import { full, span, when } from "@ui/format";
import { useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";

/** Who fits, in words; the best first. */
export function Candidates({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const tell = useTell();
  const found = useGet<CandidateOut[]>(`/orders/${o.id}/candidates`);
  const [giving, setGiving] = useState("");
  const give = async (id: string) => {
    setGiving(id);
    await post(`/orders/${o.id}/assign`, { assignee_id: id }, o.version).then(reload, (error: unknown) => { tell(error); reload(); });
    setGiving("");
  };
  const open = o.verbs.some((v) => v.verb === "assign" && v.allowed);
  return (
    <Waiting of={found}>
      {(list) =>
        list.length === 0 ? <p className="soft">{t("noCandidates")}</p> : (
          <>
            {!open && <p className="soft">{t("assignNotNow")}</p>}
            {list.slice(0, 12).map((c) => (
              <div key={c.engineer_id} className={`entry who ${c.fits ? "said" : ""}`}>
                <div>
                  <strong>{c.name}</strong> <span className="soft">{c.fits ? `${t("score")} ${Math.round(c.score)}` : t("notFits")}</span>
                  <p>{(c.sentences[locale()] ?? []).join(" · ")}</p>
                </div>
                {c.engineer_id === o.assignee_id ? <Tag>{t("hasIt")}</Tag> : c.fits && open && <Button size="small" loading={giving === c.engineer_id} disabled={!!giving} aria-label={`${t("assignHim")} ${c.name}`} onClick={() => void give(c.engineer_id)}>{t("assignHim")}</Button>}
              </div>
            ))}
            {list.length > 12 && <p className="soft">{t("andMore", { n: list.length - 12 })}</p>}
          </>
        )
      }
    </Waiting>
  );
}

/** Why this deadline: what counted and what did not. */
export function Why({ id, version }: { id: string; version: number }) {
  const clocks = useGet<ClockOut[]>(`/orders/${id}/clocks`);
  const { reload } = clocks;
  const first = useRef(version);
  useEffect(() => {
    if (first.current !== version) reload();
    first.current = version;
  }, [version, reload]);
  return (
    <Waiting of={clocks}>
      {(list) => (
        <>
          {list.length === 0 && <p className="soft">{t("sla_none")}</p>}
          {list.map((c) => {
            const over = c.state === "missed" || (c.state === "running" && c.remaining_seconds < 0);
            const total = c.spans.reduce((sum, s) => sum + s.seconds, 0) || 1;
            return (
              <section key={c.key} style={{ marginBottom: 16 }}>
                <strong>{tl(c.label as { zh: string; en: string })}</strong> <span className={`chip ${over && !c.stopped_at ? "breached" : ""}`}>{t(over ? (c.stopped_at ? "sla_missed" : "sla_breached") : c.state === "met" ? "sla_met" : c.state === "paused" ? "sla_paused" : "sla_ok")}</span>
                <div className="soft">{t("target")} {span(c.target_minutes)} · {t("elapsed")} {span(c.elapsed_seconds / 60)} · {t("due")} {full(c.due_at)}</div>
                <div className="bar" aria-hidden="true">{c.spans.map((s) => <i key={s.from} className={`span ${s.counted ? "yes" : "no"}`} style={{ width: `${(100 * s.seconds) / total}%` }} />)}</div>
                <ul style={{ margin: 0, paddingLeft: 18 }}>
                  {c.spans.map((s) => <li key={s.from}>{when(s.from)}–{when(s.to)} {span(s.seconds / 60)} <span className="soft">{tl(s.reason as { zh: string; en: string })}</span></li>)}
                </ul>
              </section>
            );
          })}
        </>
      )}
    </Waiting>
  );
}
