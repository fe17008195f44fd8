// The shapes of the REST contract. Pages import types from here only.

export type Role = 'product_manager' | 'product_owner' | 'scrum_master' | 'developer' | 'stakeholder' | 'viewer';
export type Visibility = 'team' | 'internal' | 'customers' | 'public';
export type Kind =
  | 'vision' | 'objective' | 'opportunity' | 'initiative' | 'customer' | 'feedback'
  | 'epic' | 'story' | 'bug' | 'task' | 'spike' | 'subtask'
  | 'sprint' | 'release';
export type ItemKind = 'epic' | 'story' | 'bug' | 'task' | 'spike' | 'subtask';
export type Category = 'backlog' | 'ready' | 'in_progress' | 'in_review' | 'done' | 'cancelled';
export type Decision =
  | 'vision' | 'objectives' | 'opportunities' | 'triage' | 'roadmap' | 'order' | 'story' | 'estimate' | 'progress'
  | 'sprint_goal' | 'sprint_scope' | 'sprint_run' | 'sprint_cancel' | 'acceptance' | 'release' | 'announce'
  | 'workflow' | 'feedback' | 'comment' | 'link' | 'import';

/** 'yes', or the sentence that names who decides. */
export type Can = Partial<Record<Decision, string>>;

export interface Person { id: string; name: string; email?: string; initials: string }
export interface Rows<T> { rows: T[]; next: string | null }

/** An RFC 9457 problem as the server sends it. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  field?: string;
  line?: number;
  decision?: Decision;
  deciders?: { role: Role; people: string[] }[];
  current?: unknown;
  current_version?: number;
  expected_version?: number;
  yours?: unknown;
}

// ---- accounts
export interface MyProduct { id: string; key: string; name: string; roles: Role[]; can: Can }
export interface Invitation { name: string; email: string; link: string }
export interface Me {
  person: Person;
  email: string;
  admin: boolean;
  organisation: { id: string; name: string };
  products: MyProduct[];
  invitations?: Invitation[];
}
export interface Setup {
  code: string;
  organisation: string;
  person: { name: string; email: string; password: string };
  product: { key: string; name: string };
  roles: Role[];
  others?: { name: string; email: string; roles: Role[] }[];
}
export interface Session { id: string; created_at: string; seen_at: string; user_agent: string; current: boolean }
export interface Token {
  id: string;
  name: string;
  prefix: string;
  scope: 'read' | 'write';
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}
export type NewToken = Token & { token: string };
export interface Account { id: string; name: string; email: string; admin: boolean; state: 'active' | 'invited' | 'revoked'; version: number }
export interface Product { id: string; key: string; name: string; version: number }
export interface Member { person: Person; email: string; state: Account['state']; roles: Role[] }
export interface DecisionRow { decision: Decision; sentence: string; roles: Role[]; people: string[] }

// ---- every object
export interface ObjectView {
  id: string;
  product_id: string;
  reference: string;
  kind: Kind;
  title: string;
  body: string;
  body_html: string;
  owner: Person | null;
  visibility: Visibility;
  version: number;
  created_at: string;
  created_by: Person | null;
  updated_at: string;
  archived_at: string | null;
  can: Can;
  following: boolean;
  counts: { comments: number; attachments: number; links: number; followers: number };
  imported?: [name: string, value: string][];
}
export interface Stub {
  id: string;
  reference: string;
  kind: Kind;
  title: string;
  state?: string;
  category?: Category;
  archived: boolean;
}
export interface Comment { id: string; author: Person; body: string; body_html: string; created_at: string; edited_at: string | null; version: number }
export interface Attachment { id: string; name: string; media_type: string; size: number; created_at: string; created_by: Person | null }
export interface Link { id: string; relation: string; direction: 'from' | 'to'; label: string; object: Stub }
export interface Relation { relation: string; label: string; inverse: string; from: Kind[]; to: Kind[]; line: boolean }
export interface Activity {
  seq: number;
  product_id: string;
  at: string;
  actor: Person | null;
  via: string;
  verb: string;
  sentence: string;
  object_id: string;
  reference: string;
  kind: Kind;
  title: string;
  version: number;
  changes: Record<string, [before: unknown, after: unknown]>;
  batch_id?: string | null;
}
export type Stop = Stub & { distance: number; relation: string; note?: string; health?: string };
export interface Trace {
  path: Stop[];
  others: Stop[];
  evidence: { feedback: number; customers: number; segments: string[]; value: number; latest: string | null };
  missing: Kind[];
  told: { asked: number; told: number };
}
export type SearchHit = Stub & { snippet: string };

// ---- the line
export type LineLevel = 'vision' | 'objectives' | 'opportunities' | 'initiatives' | 'work' | 'releases' | 'told';
export type LineStop = Stub & { note?: string; health?: string; count?: number };
export interface Coverage { reached: number; total: number }
export interface Line {
  columns: { level: LineLevel; stops: LineStop[]; more: number }[];
  edges: { from: string; to: string; relation: string }[];
  coverage: {
    open: Coverage;
    sprint: Coverage;
    delivered: Coverage;
    orphans: number;
    initiatives_without_work: number;
    objectives_without_work: number;
    shipped_not_told: number;
  };
}

// ---- strategy
export interface VisionContent { statement: string; target_group: string; needs: string; product: string; business_goals: string }
export type Vision = VisionContent & { id: string; reference: string; version: number; number: number; can: Can };
export type VisionVersion = VisionContent & { number: number; at: string; by: Person | null; reason: string | null };
export interface VisionPage { vision: Vision | null; versions: VisionVersion[] }
export interface CheckIn { at: string; value: number; confidence: number | null; note: string | null; by: Person | null }
export interface KeyResult {
  id: string;
  title: string;
  metric: string;
  unit: 'number' | 'percent' | 'currency' | 'yes_no';
  baseline: number;
  target: number;
  current: number;
  confidence: number | null;
  history: CheckIn[];
}
export interface Objective {
  id: string;
  reference: string;
  version: number;
  title: string;
  body: string;
  period: string | null;
  status: 'active' | 'achieved' | 'missed' | 'dropped';
  owner: Person | null;
  key_results: KeyResult[];
  initiatives: number;
}
export interface Opportunity {
  id: string;
  reference: string;
  version: number;
  title: string;
  body: string;
  need: 'need' | 'pain' | 'desire';
  state: 'open' | 'pursued' | 'parked' | 'done';
  parent_id: string | null;
  objective: Stub | null;
  voices: number;
  initiatives: number;
}
export type Lane = 'now' | 'next' | 'later';
export interface Initiative {
  id: string;
  reference: string;
  version: number;
  title: string;
  problem: string | null;
  outcome: string | null;
  lane: Lane;
  /** Imprecise on purpose: '2026-Q4', '2026-11', '2026-H2'. */
  starts: string | null;
  ends: string | null;
  confidence: number | null;
  rank: string;
  objective: Stub | null;
  opportunity: Stub | null;
  voices: number;
  items: { total: number; done: number };
}

