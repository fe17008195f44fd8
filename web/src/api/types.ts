// The shapes of the REST contract, under the names the pages know them by. They come from the server's own document
// (`schema.d.ts` is generated from api/openapi.json); pages import types from here only.
import type { components } from './schema';
import type { Written } from './written';

type Schemas = components['schemas'];
type Answer<Name extends keyof Schemas> = Written<Schemas[Name]>;

// ---- the vocabulary
export type Role = Answer<'Role'>;
export type Department = Answer<'Department'>;
export type Visibility = Answer<'Visibility'>;
export type Kind = Answer<'Kind'>;
export type ItemKind = Extract<Kind, 'epic' | 'story' | 'bug' | 'task' | 'spike' | 'subtask'>;
export type Category = Answer<'Category'>;
export type Decision = Answer<'Decision'>;

/** 'yes', or whose it is to decide, and to whom it may be proposed. */
export type Can = Partial<Record<Decision, Ruling>>;
export type Ruling = 'yes' | { why: string; propose_to?: string | null };
/** A change that waits for whoever decides. */
export type Proposed = Answer<'Proposed'>;
/** Several changes may be proposed as one: a kind of change, as in `rank_item`, and what it holds. */
export interface Change { change: string; with: object }

export type Person = Answer<'PersonRef'>;
export interface Rows<T> { rows: T[]; next: string | null }

type Said = Answer<'Problem'>;
/** An RFC 9457 problem: what does not concern it is left out of it, never null. */
export type ProblemBody = Pick<Said, 'type' | 'title' | 'status'> & { [Key in keyof Said]?: NonNullable<Said[Key]> };

// ---- accounts
export type MyProduct = Answer<'MyProduct'>;
export type Invitation = Answer<'Invited'>;
export type Me = Answer<'Me'>;
export type Setup = Answer<'Setup'>;
export type Session = Answer<'SessionRow'>;
export type Token = Answer<'TokenRow'>;
export type NewToken = Answer<'MadeToken'>;
export type Account = Answer<'Account'>;
export type Product = Answer<'ProductRow'>;
export type Member = Answer<'Member'>;
export type DecisionRow = Answer<'DecisionEntry'>;

// ---- every object
/** Any kind of object; the document says only that it is one. */
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
  imported: [name: string, value: string][];
}
export type Stub = Answer<'Stub'>;
export type Comment = Answer<'Comment'>;
export type Attachment = Answer<'Attachment'>;
export type Link = Answer<'Link'>;
export type Relation = Answer<'RelationRow'>;
export type Activity = Answer<'Activity'>;
export type Stop = Answer<'Stop'>;
export type Trace = Omit<Answer<'Trace'>, 'told'> & { told: { asked: number; told: number } };
export type SearchHit = Answer<'Found'>;

// ---- the line
export type LineLevel = Answer<'Level'>;
export type LineStop = Answer<'PictureStop'>;
export type Coverage = Answer<'Share'>;
export type Line = Answer<'Picture'>;
export type LineThread = Answer<'LineThread'>;
export type CoverageReport = Answer<'CoverageReport'>;
export type ExemptClass = Answer<'ExemptClass'>;
export type DriftRow = Answer<'DriftRow'>;
export type DriftBelow = Answer<'DriftBelow'>;
export type ContradictionRow = Answer<'ContradictionRow'>;
export type FeedbackLoop = Answer<'FeedbackLoop'>;
export type LoopStation = Answer<'LoopStation'>;

// ---- strategy
export type Vision = Answer<'Vision'>;
export type VisionVersion = Answer<'VisionVersion'>;
export type VisionContent = Pick<Vision, 'statement' | 'target_group' | 'needs' | 'product' | 'business_goals'>;
export type VisionPage = Answer<'VisionPage'>;
export type CheckIn = Answer<'CheckIn'>;
export type KeyResult = Answer<'KeyResult'>;
export type Objective = Answer<'Objective'>;
export type Theme = Answer<'Theme'>;
export type Themes = Answer<'Themes'>;
export type Opportunity = Answer<'Opportunity'>;
export type Lane = Answer<'Lane'>;
export type Initiative = Answer<'Initiative'>;
export type Promise = Answer<'Promise'>;
export type PromiseState = Answer<'PromiseState'>;

// ---- feedback
export type Customer = Answer<'Customer'>;
export type CustomerRef = Answer<'CustomerRef'>;
export type Feedback = Answer<'Feedback'>;

// ---- backlog
export type Row = Answer<'Row'>;
export type ItemPage = Answer<'ItemPage'>;
export type Criterion = Answer<'Criterion'>;
export type Item = ObjectView & Row & {
  criteria: Criterion[];
  parent: Stub | null;
  children: Stub[];
  sprint: Stub | null;
  release: Stub | null;
  assignee: Person | null;
  blocked_reason: string | null;
  ready: Answer<'Readiness'>;
  started_at: string | null;
  done_at: string | null;
  accepted_at: string | null;
  accepted_by: Person | null;
};
export type Rank = Answer<'Place'>;
export type Place = Exclude<Rank, { index: number }>;
export type WorkflowState = Answer<'WorkflowState'>;

// ---- sprints
export type Sprint = Answer<'Sprint'>;
export type Board = Answer<'Board'>;
export type Burndown = Answer<'Burndown'>;
export type SprintForecast = Answer<'SprintForecast'>;

// ---- releases
export type Release = Answer<'Release'>;
export type AudienceRow = Answer<'AudienceRow'>;

// ---- forecast
export type ForecastOf = Answer<'ForecastOf'>;
export type Team = Answer<'Team'>;
export type DaysOff = Answer<'DaysOff'>;
export type Basis = Answer<'Basis'>;
export type Outlook = Answer<'Outlook'>;
export type Thing = Outlook['things'][number];
/** Likelihood in percent → the date; null where it lies more than ten years ahead. */
export type When = NonNullable<Outlook['when']>;
export type ForecastAnswer = Answer<'ForecastAnswer'>;
export type Backtest = Answer<'Backtest'>;

// ---- interchange
export type ImportMapping = Partial<Answer<'ImportMapping'>>;
export type ImportReport = Answer<'ImportReport'>;
export type ImportBatch = Answer<'ImportBatch'>;

// ---- decisions and home
export type Proposal = Answer<'Proposal'>;
export type Question = Answer<'Question'>;
export type DecisionRecord = Answer<'DecisionRecord'>;
export type ProposedPart = Answer<'ProposedPart'>;
export type Effect = Answer<'ProposedEffect'>;
export type ResponseTime = Answer<'ResponseTime'>;
export type DecisionTable = Answer<'DecisionTable'>;
export type DecisionRoles = Answer<'DecisionRoles'>;
export type Delegation = Answer<'Delegation'>;
export type Home = Answer<'Home'>;
export type HomeEntry = Home['rows'][number];
export type HomeSort = HomeEntry['sort'];

// ---- the line
export type Contradiction = Answer<'ContradictionRow'>;
export type Drift = Answer<'DriftRow'>;
