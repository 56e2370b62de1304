import { Popover } from "antd";
import { lazy, Suspense, useState } from "react";
import type { CustomerOut, OrderRow, Page, TeamOut } from "@api/types";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { toQuery } from "@ui/format";
import { Choice } from "../../parts/choice";
import { useGet } from "../../parts/data";
import type { Filters } from "./address";
import { cleared, type Def, present, said } from "./catalog";

const Editor = lazy(() => import("./ChipEditor"));
const KNOWN = new Set(["me", "none"]);
const first = (value: string | undefined) => value?.split(",").find((v) => !KNOWN.has(v));

/** Names of the ids among the filters. */
function useNames(filters: Filters): Record<string, string> {
  const team = first(filters.team_id), customer = first(filters.customer_id), person = first(filters.assignee_id);
  const teams = useGet<TeamOut[]>(team ? "/teams" : null);
  const company = useGet<CustomerOut>(customer ? `/customers/${customer}` : null);
  const row = useGet<Page<OrderRow>>(person ? `/orders?${toQuery({ assignee_id: person, limit: "1" })}` : null);
  const whose = row.data?.items[0];
  return {
    ...Object.fromEntries(teams.data?.map((x) => [x.id, x.name]) ?? []),
    ...(customer && company.data ? { [customer]: company.data.name } : {}),
    ...(person && whose?.assignee_name ? { [person]: whose.assignee_name } : {}),
  };
}

interface Props {
  filters: Filters;
  defs: Def[];
  set: (filters: Filters) => void;
}
/** What the list is narrowed to, in words: each chip opens its editor, each can be taken away; more come from the menu at the end. */
export function Chips({ filters, defs, set }: Props) {
  const [open, setOpen] = useState("");
  const names = useNames(filters);
  const there = present(filters, defs).filter((c) => c.def.key !== "q");
  const adding = open && !there.some((c) => c.def.key === open) ? defs.find((d) => d.key === open) : undefined;
  const chips = [...there, ...(adding ? [{ def: adding, unknown: false }] : [])];
  const free = defs.filter((d) => d.kind !== "fixed" && d.key !== "q" && !there.some((c) => c.def.key === d.key));
  return (
    <div className="row chips" role="search" aria-label={t("filterList")}>
      {/* a plain field: Ant Design's would cost the first load 16 kB */}
      <input key={filters.q ?? ""} type="search" className="find" aria-label={t("search")} placeholder={t("search")} maxLength={200} defaultValue={filters.q ?? ""}
        onKeyDown={(e) => { const q = e.currentTarget.value.trim(); if (e.key === "Enter" && !e.nativeEvent.isComposing && q !== (filters.q ?? "")) set({ ...filters, q }); }}
        onInput={(e) => { if (e.currentTarget.value === "" && filters.q) set({ ...filters, q: "" }); }} />
      {chips.map(({ def, unknown }) => {
        const words = def === adding ? def.label : unknown ? t("filterUnknown", { name: def.key, value: filters[def.key] ?? "" }) : said(def, filters, names);
        const fixed = unknown || def.kind === "fixed";
        return (
          <span key={def.key} className={`filter-chip ${unknown ? "unknown" : ""}`}>
            {fixed ? <span className="says">{words}</span> : (
              <Popover open={open === def.key} trigger="click" placement="bottomLeft" destroyOnHidden onOpenChange={(on) => setOpen(on ? def.key : "")}
                content={<Suspense fallback={t("loading")}><Editor def={def} filters={filters} set={(next, done) => { set(next); if (done) setOpen(""); }} close={() => setOpen("")} /></Suspense>}>
                <button type="button" className="says" aria-haspopup="dialog" aria-expanded={open === def.key}>{words}</button>
              </Popover>
            )}
            <button type="button" className="off" aria-label={`${t("clear")} ${words}`} onClick={() => { setOpen(""); set(cleared(filters, def)); }}>×</button>
          </span>
        );
      })}
      <Choice size="small" className="add-filter" aria-label={t("addFilter")} placeholder={`＋ ${t("addFilter")}`} value={null} showSearch={{ optionFilterProp: "label" }} popupMatchSelectWidth={false}
        options={free.map((d) => ({ value: d.key, label: d.label }))} onSelect={(key: string | null) => setTimeout(() => setOpen(key ?? ""), 0)} />
      {Object.keys(filters).length > 0 && <button type="button" className="link" onClick={() => set({})}>{t("clear")}</button>}
    </div>
  );
}
