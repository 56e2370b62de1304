import { Button, Checkbox, Input, Radio, Select } from "antd";
import { useEffect, useRef, useState } from "react";
import type { CustomerRow, Page } from "@api/types";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { useGet } from "../../parts/data";
import { PickPerson, PickTeam } from "../../parts/pick";
import type { Filters } from "./address";
import { cleared, type Def, ends, presetEnds, presets, withEnds } from "./catalog";

interface Props {
  def: Def;
  filters: Filters;
  /** `done`: nothing more to choose. */
  set: (filters: Filters, done?: boolean) => void;
  close: () => void;
}
const day = (v: string) => {
  if (!/^\d{4}-/.test(v)) return "";
  const d = new Date(v);
  return `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")}`;
};
/** The first instant of a day here; `after`: of the day after it. */
const begins = (v: string, after = 0) => {
  const [y = 0, m = 1, d = 1] = v.split("-").map(Number);
  return v ? new Date(y, m - 1, d + after).toISOString() : "";
};

/** Chooses the value of one filter; it applies at once. */
export default function ChipEditor({ def, filters, set, close }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => void box.current?.querySelector<HTMLElement>("input,button")?.focus(), []);
  const value = filters[def.key] ?? "";
  const put = (next: string, done = false) => set(next ? { ...cleared(filters, def), [def.key]: next } : cleared(filters, def), done);
  return (
    <div ref={box} className="chip-editor" role="dialog" aria-label={def.label} onKeyDown={(e) => e.key === "Escape" && close()}>
      {def.kind === "choice" && <Checkbox.Group className="upright" options={def.options ?? []} value={value ? value.split(",") : []} onChange={(v) => put(v.join(","))} />}
      {def.kind === "yes" && <Radio.Group className="upright" value={value || null} onChange={(e) => put(String(e.target.value), true)} options={def.only ? [{ value: def.only, label: t("yes") }] : [{ value: "true", label: def.key === "open" ? t("openOnly") : t("yes") }, { value: "false", label: def.key === "open" ? t("family_closed") : t("no") }]} />}
      {def.kind === "person" && (
        <>
          <div className="row"><Button size="small" type={value === "me" ? "primary" : "default"} onClick={() => put("me", true)}>{t("filterMe")}</Button>{def.key === "assignee_id" && <Button size="small" type={value === "none" ? "primary" : "default"} onClick={() => put("none", true)}>{t("unassigned")}</Button>}</div>
          <PickPerson onChange={(id) => put(id, true)} />
        </>
      )}
      {def.kind === "team" && <><Button size="small" type={value === "none" ? "primary" : "default"} onClick={() => put("none", true)}>{t("none")}</Button><PickTeam {...(value && value !== "none" ? { value } : {})} onChange={(id) => put(id ?? "", true)} /></>}
      {def.kind === "customer" && <PickCustomer put={(id) => put(id, true)} />}
      {def.kind === "text" && <Input autoFocus aria-label={def.label} defaultValue={value} placeholder={def.key === "tag" ? t("tagHint") : ""} onPressEnter={(e) => put(e.currentTarget.value.trim().replace(/^#/, "").replace(/[\s,，]+#?/g, def.key === "tag" ? "," : " "), true)} />}
      {(def.kind === "range" || def.kind === "days") && <Days def={def} filters={filters} set={set} />}
      {def.kind === "numbers" && <Numbers def={def} filters={filters} set={set} />}
    </div>
  );
}

function PickCustomer({ put }: { put: (id: string) => void }) {
  const [text, setText] = useState("");
  const found = useGet<Page<CustomerRow>>(`/customers?limit=20&q=${encodeURIComponent(text)}`);
  return <Select autoFocus style={{ width: "100%" }} aria-label={t("customer")} placeholder={t("customer")} value={null} showSearch={{ filterOption: false, onSearch: setText }} loading={found.loading} onSelect={(id: string | null) => id && put(id)} options={found.data?.items.map((c) => ({ value: c.id, label: c.name })) ?? []} />;
}

function Days({ def, filters, set }: Omit<Props, "close">) {
  const [low, high] = ends(def, filters);
  const list = presets(def);
  const on = list.findIndex((p) => String(presetEnds(def, p)) === `${low},${high}`);
  const custom = (a: string, b: string) => set(withEnds(filters, def, def.kind === "days" ? [a, b] : [begins(a), begins(b, 1)]));
  const shown: [string, string] = def.kind === "days" ? [/^\d/.test(low) ? low : "", /^\d/.test(high) ? high : ""] : [day(low), high && /^\d/.test(high) ? day(new Date(Date.parse(high) - 1).toISOString()) : ""];
  const [from, setFrom] = useState(shown[0]);
  const [to, setTo] = useState(shown[1]);
  return (
    <>
      <Radio.Group className="upright" value={on < 0 ? null : on} onChange={(e) => { const p = list[Number(e.target.value)]; if (p) set(withEnds(filters, def, presetEnds(def, p)), true); }} options={list.map((p, i) => ({ value: i, label: t(p.words) }))} />
      <div className="row">
        <Input size="small" type="date" aria-label={t("fromDay")} value={from} onChange={(e) => { setFrom(e.target.value); custom(e.target.value, to); }} />
        {(def.params.length === 2 || def.kind === "days") && <>– <Input size="small" type="date" aria-label={t("toDay")} value={to} onChange={(e) => { setTo(e.target.value); custom(from, e.target.value); }} /></>}
      </div>
    </>
  );
}

function Numbers({ def, filters, set }: Omit<Props, "close">) {
  const [low, high] = ends(def, filters);
  const [from, setFrom] = useState(low);
  const [to, setTo] = useState(high);
  const done = () => set(withEnds(filters, def, [from, to]), true);
  return (
    <div className="row">
      <Input size="small" type="number" aria-label={t("atLeast")} placeholder={t("atLeast")} value={from} onChange={(e) => setFrom(e.target.value)} onPressEnter={done} /> –
      <Input size="small" type="number" aria-label={t("atMost")} placeholder={t("atMost")} value={to} onChange={(e) => setTo(e.target.value)} onPressEnter={done} />
      <Button size="small" type="primary" onClick={done}>{t("ok")}</Button>
    </div>
  );
}
