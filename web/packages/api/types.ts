import type { Found } from "./generated/types.gen";

// Shapes the server builds in SQL and the document describes as open objects; everything else comes from generated types.
export type { BlueprintDetail, BlueprintRow, CandidateOut, Card, ClockOut, CommentOut, CustomerOut, CustomerRow, EngineerOut, Found, Hit, Me, MuteOut, NotificationOut, PreferenceOut, Receipt, RoleOut, TeamOut, Unread, UserOut, ViewOut, BulkOut } from "./generated/types.gen";

export interface Label {
  zh: string;
  en: string;
}
export type Family = "waiting" | "working" | "resolved" | "closed";
export interface OrderRow {
  id: string;
  number: string;
  title: string;
  blueprint: string;
  state: string;
  state_label: Label | null;
  family: Family;
  cancelled: boolean;
  waiting_on: string | null;
  priority: number;
  customer_id: string | null;
  customer_name: string | null;
  site_address: string;
  assignee_id: string | null;
  assignee_name: string | null;
  team_id: string | null;
  team_name: string | null;
  next_due_at: string | null;
  sla_state: string;
  tags: string[];
  channel: string;
  created_at: string;
  updated_at: string;
  version: number;
}
export interface Page<T> {
  items: T[];
  next: string | null;
}
export interface Blocker {
  code: string;
  zh: string;
  en: string;
  link: string;
}
export interface Verb {
  verb: string;
  label: Label;
  to: string | null;
  targets: string[];
  needs: string[];
  allowed: boolean;
  blockers: Blocker[];
  primary: boolean;
}
export interface Option {
  value: string;
  label: Label;
  children?: Option[];
}
export interface FormField {
  key: string;
  kind: string;
  label: Label;
  required?: boolean;
  options?: Option[];
  unit?: string;
  show_if?: unknown;
  require_if?: unknown;
  default?: unknown;
  formula?: string;
}
export interface FormLayout {
  fields?: FormField[];
  sections?: { label: Label; fields: string[] }[];
}
export interface TimelineEntry {
  id: string;
  seq: number;
  type: string;
  actor_name: string;
  actor_kind: string;
  occurred_at: string;
  text: Label;
  data: Record<string, unknown>;
}
export interface OrderDetail extends OrderRow {
  description: string;
  contact_id: string | null;
  contact_name: string;
  contact_phone: string;
  address: string;
  lng: number | null;
  lat: number | null;
  fields: Record<string, unknown>;
  form: FormLayout;
  blueprint_name: Label;
  opened_at: string;
  accepted_at: string | null;
  hold_reason: string | null;
  tokens: { id: string; kind: string; label: Label; entered_at: string; limit_at: string | null }[];
  verbs: Verb[];
  timeline: TimelineEntry[];
  comments: { id: string; author_name: string; author_kind: string; internal: boolean; body: string; occurred_at: string }[];
  attachments: { file_id: string; name: string; size: number; type: string; state: string }[];
  links: { kind: string; id: string; number: string; title: string; state: string }[];
  asset_id: string | null;
  states: { key: string; label: Label; family: Family; cancelled: boolean }[];
}
/** What the palette found, best first. */
export interface PaletteOut {
  orders: OrderRow[];
  others: Found[];
}
