import { Button } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import "@i18n/areas/board";
import { t } from "@i18n/words";
import { toQuery } from "@ui/format";
import { follow, may, useGet } from "../../parts/data";
import { Waiting } from "../../parts/states";
import { Cards } from "./Cards";
import type { TeamData } from "./types";
import { useLive } from "./useLive";

const LimitsForm = lazy(() => import("./LimitsForm"));

/** Columns by state or person, lanes, limits and completion. */
export default function Team({ filters, by, lanes }: { filters: Record<string, string>; by: "state" | "person"; lanes: string }) {
  const board = useGet<TeamData>(`/boards/states?${toQuery({ ...filters, by, lanes })}`);
  const [held, hold] = useState(false);
  const [limiting, setLimiting] = useState(false);
  useLive(board.reload, held);
  // limits are for all orders of a team: a board that shows only some of them is not compared with them
  const narrowed = useMemo(() => Object.keys(filters).some((k) => filters[k] && k !== "team_id"), [filters]);
  return (
    <Waiting of={board}>
      {(data) => (
        <>
          <div className="row completion">
            <span className="soft">{t("completionOf", { n: data.recent_days })}</span>
            {data.completion.map((row) => {
              const name = row.team || t("noTeam");
              const share = row.opened.count ? Math.round((100 * row.done.count) / row.opened.count) : 0;
              const to = `/app/orders?${toQuery(row.opened.filter)}`;
              return (
                <a key={row.team_id ?? ""} className="share-of" href={to} onClick={(e) => follow(e, to)} aria-label={t("doneOf", { name, share, done: row.done.count, all: row.opened.count })}>
                  {name} <b>{share}%</b> <small>{row.done.count}/{row.opened.count}</small>
                  <i aria-hidden="true" style={{ inlineSize: `${share}%` }} />
                </a>
              );
            })}
            {by === "state" && may("board.limit") && <Button size="small" onClick={() => setLimiting(true)}>{t("wipLimits")}</Button>}
          </div>
          <Cards data={data} narrowed={narrowed} reload={board.reload} hold={hold} />
          {limiting && <Suspense><LimitsForm team={filters.team_id ?? ""} columns={data.columns} limits={data.limits} close={() => { setLimiting(false); board.reload(); }} /></Suspense>}
        </>
      )}
    </Waiting>
  );
}
