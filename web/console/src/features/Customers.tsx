import { Button, Input, Tag } from "antd";
import { useState } from "react";
import type { CustomerOut, CustomerRow, Page } from "@api/types";
import { t } from "@i18n/words";
import { toQuery } from "@ui/format";
import { follow, useGet } from "../parts/data";
import { Waiting } from "../parts/states";
import { OrderTable } from "./OrderTable";

export default function Customers({ id }: { id?: string | undefined }) {
  return id ? <One id={id} /> : <List />;
}

function List() {
  const [q, setQ] = useState("");
  const [cursor, setCursor] = useState("");
  const page = useGet<Page<CustomerRow>>(`/customers?${toQuery({ q, cursor })}`);
  return (
    <>
      <h1>{t("customers")}</h1>
      <Input.Search allowClear aria-label={t("lookup")} placeholder={t("lookup")} style={{ maxWidth: 360, marginBottom: 10 }} onSearch={(v) => { setQ(v); setCursor(""); }} />
      <Waiting of={page}>
        {({ items, next }) => (
          <>
            <table className="list panel">
              <thead><tr><th>{t("customer")}</th><th>{t("number")}</th><th>{t("tier")}</th><th>{t("phone")}</th></tr></thead>
              <tbody>
                {items.map((c) => (
                  <tr key={c.id}>
                    <td><a href={`/app/customers/${c.id}`} onClick={(e) => follow(e, `/app/customers/${c.id}`)}>{c.name}</a></td>
                    <td>{c.code}</td><td><Tag>{t(`tier_${c.tier}` as "tier_vip")}</Tag></td><td>{c.phone}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {items.length === 0 && <div className="empty">{t("empty")}</div>}
            {next && <Button style={{ marginTop: 10 }} onClick={() => setCursor(next)}>{t("next")}</Button>}
          </>
        )}
      </Waiting>
    </>
  );
}

function One({ id }: { id: string }) {
  const customer = useGet<CustomerOut>(`/customers/${id}`);
  return (
    <Waiting of={customer}>
      {(c) => (
        <>
          <h1>{c.name} {c.tier && <Tag>{t(`tier_${c.tier}` as "tier_vip")}</Tag>}</h1>
          <div className="cards" style={{ marginBottom: 12 }}>
            <section className="panel"><strong>{t("contacts")}</strong>{c.contacts.map((k) => <p key={k.id}>{k.name} {k.title} <a href={`tel:${k.phone}`}>{k.phone}</a></p>)}</section>
            <section className="panel"><strong>{t("sites")}</strong>{c.sites.map((s) => <p key={s.id}>{s.name}<br /><span className="soft">{s.city}{s.district}{s.detail}</span></p>)}</section>
          </div>
          <h2 style={{ fontSize: 16 }}>{t("recentOrders")}</h2>
          <OrderTable filters={{ customer_id: id }} limit={20} />
        </>
      )}
    </Waiting>
  );
}
