import { DeleteOutlined } from "@ant-design/icons";
import { App, Button, Input, Modal, Select, Tag } from "antd";
import { useState } from "react";
import { post, remove } from "@api/client";
import type { BlueprintRow, Label, OrderRow, Page, ViewOut } from "@api/types";
import "@i18n/areas/list";
import { channelWords, t, tl } from "@i18n/words";
import { toQuery, when } from "@ui/format";
import { go, me, useGet } from "../../parts/data";
import { useTell } from "../../parts/tell";

interface Props {
  filters: Record<string, string>;
  names: string[];
  drop: (name: string) => void;
}

/** Filters that came with the address (a figure, a board column, a customer), in words; each can be taken away. */
export function OtherFilters({ filters, names, drop }: Props) {
  return names.map((name) => <Chip key={name} name={name} value={filters[name] ?? ""} drop={() => drop(name)} />);
}

const FROM_A_ROW: Partial<Record<string, (o: OrderRow) => string | null>> = {
  state: (o) => tl(o.state_label, o.state),
  customer_id: (o) => o.customer_name,
  assignee_id: (o) => o.assignee_name,
  team_id: (o) => o.team_name,
};

function Chip({ name, value, drop }: { name: string; value: string; drop: () => void }) {
  const read = FROM_A_ROW[name];
  const row = useGet<Page<OrderRow>>(read ? `/orders?${toQuery({ [name]: value, limit: "1" })}` : null);
  const kinds = useGet<BlueprintRow[]>(name === "blueprint" ? "/blueprints" : null);
  const first = row.data?.items[0];
  const words =
    read ? `${t(name === "state" ? "state" : name === "customer_id" ? "customer" : name === "team_id" ? "team" : "assignee")}: ${(first && read(first)) ?? (row.data ? t("oneOther") : "…")}`
    : name === "blueprint" ? `${t("blueprint")}: ${value.split(",").map((v) => tl(kinds.data?.find((b) => b.key === v)?.name as Label | undefined, v)).join(", ")}`
    : name === "tag" ? `#${value}`
    : name === "channel" ? `${t("channel")}: ${channelWords(value)}`
    : name === "watching" ? t("watching")
    : name === "created_from" || name === "opened_from" ? `${t("created")} ≥ ${when(value)}`
    : name === "created_to" || name === "opened_to" ? `${t("created")} < ${when(value)}`
    : name === "due_before" ? `${t("due")} < ${when(value)}`
    : `${name} = ${value}`;
  return <Tag closable={{ "aria-label": `${t("clear")} ${words}` }} onClose={drop}>{words}</Tag>;
}

/** Saved filters: the one that is on is named; mine can be deleted. */
export function Views({ filters, sort }: { filters: Record<string, string>; sort: string }) {
  const { message, modal } = App.useApp();
  const tell = useTell();
  const views = useGet<ViewOut[]>("/views");
  const [name, setName] = useState<string>();
  const same = (v: ViewOut) => toQuery({ ...v.filters, sort: v.sort }) === toQuery({ ...filters, sort });
  const on = views.data?.find(same);
  const save = () =>
    post("/views", { name: name?.trim(), filters, sort }).then(() => {
      setName(undefined);
      views.reload();
      void message.success(t("saved"));
    }, tell);
  const erase = (v: ViewOut) => modal.confirm({ title: t("deleteView", { name: v.name }), okText: t("delete"), cancelText: t("cancel"), onOk: () => remove(`/views/${v.id}`).then(views.reload, tell) });
  return (
    <span className="row">
      {(views.data?.length ?? 0) > 0 && (
        <Select size="small" aria-label={t("views")} placeholder={t("views")} value={on?.id ?? null} className="filter" popupMatchSelectWidth={false} options={views.data?.map((v) => ({ value: v.id, label: v.name })) ?? []}
          onChange={(id) => { const v = views.data?.find((x) => x.id === id); if (v) go(`/app/orders?${toQuery({ ...v.filters, sort: v.sort === "-created" ? "" : v.sort })}`); }} />
      )}
      {on && on.owner_id === me()?.id && <Button size="small" aria-label={t("deleteView", { name: on.name })} icon={<DeleteOutlined aria-hidden />} onClick={() => erase(on)} />}
      {!on && (
        <Button size="small" onClick={() => setName("")}>
          {t("saveView")}
        </Button>
      )}
      <Modal open={name !== undefined} title={t("saveView")} okText={t("save")} cancelText={t("cancel")} okButtonProps={{ disabled: !name?.trim() }} onOk={() => void save()} onCancel={() => setName(undefined)}>
        <Input aria-label={t("viewName")} placeholder={t("viewName")} maxLength={100} value={name ?? ""} onChange={(e) => setName(e.target.value)} onPressEnter={() => { if (name?.trim()) void save(); }} />
      </Modal>
    </span>
  );
}
