import { EditOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import type { OrderDetail } from "@api/types";
import "@i18n/areas/order";
import { t, tl } from "@i18n/words";
import { may } from "../../parts/data";
import { draft } from "../../parts/drafts";
import { show } from "../../parts/values";

const Edit = lazy(() => import("./OrderEdit"));

/** The order's values; one press edits them all. */
export function Facts({ o, reload }: { o: OrderDetail; reload: () => void }) {
  const [editing, setEditing] = useState(false);
  const filled = (o.form.fields ?? []).filter((f) => show(f, o.fields[f.key]) !== "");
  return (
    <section className="panel" aria-label={t("fields")}>
      <div className="row" style={{ justifyContent: "space-between", marginBottom: 8 }}>
        <h2 className="part">{t("facts")}</h2>
        {may("order.edit") && <Button size="small" icon={<EditOutlined aria-hidden />} onClick={() => setEditing(true)}>{draft(`edit.${o.id}`) ? t("editDraft") : t("edit")}</Button>}
      </div>
      <dl className="facts">
        <Fact label={t("customer")} value={o.customer_name ?? ""} />
        <Fact label={t("contact")} value={o.contact_name} />
        {o.contact_phone && (<><dt>{t("phone")}</dt><dd><a href={`tel:${o.contact_phone}`}>{o.contact_phone}</a></dd></>)}
        <Fact label={t("address")} value={o.address} />
        <Fact label={t("team")} value={o.team_name ?? ""} />
        <Fact label={t("description")} value={o.description ?? ""} />
        <Fact label={t("held")} value={o.hold_reason ?? ""} />
        {filled.map((f) => <Fact key={f.key} label={tl(f.label, f.key)} value={show(f, o.fields[f.key])} />)}
      </dl>
      {editing && <Suspense><Edit o={o} close={() => setEditing(false)} reload={reload} /></Suspense>}
    </section>
  );
}

const Fact = ({ label, value }: { label: string; value: string }) =>
  value ? (
    <>
      <dt>{label}</dt>
      <dd style={{ whiteSpace: "pre-wrap" }}>{value}</dd>
    </>
  ) : null;
