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
  /** Equal for everything that one operation or one job run did. */
  run?: string;
  /** null: a person did it by hand. `link`: the API path that explains. */
  cause?: { kind: string; name: string; zh: string; en: string; link: string } | null;
}
export interface Origin {
  id: string;
  number: string;
}
export interface Comment {
  id: string;
  author_id: string | null;
  author_name: string;
  author_kind: string;
  internal: boolean;
  body: string;
  occurred_at: string;
  origin?: Origin | null;
}
export interface Attachment {
  file_id: string;
  name: string;
  size: number;
  type: string;
  state: string;
  kind: string;
  internal: boolean;
  comment_id: string | null;
  at: string;
  by_name: string | null;
  origin?: Origin | null;
}
export interface OrderLink {
  kind: string;
  id: string;
  number: string;
  title: string;
  state: string;
  merged: boolean;
  family: Family;
  cancelled: boolean;
  state_label: Label | null;
  reshape: { kind: "merge" | "split"; id: string; leaves: boolean; at: string; by_name: string; reason: string; undo_until: string; may_undo: boolean } | null;
}
export interface Token {
  id: string;
  node: string;
  kind: string;
  label: Label;
  entered_at: string;
  limit_at: string | null;
}
export interface FlowBlock {
  key?: string;
  kind: string;
  label?: Label;
  blocks?: FlowBlock[];
  cases?: { blocks?: FlowBlock[] }[];
  else?: FlowBlock[];
  branches?: { blocks?: FlowBlock[] }[] | FlowBlock[][];
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
  /** None: a document without steps. */
  flow: { blocks?: FlowBlock[] } | null;
  tokens: Token[];
  verbs: Verb[];
  timeline: TimelineEntry[];
  comments: Comment[];
  attachments: Attachment[];
  links: OrderLink[];
  watchers: string[];
  merged_into: { id: string; number: string; title: string; at: string; by_name: string; reason: string; undo_until: string; may_undo: boolean } | null;
  asset_id: string | null;
  states: { key: string; label: Label; family: Family; cancelled: boolean }[];
}
/** What the palette found, best first. */
export interface PaletteOut {
  orders: OrderRow[];
  others: Found[];
}
