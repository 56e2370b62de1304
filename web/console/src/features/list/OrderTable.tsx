import { useLayoutEffect, useRef, useState } from "react";
import type { OrderRow, Page } from "@api/types";
import "@i18n/areas/list";
import { t } from "@i18n/words";
import { full, toQuery, when } from "@ui/format";
import { Priority, SlaChip, StatePill } from "@ui/marks";
import { follow, useGet } from "../../parts/data";
import { useKeys } from "../../parts/keys";
import { Waiting } from "../../parts/states";

interface Props {
  filters: Record<string, string>;
  sort?: string;
  limit?: number;
  empty?: React.ReactNode;
}

// Where a person was in each list, so that coming back finds the same row at the same place.
const places = new Map<string, { top: number; id: string }>();

/** A short list of orders inside another page; J and K move, Enter opens. */
export function OrderTable({ filters, sort = "-created", limit = 50, empty }: Props) {
  const path = `/orders?${toQuery({ ...filters, sort, limit: String(limit) })}`;
  const page = useGet<Page<OrderRow>>(path);
  const box = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState("");
  const rows = page.data?.items ?? [];
  const there = page.data !== undefined;
  useLayoutEffect(() => {
    const place = places.get(path);
    if (!there || !box.current) return;
    box.current.scrollTop = place?.top ?? 0;
    setAt(place?.id ?? "");
  }, [path, there]);
  const stay = (id: string) => {
    places.set(path, { top: box.current?.scrollTop ?? 0, id });
    setAt(id);
  };
  const move = (step: number) => {
    const now = rows.findIndex((o) => o.id === at);
    const row = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
    if (!row) return;
    setAt(row.id);
    box.current?.querySelector<HTMLElement>(`[data-order="${row.id}"]`)?.focus();
  };
  useKeys([
    { id: "list.next", keys: "j,ArrowDown", words: t("keyNext"), run: () => move(1) },
    { id: "list.previous", keys: "k,ArrowUp", words: t("keyPrevious"), run: () => move(-1) },
  ]);
  const heads = [t("state"), t("number"), t("title"), t("customer"), t("assignee"), t("filterSla"), t("priority"), t("updated")];
  return (
    <Waiting of={page}>
      {({ items }) =>
        items.length === 0 ? (
          <div className="panel empty">
            <strong>{t("empty")}</strong>
            {empty ?? <p>{t("emptyHint")}</p>}
          </div>
        ) : (
          <>
            <div className="scroll" role="region" aria-label={t("orders")} tabIndex={0} ref={box} onScroll={() => stay(at)}>
              <table className="list orders">
                <thead>
                  <tr>
                    {heads.map((h, i) => (
                      <th key={h} scope="col" className={i === 1 ? "wide" : ""}>
                        {h}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {items.map((o) => (
                    <tr key={o.id} className={`${o.id === at ? "at" : ""} ${o.sla_state === "breached" && (o.family === "waiting" || o.family === "working") ? "breached" : ""}`}>
                      <td>
                        <StatePill family={o.family} label={o.state_label} cancelled={o.cancelled} waiting={o.waiting_on} />
                      </td>
                      <td className="wide">{o.number}</td>
                      <td>
                        <a className="cut" data-order={o.id} href={`/app/orders/${o.id}`} onFocus={() => setAt(o.id)} onClick={(e) => { stay(o.id); follow(e, `/app/orders/${o.id}`); }}>
                          {o.title}
                        </a>
                        <span className="narrow soft">{o.number}</span>
                      </td>
                      <td>
                        <span className="cut" title={o.site_address}>
                          {o.customer_name}
                        </span>
                      </td>
                      <td>{o.assignee_name ?? <span className="soft">{o.team_name ?? t("unassigned")}</span>}</td>
                      <td>
                        <SlaChip state={o.sla_state} due={o.next_due_at} waiting={o.waiting_on} family={o.family} />
                      </td>
                      <td>
                        <Priority value={o.priority} />
                      </td>
                      <td title={full(o.updated_at)}>{when(o.updated_at)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )
      }
    </Waiting>
  );
}
