import { Button, Checkbox } from "antd";
import { useEffect, useState } from "react";
import type { OrderRow, Page } from "@api/types";
import { t } from "@i18n/words";
import { full, toQuery, typing, when } from "@ui/format";
import { follow, go, useGet } from "../parts/data";
import { Priority, SlaChip, StatePill } from "../parts/marks";
import { Waiting } from "../parts/states";

interface Props {
  filters: Record<string, string>;
  sort?: string;
  cursor?: string;
  limit?: number;
  selected?: Set<string>;
  select?: (ids: Set<string>) => void;
  onNext?: (cursor: string) => void;
  turn?: number;
}

/** The work list as a table; J and K move, Enter opens. */
export function OrderTable({ filters, sort = "-created", cursor = "", limit = 50, selected, select, onNext, turn = 0 }: Props) {
  const page = useGet<Page<OrderRow>>(`/orders?${toQuery({ ...filters, sort, cursor, limit: String(limit) })}`);
  const [at, setAt] = useState(-1);
  const rows = page.data?.items ?? [];
  const { reload } = page;
  useEffect(() => {
    if (turn) reload();
  }, [turn, reload]);
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (typing(event) || event.ctrlKey || event.metaKey || !rows.length) return;
      if (event.key === "j" || event.key === "ArrowDown") setAt((n) => Math.min(n + 1, rows.length - 1));
      if (event.key === "k" || event.key === "ArrowUp") setAt((n) => Math.max(n - 1, 0));
      const row = rows[at];
      if (event.key === "Enter" && row && document.activeElement === document.body) go(`/app/orders/${row.id}`);
      if (event.key === "x" && row && select) toggle(row.id);
    };
    window.addEventListener("keydown", key);
    return () => window.removeEventListener("keydown", key);
  });
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    select?.(next);
  };
  const heads = [t("state"), t("number"), t("title"), t("customer"), t("assignee"), t("due"), t("priority"), t("updated")];
  return (
    <Waiting of={page}>
      {({ items, next }) =>
        items.length === 0 ? (
          <div className="panel empty">
            <strong>{t("empty")}</strong>
            <p>{t("emptyHint")}</p>
          </div>
        ) : (
          <>
            <div className="scroll" role="region" aria-label={t("orders")} tabIndex={0}>
              <table className="list">
                <thead>
                  <tr>
                    {select && (
                      <th>
                        <Checkbox aria-label={t("all")} checked={items.every((o) => selected?.has(o.id))} onChange={(e) => select(new Set(e.target.checked ? items.map((o) => o.id) : []))} />
                      </th>
                    )}
                    {heads.map((h) => (
                      <th key={h} scope="col">
                        {h}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {items.map((o, i) => (
                    <tr key={o.id} className={`${i === at ? "at" : ""} ${o.sla_state === "breached" && o.family !== "closed" ? "breached" : ""}`}>
                      {select && (
                        <td>
                          <Checkbox aria-label={o.number} checked={selected?.has(o.id) ?? false} onChange={() => toggle(o.id)} />
                        </td>
                      )}
                      <td>
                        <StatePill family={o.family} label={o.state_label} cancelled={o.cancelled} waiting={o.waiting_on} />
                      </td>
                      <td style={{ whiteSpace: "nowrap" }}>{o.number}</td>
                      <td>
                        <a className="cut" href={`/app/orders/${o.id}`} onClick={(e) => follow(e, `/app/orders/${o.id}`)}>
                          {o.title}
                        </a>
                      </td>
                      <td>
                        <span className="cut" title={o.site_address}>
                          {o.customer_name}
                        </span>
                      </td>
                      <td>{o.assignee_name ?? <span className="soft">{o.team_name ?? t("unassigned")}</span>}</td>
                      <td>
                        <SlaChip state={o.sla_state} due={o.next_due_at} waiting={o.waiting_on} />
                      </td>
                      <td>
                        <Priority value={o.priority} />
                      </td>
                      <td title={full(o.updated_at)} style={{ whiteSpace: "nowrap" }}>
                        {when(o.updated_at)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {next && onNext && (
              <Button style={{ marginTop: 10 }} onClick={() => onNext(next)}>
                {t("next")}
              </Button>
            )}
          </>
        )
      }
    </Waiting>
  );
}
