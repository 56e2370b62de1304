import { App, Button, Input, Modal, Select, Tag } from "antd";
import { useEffect, useState } from "react";
import { get, post } from "@api/client";
import type { BulkOut, ViewOut } from "@api/types";
import { type Key, t } from "@i18n/words";
import { fromQuery, toQuery } from "@ui/format";
import { go, may, useAddress, useGet } from "../parts/data";
import { PickPerson } from "../parts/pick";
import { OrderTable } from "./OrderTable";

const families = ["waiting", "working", "resolved", "closed"];
const slas = ["ok", "near", "breached", "paused", "met"];

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
  const choice = (name: string, label: Key, values: { value: string; label: string }[]) => (
    <Select size="small" allowClear aria-label={t(label)} placeholder={t(label)} style={{ minWidth: 120 }} value={filters[name] ?? null} onChange={(v?: string) => set({ [name]: v ?? "" })} options={values} />
  );
  return (
    <>
      <div className="row" style={{ justifyContent: "space-between", marginBottom: 10 }}>
        <h1 style={{ margin: 0 }}>
          {t("orders")} <small className="soft">{count.data ? t("count", { n: `${count.data.count}${count.data.capped ? "+" : ""}` }) : ""}</small>
        </h1>
        <Views filters={filters} sort={sort} />
      </div>
      <div className="row" role="search" style={{ marginBottom: 10 }}>
        <Input.Search size="small" allowClear style={{ width: 240 }} aria-label={t("search")} placeholder={t("search")} defaultValue={filters.q ?? ""} onSearch={(q) => set({ q })} />
        {choice("family", "filterFamily", families.map((f) => ({ value: f, label: t(`family_${f}` as Key) })))}
        {choice("sla", "filterSla", slas.map((s) => ({ value: s, label: t(`sla_${s}` as Key) })))}
        {choice("assignee_id", "filterAssignee", [{ value: "me", label: t("mine") }, { value: "none", label: t("unassigned") }])}
        {choice("priority", "priority", ["1", "2", "3", "4"].map((p) => ({ value: p, label: `P${p}` })))}
        {choice("waiting_on", "waitingOn", ["customer", "parts", "vendor"].map((w) => ({ value: w, label: t(`waiting_${w}` as Key) })))}
        <Tag.CheckableTag checked={filters.open === "true"} onChange={(on) => set({ open: on ? "true" : "" })}>
          {t("openOnly")}
        </Tag.CheckableTag>
        <Select size="small" aria-label={t("newest")} value={sort} onChange={(v) => set({ sort: v })} options={[{ value: "-created", label: t("newest") }, { value: "due", label: t("due") }, { value: "-updated", label: t("updated") }, { value: "priority", label: t("priority") }]} />
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
      {selected.size > 0 && may("order.bulk") && <BulkBar ids={[...selected]} done={() => { select(new Set()); setTurn((n) => n + 1); }} />}
      <OrderTable filters={filters} sort={sort} cursor={cursor} selected={selected} select={select} turn={turn} onNext={(next) => set({ cursor: next })} />
    </>
  );
}

/** One verb over the selection, run as a job; every refusal is told. */
function BulkBar({ ids, done }: { ids: string[]; done: () => void }) {
  const { modal, message } = App.useApp();
  const [running, setRunning] = useState("");
  const [picking, setPicking] = useState(false);
  const run = async (verb: string, args: object) => {
    setPicking(false);
    let state = await post<BulkOut>("/orders/bulk", { ids, verb, args });
    for (let i = 0; i < 600 && state.state !== "done"; i++) {
      setRunning(t("bulkRunning", { done: state.done, total: state.total }));
      await new Promise((next) => setTimeout(next, 500));
      state = await get<BulkOut>(`/orders/bulk/${state.job_id}`);
    }
    setRunning("");
    const bad = state.results.filter((r) => !r.ok);
    const text = t("bulkDone", { ok: state.results.length - bad.length, bad: bad.length });
    if (bad.length) modal.warning({ title: text, content: <ul>{bad.slice(0, 20).map((b) => <li key={b.id}>{b.zh}</li>)}</ul> });
    else void message.success(text);
    done();
  };
  return (
    <div className="panel row" role="region" aria-live="polite" style={{ marginBottom: 10, padding: 8 }}>
      <strong>{running || t("selected", { n: ids.length })}</strong>
      <Button size="small" disabled={!!running} onClick={() => setPicking(true)}>
        {t("bulkAssign")}
      </Button>
      <Button size="small" disabled={!!running} onClick={() => void run("close", {})}>
        {t("bulkClose")}
      </Button>
      <Modal open={picking} title={t("bulkAssign")} footer={null} onCancel={() => setPicking(false)} destroyOnHidden>
        <PickPerson onPick={(id) => void run("assign", { assignee_id: id })} />
      </Modal>
    </div>
  );
}

function Views({ filters, sort }: { filters: Record<string, string>; sort: string }) {
  const { message } = App.useApp();
  const views = useGet<ViewOut[]>("/views");
  const [name, setName] = useState<string>();
  const save = async () => {
    await post("/views", { name, filters, sort });
    setName(undefined);
    views.reload();
    void message.success(t("saved"));
  };
  return (
    <span className="row">
      {(views.data?.length ?? 0) > 0 && (
        <Select size="small" aria-label={t("views")} placeholder={t("views")} value={null} style={{ minWidth: 110 }} options={views.data?.map((v) => ({ value: v.id, label: v.name })) ?? []}
          onChange={(id) => { const v = views.data?.find((x) => x.id === id); if (v) go(`/app/orders?${toQuery({ ...v.filters, sort: v.sort })}`); }} />
      )}
      <Button size="small" onClick={() => setName("")}>
        {t("saveView")}
      </Button>
      <Modal open={name !== undefined} title={t("saveView")} okText={t("save")} cancelText={t("cancel")} okButtonProps={{ disabled: !name }} onOk={() => void save()} onCancel={() => setName(undefined)}>
        <Input aria-label={t("viewName")} placeholder={t("viewName")} value={name} onChange={(e) => setName(e.target.value)} />
      </Modal>
    </span>
  );
}
