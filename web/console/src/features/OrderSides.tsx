import { App, Button, Tag, Upload } from "antd";
import { useState } from "react";
import { call, post } from "@api/client";
import type { CandidateOut, ClockOut, CustomerOut, OrderDetail, OrderRow, Page } from "@api/types";
import { locale, t, tl } from "@i18n/words";
import { full, span, when } from "@ui/format";
import { follow, may, useGet } from "../parts/data";
import { StatePill } from "../parts/marks";
import { Waiting } from "../parts/states";

/** The customer, their other orders, and linked orders. */
export function Around({ o }: { o: OrderDetail }) {
  const customer = useGet<CustomerOut>(o.customer_id && may("customer.view") ? `/customers/${o.customer_id}` : null);
  const recent = useGet<Page<OrderRow>>(o.customer_id ? `/orders?customer_id=${o.customer_id}&limit=6` : null);
  return (
    <>
      {customer.data && (
        <dl className="facts">
          <dt>{t("customer")}</dt><dd><a href={`/app/customers/${customer.data.id}`} onClick={(e) => follow(e, `/app/customers/${customer.data?.id}`)}>{customer.data.name}</a></dd>
          {customer.data.tier && (<><dt>{t("tier")}</dt><dd>{t(`tier_${customer.data.tier}` as "tier_vip")}</dd></>)}
          <dt>{t("contact")}</dt><dd>{customer.data.contacts.map((c) => `${c.name} ${c.phone}`).join(", ")}</dd>
        </dl>
      )}
      {(recent.data?.items.length ?? 0) > 0 && <h3 style={{ fontSize: 13 }}>{t("recentOrders")}</h3>}
      {recent.data?.items.filter((x) => x.id !== o.id).map((x) => <OrderLine key={x.id} o={x} />)}
      {o.links.map((x) => (
        <p key={x.id}><a href={`/app/orders/${x.id}`} onClick={(e) => follow(e, `/app/orders/${x.id}`)}>{x.number} {x.title}</a> <Tag>{x.kind}</Tag></p>
      ))}
    </>
  );
}

export const OrderLine = ({ o }: { o: OrderRow }) => (
  <p className="row" style={{ margin: "6px 0", flexWrap: "nowrap" }}>
    <StatePill family={o.family} label={o.state_label} cancelled={o.cancelled} />
    <a className="cut" href={`/app/orders/${o.id}`} onClick={(e) => follow(e, `/app/orders/${o.id}`)} style={{ color: "inherit" }}>{o.number} {o.title}</a>
  </p>
);

/** Who fits, in words; the best first. */
export function Candidates({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const { message } = App.useApp();
  const found = useGet<CandidateOut[]>(`/orders/${o.id}/candidates`);
  const give = async (id: string) => {
    try {
      await post(`/orders/${o.id}/assign`, { assignee_id: id }, o.version);
      reload();
    } catch (error) {
      void message.error((error as Error).message);
    }
  };
  const open = o.verbs.some((v) => v.verb === "assign" && v.allowed);
  return (
    <Waiting of={found}>
      {(list) =>
        list.length === 0 ? <p className="soft">{t("noCandidates")}</p> : (
          <>
            {list.slice(0, 12).map((c) => (
              <div key={c.engineer_id} className="entry" style={{ gridTemplateColumns: "14px 1fr auto", opacity: c.fits ? 1 : 0.75 }}>
                <div>
                  <strong>{c.name}</strong> <span className="soft">{c.fits ? `${t("score")} ${c.score}` : t("notFits")}</span>
                  <p>{(c.sentences[locale()] ?? []).join(" · ")}</p>
                </div>
                {c.fits && open && <Button size="small" onClick={() => void give(c.engineer_id)}>{t("assignHim")}</Button>}
              </div>
            ))}
          </>
        )
      }
    </Waiting>
  );
}

/** Why this deadline: what counted and what did not. */
export function Why({ id }: { id: string }) {
  const clocks = useGet<ClockOut[]>(`/orders/${id}/clocks`);
  return (
    <Waiting of={clocks}>
      {(list) => (
        <>
          {list.map((c) => {
            const total = c.spans.reduce((sum, s) => sum + s.seconds, 0) || 1;
            return (
              <section key={c.key} style={{ marginBottom: 16 }}>
                <strong>{tl(c.label as { zh: string; en: string })}</strong> <span className={`chip ${c.state === "missed" ? "breached" : ""}`}>{t(c.state === "missed" ? "sla_breached" : c.state === "met" ? "sla_met" : c.state === "paused" ? "sla_paused" : "sla_ok")}</span>
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

/** Files with progress; a repeated upload is the same file. */
export function Files({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const { message } = App.useApp();
  const [busy, setBusy] = useState("");
  const send = async (file: File) => {
    setBusy(file.name);
    try {
      const id = crypto.randomUUID();
      await call("POST", `/files?name=${encodeURIComponent(file.name)}&id=${id}`, { raw: file });
      await post(`/orders/${o.id}/attachments`, { file_id: id });
      reload();
    } catch (error) {
      void message.error((error as Error).message);
    }
    setBusy("");
  };
  return (
    <>
      {o.attachments.map((f) => (
        <p key={f.file_id}><a href={`/api/v1/files/${f.file_id}/content`} target="_blank" rel="noreferrer">{f.name}</a> <span className="soft">{Math.ceil(f.size / 1024)} kB</span></p>
      ))}
      {may("order.attach") && (
        <Upload showUploadList={false} beforeUpload={(file) => { void send(file); return false; }}>
          <Button loading={busy !== ""}>{busy ? `${t("uploading")} ${busy}` : t("upload")}</Button>
        </Upload>
      )}
    </>
  );
}
