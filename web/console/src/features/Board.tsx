import { App, Select } from "antd";
import { useState } from "react";
import { ApiError, get, post } from "@api/client";
import type { BlueprintRow, BoardColumn, OrderDetail, OrderRow } from "@api/types";
import { locale, t, tl } from "@i18n/words";
import { toQuery } from "@ui/format";
import { follow, go, useAddress, useGet } from "../parts/data";
import { Priority, SlaChip } from "../parts/marks";
import { Waiting } from "../parts/states";

/** Columns by state in the four colours; drag, or the menu on a card; a refused move says why. */
export default function Board() {
  const { message } = App.useApp();
  const address = useAddress();
  const blueprint = address.searchParams.get("blueprint") ?? "repair";
  const mine = address.searchParams.get("assignee_id") ?? "";
  const board = useGet<{ columns: BoardColumn[] }>(`/boards/states?${toQuery({ blueprint, assignee_id: mine })}`);
  const blueprints = useGet<BlueprintRow[]>("/blueprints");
  const [dragged, setDragged] = useState<OrderRow>();
  const [legal, setLegal] = useState<OrderDetail["verbs"]>([]);
  const [over, setOver] = useState("");
  const pick = (o: OrderRow) => {
    setDragged(o);
    void get<OrderDetail>(`/orders/${o.id}`).then((d) => setLegal(d.verbs));
  };
  const verbTo = (state: string) => legal.find((v) => v.to === state && v.allowed && !v.needs.some((n) => n === "reason"));
  const move = async (o: OrderRow, state: string) => {
    if (o.state === state) return;
    try {
      const fresh = await get<OrderDetail>(`/orders/${o.id}`);
      const verb = fresh.verbs.find((v) => v.to === state);
      if (!verb || !verb.allowed) {
        void message.warning(verb ? verb.blockers.map((b) => (locale() === "en" ? b.en : b.zh)).join(" ") : t("illegal"));
        return;
      }
      if (verb.needs.includes("assignee") || verb.needs.includes("reason")) return go(`/app/orders/${o.id}`);
      await post(`/orders/${o.id}/${verb.verb.replace("_", "-")}`, {}, fresh.version);
    } catch (error) {
      const blockers = error instanceof ApiError ? (error.problem.blockers as { zh: string; en: string }[] | undefined) : undefined;
      void message.error(blockers?.map((b) => (locale() === "en" ? b.en : b.zh)).join(" ") ?? (error as Error).message);
    }
    board.reload();
  };
  const set = (changes: Record<string, string>) => go(`/app/board?${toQuery({ blueprint, assignee_id: mine, ...changes })}`);
  return (
    <>
      <div className="row" style={{ marginBottom: 10 }}>
        <h1 style={{ margin: 0 }}>{t("board")}</h1>
        <Select size="small" aria-label={t("blueprint")} value={blueprint} onChange={(v) => set({ blueprint: v })} style={{ minWidth: 140 }} options={blueprints.data?.filter((b) => b.published_version > 0).map((b) => ({ value: b.key, label: tl(b.name as { zh: string; en: string }) })) ?? []} />
        <Select size="small" aria-label={t("filterAssignee")} value={mine} onChange={(v) => set({ assignee_id: v })} options={[{ value: "", label: t("all") }, { value: "me", label: t("mine") }, { value: "none", label: t("unassigned") }]} />
      </div>
      <Waiting of={board}>
        {({ columns }) => (
          <div className="board" role="region" aria-label={t("board")} tabIndex={0}>
            {columns.map((c) => (
              <section key={c.state} aria-label={tl(c.label)} className={`lane ${c.family} ${over === c.state ? "over" : ""} ${dragged && dragged.state !== c.state && !verbTo(c.state) ? "shut" : ""}`}
                onDragOver={(e) => { e.preventDefault(); setOver(c.state); }} onDragLeave={() => setOver("")} onDrop={() => { setOver(""); if (dragged) void move(dragged, c.state); setDragged(undefined); }}>
                <h2>
                  {tl(c.label)}
                  <a href={`/app/orders?${toQuery(c.filter)}`} onClick={(e) => follow(e, `/app/orders?${toQuery(c.filter)}`)}>{c.count}{c.capped ? "+" : ""}</a>
                </h2>
                {c.items.map((o) => (
                  <article key={o.id} className={`card ${o.family === "closed" ? "" : o.sla_state}`} draggable onDragStart={() => pick(o)} onDragEnd={() => setDragged(undefined)}>
                    <div className="row" style={{ justifyContent: "space-between" }}>
                      <span className="soft">{o.number}</span>
                      <Select size="small" variant="borderless" aria-label={`${t("moveTo")} ${o.number}`} value={null} placeholder="→" popupMatchSelectWidth={false} onChange={(to: string | null) => to && void move(o, to)} options={columns.filter((x) => x.state !== c.state).map((x) => ({ value: x.state, label: tl(x.label) }))} />
                    </div>
                    <a href={`/app/orders/${o.id}`} onClick={(e) => follow(e, `/app/orders/${o.id}`)} style={{ color: "inherit" }}>{o.title}</a>
                    <div className="soft cut">{o.customer_name}</div>
                    <div className="row" style={{ justifyContent: "space-between" }}>
                      <span>{o.assignee_name ?? t("unassigned")}</span>
                      <Priority value={o.priority} />
                    </div>
                    {o.family !== "closed" && <SlaChip state={o.sla_state} due={o.next_due_at} waiting={o.waiting_on} />}
                  </article>
                ))}
              </section>
            ))}
          </div>
        )}
      </Waiting>
    </>
  );
}
