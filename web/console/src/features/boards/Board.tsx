import { App, Button, Dropdown, Select } from "antd";
import { lazy, Suspense, useState } from "react";
import { get } from "@api/client";
import type { BlueprintRow, BoardColumn, Label, OrderDetail, OrderRow, Verb } from "@api/types";
import "@i18n/areas/board";
import { t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import { Priority, SlaChip, StatePill } from "@ui/marks";
import { follow, go, useAddress, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { useTell } from "../../parts/tell";
import { asksFirst, useSay, why } from "../order/OrderSteps";

const Ask = lazy(() => import("../order/OrderAsk"));

/** Columns by state in the four colours; drag, or the menu on a card; a refused move says why, one that needs words asks for them here. */
export default function Board() {
  const address = useAddress();
  const blueprints = useGet<BlueprintRow[]>("/blueprints");
  const kinds = blueprints.data?.filter((b) => b.published_version > 0) ?? [];
  const blueprint = address.searchParams.get("blueprint") ?? kinds[0]?.key ?? "";
  const mine = address.searchParams.get("assignee_id") ?? "";
  const board = useGet<{ columns: BoardColumn[] }>(blueprint ? `/boards/states?${toQuery({ blueprint, assignee_id: mine })}` : null);
  const set = (changes: Record<string, string>) => go(`/app/board?${toQuery({ blueprint, assignee_id: mine, ...changes })}`);
  return (
    <>
      <div className="row" style={{ marginBottom: 10 }}>
        <h1 style={{ margin: 0 }}>{t("board")}</h1>
        <Select size="small" aria-label={t("blueprint")} value={blueprint || null} popupMatchSelectWidth={false} onChange={(v: string) => set({ blueprint: v })} className="filter" options={kinds.map((b) => ({ value: b.key, label: tl(b.name as unknown as Label) }))} />
        <Select size="small" aria-label={t("filterAssignee")} value={mine} popupMatchSelectWidth={false} onChange={(v) => set({ assignee_id: v })} className="filter" options={[{ value: "", label: t("everybody") }, { value: "me", label: t("mine") }, { value: "none", label: t("unassigned") }]} />
      </div>
      {blueprints.data && kinds.length === 0 ? <div className="panel empty">{t("noBlueprints")}</div> : <Waiting of={blueprints}>{() => <Waiting of={board}>{({ columns }) => <Columns columns={columns} reload={board.reload} />}</Waiting>}</Waiting>}
    </>
  );
}

const toState = (verbs: Verb[], state: string) => {
  const ways = verbs.filter((v) => v.to === state || v.targets.includes(state));
  return ways.find((v) => v.primary && v.allowed) ?? ways.find((v) => v.allowed) ?? ways[0];
};

function Columns({ columns, reload }: { columns: BoardColumn[]; reload: () => void }) {
  const { message } = App.useApp();
  const tell = useTell();
  const say = useSay(reload);
  const [dragged, setDragged] = useState<OrderRow>();
  const [over, setOver] = useState("");
  const [menu, setMenu] = useState("");
  const [detail, setDetail] = useState<OrderDetail>();
  const [asking, setAsking] = useState<{ o: OrderDetail; verb: Verb }>();
  const look = (id: string) => get<OrderDetail>(`/orders/${id}`);
  const pick = (o: OrderRow) => {
    setDragged(o);
    setDetail(undefined);
    look(o.id).then(setDetail, tell);
  };
  const open = (id: string, on: boolean) => {
    setMenu(on ? id : "");
    setDetail(undefined);
    // the menu opens when its entries are known: one that opens empty gives the keyboard nothing to stand on
    if (on) look(id).then(setDetail, (error: unknown) => { setMenu(""); tell(error); });
  };
  const move = async (id: string, state: string) => {
    try {
      const fresh = await look(id);
      if (fresh.state === state) return;
      const verb = toState(fresh.verbs, state);
      if (!verb?.allowed) return void message.warning({ content: verb ? why(verb) : t("illegal"), duration: 6 });
      if (asksFirst(verb)) return setAsking({ o: fresh, verb });
      await say(fresh, verb, verb.targets.length ? { to: state } : {});
    } catch (error) {
      tell(error);
    }
  };
  const items = (o: OrderRow) =>
    detail?.id !== o.id ? [] : columns.filter((c) => c.state !== o.state).map((c) => {
        const verb = toState(detail.verbs, c.state);
        const refused = verb?.allowed ? "" : verb ? why(verb) : t("illegal");
        return { key: c.state, disabled: !!refused, label: `${tl(c.label)}${refused ? ` — ${refused}` : ""}`, onClick: () => void move(o.id, c.state) };
      });
  const shut = (c: BoardColumn) => dragged && detail?.id === dragged.id && c.state !== dragged.state && !toState(detail.verbs, c.state)?.allowed;
  return (
    <>
      <div className="board" role="region" aria-label={t("board")} tabIndex={0}>
        {columns.map((c) => (
          <section key={c.state} aria-label={tl(c.label)} className={`lane ${c.family} ${over === c.state && !shut(c) ? "over" : ""} ${shut(c) ? "shut" : ""}`}
            onDragOver={(e) => { e.preventDefault(); setOver(c.state); }} onDragLeave={() => setOver("")} onDrop={() => { setOver(""); if (dragged) void move(dragged.id, c.state); setDragged(undefined); }}>
            <h2>
              <StatePill family={c.family} label={c.label} cancelled={c.items[0]?.cancelled ?? false} />
              <a href={`/app/orders?${toQuery(c.filter)}`} aria-label={`${tl(c.label)} ${c.count}`} onClick={(e) => follow(e, `/app/orders?${toQuery(c.filter)}`)}>{c.count}{c.capped ? "+" : ""}</a>
            </h2>
            {c.items.length === 0 && <p className="soft">{t("laneEmpty")}</p>}
            {c.items.map((o) => (
              <article key={o.id} className={`card ${o.family === "waiting" || o.family === "working" ? o.sla_state : ""}`} draggable onDragStart={(e) => { e.dataTransfer.setData("text/plain", o.number); pick(o); }} onDragEnd={() => setDragged(undefined)}>
                <div className="row" style={{ justifyContent: "space-between" }}>
                  <span className="soft">{o.number}</span>
                  <Dropdown trigger={["click"]} autoFocus open={menu === o.id && detail?.id === o.id} onOpenChange={(on) => open(o.id, on)} menu={{ items: menu === o.id ? items(o) : [] }}>
                    <Button size="small" type="text" loading={menu === o.id && detail?.id !== o.id} aria-label={`${t("moveTo")} ${o.number}`}>{t("moveTo")}</Button>
                  </Dropdown>
                </div>
                <a href={`/app/orders/${o.id}`} onClick={(e) => follow(e, `/app/orders/${o.id}`)}>{o.title}</a>
                <div className="soft cut">{o.customer_name}</div>
                <div className="row" style={{ justifyContent: "space-between" }}>
                  <span>{o.assignee_name ?? o.team_name ?? t("unassigned")}</span>
                  <Priority value={o.priority} />
                </div>
                {o.waiting_on && <StatePill family={o.family} label={o.state_label} waiting={o.waiting_on} />}
                {o.family !== "closed" && !(o.waiting_on && o.sla_state === "paused") && <SlaChip state={o.sla_state} due={o.next_due_at} waiting={o.waiting_on} family={o.family} />}
              </article>
            ))}
            {c.count > c.items.length && <a href={`/app/orders?${toQuery(c.filter)}`} onClick={(e) => follow(e, `/app/orders?${toQuery(c.filter)}`)}>{t("andMore", { n: `${c.count - c.items.length}${c.capped ? "+" : ""}` })}</a>}
          </section>
        ))}
      </div>
      {asking && <Suspense><Ask o={asking.o} verb={asking.verb} close={() => setAsking(undefined)} say={say} /></Suspense>}
    </>
  );
}