// ---- feedback
export interface Customer {
  id: string;
  reference: string;
  version: number;
  name: string;
  segment: string | null;
  value: number | null;
  email: string | null;
  feedback: number;
  told: number;
}
export interface CustomerRef { id: string; reference: string; name: string; segment: string | null; value: number | null }
export interface Feedback {
  id: string;
  reference: string;
  version: number;
  title: string;
  body: string;
  customer: CustomerRef | null;
  channel: string | null;
  importance: number | null;
  received_on: string;
  state: 'new' | 'triaged' | 'declined' | 'told';
  reason: string | null;
  linked: Stub[];
}

// ---- backlog
export interface Row {
  id: string;
  reference: string;
  title: string;
  kind: Kind;
  state: string;
  category: Category;
  points: number | null;
  assignee_id: string | null;
  parent_id: string | null;
  epic: string | null;
  sprint_id: string | null;
  release_id: string | null;
  why: boolean;
  blocked: boolean;
  accepted: boolean;
  version: number;
  rank: string;
}
export interface ItemPage extends Rows<Row> { can: Can; total?: number }
export interface Criterion {
  id: string;
  text: string;
  position: number;
  accepted_at: string | null;
  accepted_by: Person | null;
  returned_reason: string | null;
  version: number;
}
export type Item = ObjectView & Row & {
  criteria: Criterion[];
  parent: Stub | null;
  children: Stub[];
  sprint: Stub | null;
  release: Stub | null;
  assignee: Person | null;
  blocked_reason: string | null;
  ready: { ready: boolean; reasons: string[] };
  started_at: string | null;
  done_at: string | null;
  accepted_at: string | null;
  accepted_by: Person | null;
};
export type Place = { at: 'top' | 'bottom' } | { before: string } | { after: string };
export type Rank = Place | { index: number };
export interface WorkflowState { name: string; category: Category; wip_limit: number | null }

// ---- sprints
export interface Sprint {
  id: string;
  reference: string;
  version: number;
  name: string;
  goal: string | null;
  starts: string;
  ends: string;
  state: 'planned' | 'active' | 'closed' | 'cancelled';
  capacity: number | null;
  verdict: 'met' | 'partly' | 'missed' | null;
  verdict_note: string | null;
  started_at: string | null;
  closed_at: string | null;
  points: { committed: number; done: number; total: number };
  items: { total: number; done: number };
  can: Can;
}
export interface Board {
  sprint: Sprint;
  columns: { state: string; category: Category; wip_limit: number | null; rows: (Row & { age_days: number | null })[] }[];
}
export interface Burndown {
  days: { date: string; remaining: number | null; ideal: number; scope: number }[];
  unit: 'points' | 'items';
  sentence: string;
}

// ---- releases
export interface Release {
  id: string;
  reference: string;
  version: number;
  name: string;
  body: string;
  planned_on: string | null;
  shipped_at: string | null;
  shipped_by: Person | null;
  items: { total: number; accepted: number };
  audience: { asked: number; told: number };
  can: Can;
}
export interface AudienceRow {
  feedback: Stub;
  customer: { id: string; name: string; segment: string | null; value: number | null } | null;
  because: Stub[];
  told: { at: string; by: Person | null; text: string; channel: string | null } | null;
}

// ---- interchange
export interface ImportMapping {
  columns?: Record<string, string>;
  people?: Record<string, string | null>;
  states?: Record<string, Category>;
  date_order?: 'dmy' | 'mdy' | 'ymd';
}
export interface ImportReport {
  batch_id: string | null;
  dry_run: boolean;
  file: string;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  rejected: { row: number; column: string | null; reason: string }[];
  warnings: { row: number | null; column: string | null; message: string }[];
  columns: { index: number; header: string; fate: 'mapped' | 'custom' | 'ignored' | 'empty'; field: string | null; filled: number }[];
  people: { name: string; cells: number; person: Person | null; suggested: Person | null }[];
  states: { name: string; category: Category; rows: number; new: boolean }[];
  kinds: { name: string; kind: Kind; rows: number }[];
  date_orders: NonNullable<ImportMapping['date_order']>[];
  /** Every answer the file was read with, those of earlier imports too. */
  mapping: ImportMapping;
}
export interface ImportBatch {
  id: string;
  source: string;
  file: string;
  at: string;
  by: Person | null;
  created: number;
  updated: number;
  unchanged: number;
  rejected: number;
  undone_at: string | null;
}
