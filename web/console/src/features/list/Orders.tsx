import { Button, Input, Select, Tag } from "antd";
import { useEffect, useState } from "react";
import "@i18n/areas/list";
import { type Key, t } from "@i18n/words";
import { fromQuery, toQuery } from "@ui/format";
import { go, may, useAddress, useGet } from "../../parts/data";
import { useOrderEvents } from "../../parts/live";
import { BulkBar } from "./OrderBulk";
import { OrderTable } from "./OrderTable";
import { OtherFilters, Views } from "./OrderViews";

const families = ["waiting", "working", "resolved", "closed"];
const slas = ["ok", "near", "breached", "paused", "met"];
const several = (name: string, values: string[]) => values.map((v) => ({ value: v, label: v.split(",").map((x) => t(`${name}_${x}` as Key)).join(" / ") }));
/** The values a filter offers, and the one of the address when it is a combination. */
const choices = (name: string, values: string[], now: string | undefined) => several(name, now && !values.includes(now) ? [...values, now] : values);
const PEOPLE = ["me", "none"];

/** The work list: filters in words, the URL as state, selection and a bulk bar. */
export default function Orders() {
  const address = useAddress();
  const { sort = "-created", cursor = "", ...filters } = fromQuery(address.search);
  const [selected, select] = useState(new Set<string>());
  const [turn, setTurn] = useState(0);
  const count = useGet<{ count: number; capped: boolean }>(`/orders/count?${toQuery(filters)}`);
  const set = (changes: Record<string, string>) => {
    go(`/app/orders?${toQuery({ ...filters, sort: sort === "-created" ? "" : sort, ...changes })}`);
    select(new Set());
  };
  useEffect(() => select(new Set()), [address.search]);
  useOrderEvents(() => setTurn((n) => n + 1));
  const choice = (name: string, label: Key, options: { value: string; label: string }[]) => (
    <Select size="small" allowClear aria-label={t(label)} placeholder={t(label)} className="filter" popupMatchSelectWidth={false} value={filters[name] ?? null} onChange={(v?: string) => set({ [name]: v ?? "" })} options={options} />
  );
  const person = filters.assignee_id && !PEOPLE.includes(filters.assignee_id);
  const more = Object.keys(filters).filter((k) => !["q", "family", "sla", "priority", "waiting_on", "open"].includes(k) && (k !== "assignee_id" || person));
  return (
    <>
      <div className="row" style={{ justifyContent: "space-between", marginBottom: 10 }}>
        <h1 style={{ margin: 0 }}>
          {t("orders")} <small className="soft" aria-live="polite">{count.data ? t("count", { n: `${count.data.count}${count.data.capped ? "+" : ""}` }) : ""}</small>
        </h1>
        <Views filters={filters} sort={sort} />
      </div>
      <div className="row" role="search" style={{ marginBottom: 10 }}>
        <Input.Search key={filters.q ?? ""} size="small" allowClear className="words" aria-label={t("search")} placeholder={t("search")} defaultValue={filters.q ?? ""} onSearch={(q) => set({ q })} />
        {choice("family", "filterFamily", choices("family", families, filters.family))}
        {choice("sla", "filterSla", choices("sla", slas, filters.sla))}
        {choice("assignee_id", "filterAssignee", [{ value: "me", label: t("mine") }, { value: "none", label: t("unassigned") }, ...(person ? [{ value: filters.assignee_id ?? "", label: t("oneOther") }] : [])])}
        {choice("priority", "priority", choices("priority", ["1", "2", "3", "4"], filters.priority))}
        {choice("waiting_on", "waitingOn", choices("waiting", ["customer", "parts", "vendor", "us"], filters.waiting_on))}
        <Button size="small" aria-pressed={filters.open === "true"} type={filters.open === "true" ? "primary" : "default"} onClick={() => set({ open: filters.open === "true" ? "" : "true" })}>
          {t("openOnly")}
        </Button>
        {filters.open === "false" && <Tag closable onClose={() => set({ open: "" })}>{t("family_closed")}</Tag>}
        <OtherFilters filters={filters} names={more} drop={(name) => set({ [name]: "" })} />
        <Select size="small" aria-label={t("sort")} popupMatchSelectWidth={false} value={sort} onChange={(v) => set({ sort: v })} options={[{ value: "-created", label: t("newest") }, { value: "created", label: t("oldest") }, { value: "due", label: t("byDue") }, { value: "-updated", label: t("byUpdate") }, { value: "priority", label: t("byPriority") }]} />
        {Object.keys(filters).length > 0 && (
          <Button size="small" type="link" onClick={() => go("/app/orders")}>
            {t("clear")}
          </Button>
        )}
        {cursor && (
          <Button size="small" type="link" onClick={() => set({})}>
            {t("first")}
          </Button>
        )}
      </div>
      {selected.size > 0 && may("order.bulk") && <BulkBar ids={[...selected]} done={(left) => { select(new Set(left)); setTurn((n) => n + 1); count.reload(); }} />}
      <OrderTable filters={filters} sort={sort} cursor={cursor} selected={selected} select={may("order.bulk") ? select : undefined} turn={turn} onNext={(next) => set({ cursor: next })}
        empty={Object.keys(filters).length > 0 && <p><Button onClick={() => go("/app/orders")}>{t("clear")}</Button></p>} />
    </>
  );
}
