import { Button, Input, Tag } from "antd";
import { useEffect } from "react";
import type { CustomerOut, CustomerRow, Page } from "@api/types";
import "@i18n/areas/masters";
import { t } from "@i18n/words";
import { toQuery } from "@ui/format";
import { follow, go, useAddress, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { OrderTable } from "../list/OrderTable";

export default function Customers({ id }: { id?: string | undefined }) {
  return id ? <One id={id} /> : <List />;
}

function List() {
  const { searchParams } = useAddress();
  const [q, cursor] = [searchParams.get("q") ?? "", searchParams.get("cursor") ?? ""];
  const page = useGet<Page<CustomerRow>>(`/customers?${toQuery({ q, cursor })}`);
  const set = (changes: Record<string, string>) => go(`/app/customers?${toQuery({ q, ...changes })}`);
  return (
    <>
      <h1>{t("customers")}</h1>
      <Input.Search key={q} allowClear aria-label={t("lookupCustomer")} placeholder={t("lookupCustomer")} defaultValue={q} style={{ maxWidth: 360, marginBottom: 10 }} onSearch={(v) => set({ q: v })} />
      <Waiting of={page}>
        {({ items, next }) => items.length === 0 ? <div className="panel empty"><strong>{t("noCustomers")}</strong>{q && <p><Button onClick={() => set({ q: "" })}>{t("clear")}</Button></p>}</div> : (
          <>
            <div className="scroll" role="region" aria-label={t("customers")} tabIndex={0}>
              <table className="list">
                <thead><tr><th scope="col">{t("customer")}</th><th scope="col">{t("number")}</th><th scope="col">{t("tier")}</th><th scope="col">{t("phone")}</th></tr></thead>
                <tbody>
                  {items.map((c) => (
                    <tr key={c.id}>
                      <td><a href={`/app/customers/${c.id}`} onClick={(e) => follow(e, `/app/customers/${c.id}`)}>{c.name}</a></td>
                      <td>{c.code}</td><td><Tag>{t(`tier_${c.tier}` as "tier_vip")}</Tag></td><td>{c.phone && <a href={`tel:${c.phone}`}>{c.phone}</a>}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <div className="row" style={{ marginTop: 10 }}>
              {cursor && <Button onClick={() => set({})}>{t("first")}</Button>}
              {next && <Button onClick={() => set({ cursor: next })}>{t("next")}</Button>}
            </div>
          </>
        )}
      </Waiting>
    </>
  );
}

function One({ id }: { id: string }) {
  const customer = useGet<CustomerOut>(`/customers/${id}`);
  const name = customer.data?.name;
  useEffect(() => {
    if (name) document.title = `${name} · ${t("app")}`;
  }, [name]);
  return (
    <Waiting of={customer}>
      {(c) => (
        <>
          <h1><a href="/app/customers" onClick={(e) => follow(e, "/app/customers")}>{t("customers")}</a> / {c.name} {c.tier && <Tag>{t(`tier_${c.tier}` as "tier_vip")}</Tag>}</h1>
          <div className="cards broad" style={{ marginBottom: 12 }}>
            <section className="panel"><h2 className="part">{t("contacts")}</h2>{c.contacts.map((k) => <p key={k.id}>{k.name} <span className="soft">{k.title}</span> {k.phone && <a href={`tel:${k.phone}`}>{k.phone}</a>}</p>)}{!c.contacts.length && <p className="soft">{t("none")}</p>}</section>
            <section className="panel"><h2 className="part">{t("sites")}</h2>{c.sites.map((s) => <p key={s.id}>{s.name}<br /><span className="soft">{s.city}{s.district}{s.detail}</span></p>)}{!c.sites.length && <p className="soft">{t("none")}</p>}</section>
          </div>
          <div className="row"><h2 className="part">{t("recentOrders")}</h2><a href={`/app/orders?customer_id=${id}`} onClick={(e) => follow(e, `/app/orders?customer_id=${id}`)}>{t("all")}</a></div>
          <OrderTable filters={{ customer_id: id }} limit={20} empty={<span />} />
        </>
      )}
    </Waiting>
  );
}
