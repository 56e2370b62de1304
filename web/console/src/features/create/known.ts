// The customer and the machine of the order: taken from a hit, their values filled in and marked. Nothing is asked twice.
import { useEffect, useRef } from "react";
import type { AssetOut, SiteOut } from "@api/generated/types.gen";
import type { CustomerOut, Hit } from "@api/types";
import "@i18n/areas/create";
import { t } from "@i18n/words";
import { may, useGet } from "../../parts/data";
import { placeOf } from "./Base";
import type { Writing } from "./sheet";

export function useKnown(sheet: Writing) {
  const assetId = sheet.id("asset_id");
  const customerId = sheet.id("customer_id");
  const asset = useGet<AssetOut>(assetId && may("asset.view") ? `/assets/${assetId}` : null).data;
  const customer = useGet<CustomerOut>(customerId && may("customer.view") ? `/customers/${customerId}` : null).data;
  const fresh = useRef<{ customer?: string; contact?: string | undefined; asset?: string }>({});
  const take = (hit: Hit) => {
    if (hit.kind === "asset") {
      sheet.take({ key: "asset_id", id: hit.id, words: hit.title });
      fresh.current.asset = hit.id;
    }
    if (!hit.customer_id) return;
    sheet.drop("customer_id", "contact_id");
    sheet.take({ key: "customer_id", id: hit.customer_id, words: hit.title });
    fresh.current.customer = hit.customer_id;
    fresh.current.contact = hit.kind === "contact" ? hit.id : undefined;
  };
  // the machine's place is known before the customer's sites are: both are waited for
  const ready = customer && fresh.current.customer === customer.id && (!fresh.current.asset || asset?.id === fresh.current.asset || !may("asset.view"));
  useEffect(() => {
    if (!ready || !customer) return;
    const contact = customer.contacts.find((k) => k.id === fresh.current.contact) ?? customer.contacts[0];
    const own = fresh.current.asset ? customer.sites.find((s) => s.id === asset?.site_id) : undefined;
    const site = (own ?? (customer.sites.length === 1 ? customer.sites[0] : undefined)) as SiteOut | undefined;
    fresh.current = {};
    sheet.take({ key: "customer_id", id: customer.id, words: customer.name });
    const from = t("fromPlace", { where: `${t("customer")} ${customer.name}` });
    if (contact) {
      sheet.take({ key: "contact_id", id: contact.id, words: contact.name });
      sheet.fill("contact_name", contact.name, from);
    }
    sheet.fill("contact_phone", contact?.phone || customer.phone, from);
    if (site) {
      const place = own ? t("fromPlace", { where: `${t("asset")} ${asset?.name ?? ""}` }) : from;
      sheet.fill("site_id", site.id, place);
      sheet.fill("address", placeOf(site), place);
    }
  }, [ready, customer, asset, sheet]);
  return { asset, customer, take };
}
