import type { AssetOut, Overview } from "@api/generated/types.gen";
import type { OrderDetail, OrderRow, Page } from "@api/types";
import "@i18n/areas/order";
import { t, tl } from "@i18n/words";
import { full, when } from "@ui/format";
import { OrderLine } from "@ui/order";
import { follow, may, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";

const Line = ({ label, children }: { label: string; children: React.ReactNode }) => (children ? <><dt>{label}</dt><dd>{children}</dd></> : null);
const Orders = ({ title, of, but }: { title: string; of: OrderRow[]; but: string }) => {
  const others = of.filter((x) => x.id !== but);
  return others.length ? <><h3 className="part">{title}</h3>{others.map((x) => <OrderLine key={x.id} o={x} open={follow} />)}</> : null;
};

/** The customer on one page: who, how to reach them, what they have, what is open, what was before. */
export function Around({ o }: { o: OrderDetail }) {
  const seen = useGet<Overview>(o.customer_id && may("customer.view") ? `/customers/${o.customer_id}/overview` : null);
  if (!o.customer_id) return <p className="soft">{t("noCustomer")}</p>;
  if (!may("customer.view")) return <p className="soft">{o.customer_name}</p>;
  return (
    <Waiting of={seen}>
      {(c) => (
        <>
          <dl className="facts">
            <Line label={t("customer")}><a href={`/app/customers/${c.id}`} onClick={(e) => follow(e, `/app/customers/${c.id}`)}>{c.name}</a></Line>
            <Line label={t("tier")}>{c.tier ? t(`tier_${c.tier}` as "tier_vip") : ""}</Line>
            <Line label={t("contact")}>{c.contacts.length > 0 && c.contacts.map((x) => <div key={x.id}>{x.name} {x.phone && <a href={`tel:${x.phone}`}>{x.phone}</a>}</div>)}</Line>
            <Line label={t("satisfaction")}>{c.satisfaction ? t("starsOf", { mean: c.satisfaction.mean, n: c.satisfaction.n }) : ""}</Line>
            <Line label={t("lastYear")}>{t("ordersN", { n: c.orders_12_months })}</Line>
            <Line label={t("lastContact")}>{c.last_contact && <><time dateTime={c.last_contact.at} title={full(c.last_contact.at)}>{when(c.last_contact.at)}</time> <a href={`/app/orders/${c.last_contact.order_id}`} onClick={(e) => follow(e, `/app/orders/${c.last_contact?.order_id}`)}>{c.last_contact.number}</a> {tl(c.last_contact)}</>}</Line>
            <Line label={t("notes")}>{c.notes}</Line>
          </dl>
          {c.assets.length > 0 && <h3 className="part">{t("theAssets")}</h3>}
          {c.assets.slice(0, 8).map((a) => <p key={a.id} className={a.id === o.asset_id ? "here" : ""}>{a.name} <span className="soft">{a.model} {a.serial} · {tl(a.verdict as unknown as { zh: string; en: string })}</span></p>)}
          {(c.assets_more || c.assets.length > 8) && <p className="soft"><a href={`/app/customers/${c.id}`} onClick={(e) => follow(e, `/app/customers/${c.id}`)}>{t("allOfThem")}</a></p>}
          <Orders title={t("openOnes")} of={c.open as unknown as OrderRow[]} but={o.id} />
          <Orders title={t("closedOnes")} of={c.closed as unknown as OrderRow[]} but={o.id} />
        </>
      )}
    </Waiting>
  );
}

/** The machine: what it is, whether its warranty holds, what was done to it. */
export function Asset({ o }: { o: OrderDetail }) {
  const asset = useGet<AssetOut>(o.asset_id ? `/assets/${o.asset_id}` : null);
  const before = useGet<Page<OrderRow>>(o.asset_id ? `/orders?asset_id=${o.asset_id}&limit=8` : null);
  return (
    <Waiting of={asset}>
      {(a) => (
        <>
          <p><strong className={`verdict ${a.in_warranty === null ? "" : a.in_warranty ? "resolved" : "waiting"}`}>{a.in_warranty === null ? t("warrantyUnknown") : a.in_warranty ? t("warrantyTill", { day: a.warranty_until ?? "" }) : t("warrantyOver", { day: a.warranty_until ?? "" })}</strong></p>
          <dl className="facts">
            <Line label={t("theAsset")}>{a.name}</Line>
            <Line label={t("assetModel")}>{a.model}</Line>
            <Line label={t("serialNo")}>{a.serial}</Line>
            <Line label={t("assetInstalled")}>{a.installed_on}</Line>
            <Line label={t("customer")}>{a.customer_name}</Line>
          </dl>
          <Orders title={t("recentOrders")} of={before.data?.items ?? []} but={o.id} />
        </>
      )}
    </Waiting>
  );
}
