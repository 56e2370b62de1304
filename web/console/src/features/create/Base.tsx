import { Alert, Form, Input, Select } from "antd";
import type { AssetOut, SiteOut, SplitOut } from "@api/generated/types.gen";
import type { CustomerOut, TeamOut } from "@api/types";
import "@i18n/areas/create";
import { channelWords, type Key, t } from "@i18n/words";
import { useGet } from "../../parts/data";
import type { Writing } from "./sheet";
import { useRested } from "./Side";
import { apart, isPhone } from "./typed";

const FAR_KM = 5;
export const placeOf = (s: SiteOut): string => `${s.province}${s.city === s.province ? "" : s.city}${s.district}${s.detail}`;
const origin = (sheet: Writing, field: string) => sheet.from[field] || undefined;
const mustFill = (name: Key) => ({ required: true, whitespace: true, message: t("mustFill", { name: t(name) }) });

export const Subject = ({ sheet }: { sheet: Writing }) => <Form.Item label={t("title")} name="title" rules={[mustFill("title")]} extra={origin(sheet, "title")}><Input maxLength={300} /></Form.Item>;

/** Who calls and where. Each says where its value came from. */
export function Base({ sheet, customer, asset }: { sheet: Writing; customer: CustomerOut | undefined; asset: AssetOut | undefined }) {
  return (
    <>
      <div className="pair">
        <Form.Item label={t("contact")} name="contact_name" extra={origin(sheet, "contact_name")}><Input maxLength={200} autoComplete="off" /></Form.Item>
        <Form.Item
          label={t("phone")}
          name="contact_phone"
          extra={origin(sheet, "contact_phone")}
          normalize={(v: string) => v.replace(/[\uff10-\uff19\uff0b\uff0d]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))}
          rules={[{ warningOnly: true, validator: (_, v?: string) => (!v || isPhone(v.split(/[\u8f6cx]/)[0] ?? "") ? Promise.resolve() : Promise.reject(new Error(t("phoneOdd")))) }]}
          validateTrigger="onBlur"
        >
          <Input maxLength={60} inputMode="tel" autoComplete="off" />
        </Form.Item>
      </div>
      <Place sheet={sheet} customer={customer} asset={asset} />
      <Form.Item label={t("description")} name="description" extra={origin(sheet, "description")}><Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} maxLength={20_000} /></Form.Item>
    </>
  );
}

/** The customer's site and the address; the address is read into its parts, and what does not fit together is said. */
function Place({ sheet, customer, asset }: { sheet: Writing; customer: CustomerOut | undefined; asset: AssetOut | undefined }) {
  const form = Form.useFormInstance();
  const siteId = Form.useWatch("site_id", form) as string | undefined;
  const address = useRested(String(Form.useWatch("address", form) ?? "").trim(), 400);
  const parts = useGet<SplitOut>(address ? `/addresses/split?q=${encodeURIComponent(address.slice(0, 500))}` : null).data;
  const sites = (customer?.sites ?? []) as SiteOut[];
  const site = sites.find((s) => s.id === siteId);
  const home = sites.find((s) => s.id === asset?.site_id);
  const read = address && parts ? [parts.province, parts.city === parts.province ? "" : parts.city, parts.district].filter(Boolean) : [];
  const odd = site && address && parts ? ([[parts.district, site.district], [parts.city, site.city]] as const).find(([typed, known]) => typed && known && typed !== known) : undefined;
  const km = home && site && home.id !== site.id ? apart(home, site) : undefined;
  return (
    <>
      {sites.length > 0 && (
        <Form.Item label={t("site")} name="site_id" extra={origin(sheet, "site_id")}>
          <Select
            allowClear
            options={sites.map((s) => ({ value: s.id, label: `${s.name} ${placeOf(s)}` }))}
            onChange={(id?: string) => {
              const to = sites.find((s) => s.id === id);
              if (to) sheet.fill("address", placeOf(to), t("fromPlace", { where: `${t("site")} ${to.name}` }), true);
            }}
          />
        </Form.Item>
      )}
      <Form.Item label={t("address")} name="address" extra={[origin(sheet, "address"), read.length ? t("addressParts", { parts: read.join(" · ") }) : ""].filter(Boolean).join(" · ") || undefined}>
        <Input maxLength={500} autoComplete="off" />
      </Form.Item>
      {odd && <Alert type="warning" showIcon className="said" title={t("addressElsewhere", { typed: odd[0], known: odd[1] })} />}
      {home && km !== undefined && km > FAR_KM && <Alert type="warning" showIcon className="said" title={t("assetElsewhere", { place: home.name, km: Math.round(km) })} />}
    </>
  );
}

const CHANNELS = ["console", "phone", "wechat", "email", "web"];
/** How urgent, whose, and how it came in. */
export function Routing({ sheet }: { sheet: Writing }) {
  const teams = useGet<TeamOut[]>("/teams");
  return (
    <div className="pair three">
      <Form.Item label={t("priority")} name="priority" initialValue={3} extra={origin(sheet, "priority")}><Select options={[1, 2, 3, 4].map((p) => ({ value: p, label: t(`priority_${p}` as "priority_1") }))} /></Form.Item>
      <Form.Item label={t("team")} name="team" extra={origin(sheet, "team")}><Select allowClear loading={teams.loading} options={teams.data?.map((x) => ({ value: x.key, label: x.name })) ?? []} /></Form.Item>
      <Form.Item label={t("channel")} name="channel" initialValue="console" extra={origin(sheet, "channel")}><Select options={CHANNELS.map((c) => ({ value: c, label: channelWords(c) }))} /></Form.Item>
    </div>
  );
}
