import { Button, Segmented, Tag } from "antd";
import { lazy, Suspense, useMemo } from "react";
import type { BlueprintRow, TeamOut } from "@api/types";
import "@i18n/areas/board";
import { type Key, maybe, t, tl } from "@i18n/words";
import { fromQuery, toQuery } from "@ui/format";
import { Choice } from "../../parts/choice";
import { follow, go, me, useAddress, useGet } from "../../parts/data";
import "../../css/boards.css";
import { words } from "./types";

const Personal = lazy(() => import("./Personal"));
const Team = lazy(() => import("./Team"));
const Global = lazy(() => import("./Global"));
const KINDS = ["personal", "team", "global"] as const;
type Kind = (typeof KINDS)[number];
const OWN = ["kind", "by", "lanes", "wall", "every", "views"];
const WORKERS = ["engineer", "partner"];

/** What the address says: which board, how it is cut, and the filters of the work list. */
export function readBoard(query: string): { kind: Kind; by: "state" | "person"; lanes: string; filters: Record<string, string> } {
  const given = fromQuery(query);
  const usual: Kind = me()?.roles.some((r) => WORKERS.includes(r)) ? "personal" : "team";
  const filters = Object.fromEntries(Object.entries(given).filter(([k]) => !OWN.includes(k)));
  return { kind: KINDS.find((k) => k === given.kind) ?? usual, by: given.by === "person" ? "person" : "state", lanes: given.lanes ?? "", filters };
}

/** Boards: mine, my team's, everybody's. Address: /app/board?kind=&by=&lanes=& filters of the work list. */
export default function Board() {
  const { search } = useAddress();
  const { kind, by, lanes, filters } = useMemo(() => readBoard(search), [search]);
  const blueprints = useGet<BlueprintRow[]>("/blueprints");
  const teams = useGet<TeamOut[]>("/teams");
  const kinds = blueprints.data?.filter((b) => b.published_version > 0) ?? [];
  const set = (changes: Record<string, string>) => go(`/app/board?${toQuery({ kind, by: by === "state" ? "" : by, lanes, ...filters, ...changes })}`);
  const pick = (name: string, label: Key, options: { value: string; label: string }[]) => (
    <Choice size="small" aria-label={t(label)} className="filter" popupMatchSelectWidth={false} value={filters[name] ?? ""} onChange={(v: string) => set({ [name]: v })}
      options={options.some((o) => o.value === (filters[name] ?? "")) ? options : [...options, { value: filters[name] ?? "", label: filters[name] ?? "" }]} />
  );
  const shown = ["blueprint", "team_id", "priority", "assignee_id"];
  const list = `/app/orders?${toQuery(filters)}`;
  return (
    <div className="boards">
      <div className="row board-bar">
        <h1>{t("board")}</h1>
        <Segmented size="small" aria-label={t("boardKind")} value={kind} onChange={(v) => set({ kind: v })} options={KINDS.map((k) => ({ value: k, label: t(`board${k[0]?.toUpperCase()}${k.slice(1)}` as "boardTeam") }))} />
        {pick("blueprint", "blueprint", [{ value: "", label: t("allBlueprints") }, ...kinds.map((b) => ({ value: b.key, label: tl(words(b.name)) }))])}
        {kind !== "personal" && pick("team_id", "team", [{ value: "", label: t("allTeams") }, ...(teams.data ?? []).map((x) => ({ value: x.id, label: x.name })), { value: "none", label: t("noTeam") }])}
        {pick("priority", "priority", [{ value: "", label: t("priority") }, ...["1", "2", "3", "4"].map((p) => ({ value: p, label: t(`priority_${p}` as "priority_1") }))])}
        {kind === "team" && (
          <>
            <Choice size="small" aria-label={t("boardBy")} popupMatchSelectWidth={false} value={by} onChange={(v) => set({ by: v === "state" ? "" : v })} options={[{ value: "state", label: t("byState") }, { value: "person", label: t("byPerson") }]} />
            <Choice size="small" aria-label={t("boardLanes")} popupMatchSelectWidth={false} value={lanes} onChange={(v) => set({ lanes: v })} options={(["None", "Team", "Priority", "Blueprint"] as const).map((l) => ({ value: l === "None" ? "" : l.toLowerCase(), label: t(`lanes${l}`) }))} />
          </>
        )}
        {Object.entries(filters).filter(([k, v]) => v && !shown.includes(k)).map(([k, v]) => (
          <Tag key={k} closable onClose={() => set({ [k]: "" })}>{maybe(k) ?? k}: {v}</Tag>
        ))}
        <span className="grow" />
        {kind !== "personal" && <a href={list} onClick={(e) => follow(e, list)}>{t("asList")}</a>}
        <Button size="small" href={`/app/board?${toQuery({ wall: "1", blueprint: filters.blueprint ?? "", team_id: filters.team_id ?? "" })}`}>{t("wallMode")}</Button>
      </div>
      {blueprints.data && kinds.length === 0 ? <div className="panel empty">{t("noBlueprints")}</div> : (
        <Suspense fallback={<p>{t("loading")}</p>}>
          {kind === "personal" ? <Personal filters={filters} /> : kind === "global" ? <Global filters={filters} /> : <Team filters={filters} by={by} lanes={lanes} />}
        </Suspense>
      )}
    </div>
  );
}
