// Shapes of the boards API that the document describes as open objects.
import type { Counted, Limits } from "@api/generated/types.gen";
import type { Family, Label, OrderRow } from "@api/types";
import { t, tl } from "@i18n/words";

export type { Completion, Counted, KindMoves, Kpi, Kpis, LegalMove, Limits, Overall, Point, StepOut, Trend } from "@api/generated/types.gen";
export const words = (label: unknown): Label => label as Label;

export interface BoardCell {
  lane: string;
  count: number;
  capped: boolean;
  filter: Record<string, string>;
  items: OrderRow[];
}
/** A column: a state (label, family) or a person (name; null: nobody). */
export interface Column {
  key: string;
  label?: Label;
  family?: Family;
  cancelled?: boolean;
  name?: string | null;
  count: number;
  capped: boolean;
  filter: Record<string, string>;
  cells: BoardCell[];
}
export interface TeamData {
  by: "state" | "person";
  lanes: { key: string; label: Label | null }[];
  columns: Column[];
  completion: { team_id: string | null; team: string; opened: Counted; done: Counted }[];
  limits: Limits;
  cards: number;
  recent_days: number;
  at: string;
}
export const columnName = (c: Column): string => (c.label ? tl(c.label, c.key) : (c.name ?? t("unassigned")));
