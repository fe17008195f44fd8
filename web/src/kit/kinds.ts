import type { Decision, ExemptClass, ItemKind, Kind, Row } from '../api/types';

export type Desk = 'strategy' | 'delivery';

interface KindWords {
  name: string;
  plural: string;
  desk: Desk;
  /** The decision that changing its title and text is. */
  edit: Decision;
  /** The decision that making one is, where it is another. */
  make?: Decision;
}

export const kinds: Record<Kind, KindWords> = {
  vision: { name: 'Vision', plural: 'Visions', desk: 'strategy', edit: 'vision' },
  objective: { name: 'Objective', plural: 'Objectives', desk: 'strategy', edit: 'objectives' },
  opportunity: { name: 'Opportunity', plural: 'Opportunities', desk: 'strategy', edit: 'opportunities' },
  initiative: { name: 'Initiative', plural: 'Initiatives', desk: 'strategy', edit: 'roadmap' },
  customer: { name: 'Customer', plural: 'Customers', desk: 'strategy', edit: 'triage' },
  feedback: { name: 'Feedback', plural: 'Feedback', desk: 'strategy', edit: 'triage' },
  theme: { name: 'Theme', plural: 'Themes', desk: 'strategy', edit: 'objectives' },
  promise: { name: 'Promise', plural: 'Promises', desk: 'strategy', edit: 'roadmap' },
  epic: { name: 'Epic', plural: 'Epics', desk: 'delivery', edit: 'story' },
  story: { name: 'Story', plural: 'Stories', desk: 'delivery', edit: 'story' },
  bug: { name: 'Bug', plural: 'Bugs', desk: 'delivery', edit: 'story', make: 'progress' },
  task: { name: 'Task', plural: 'Tasks', desk: 'delivery', edit: 'story', make: 'progress' },
  spike: { name: 'Spike', plural: 'Spikes', desk: 'delivery', edit: 'story' },
  subtask: { name: 'Subtask', plural: 'Subtasks', desk: 'delivery', edit: 'story', make: 'progress' },
  sprint: { name: 'Sprint', plural: 'Sprints', desk: 'delivery', edit: 'sprint_goal' },
  release: { name: 'Release', plural: 'Releases', desk: 'delivery', edit: 'release' },
  question: { name: 'Question', plural: 'Questions', desk: 'delivery', edit: 'question' },
  proposal: { name: 'Proposal', plural: 'Proposals', desk: 'delivery', edit: 'propose' },
  decision: { name: 'Decision', plural: 'Decisions', desk: 'delivery', edit: 'comment' },
};

export const itemKinds = ['epic', 'story', 'bug', 'task', 'spike', 'subtask'] as const satisfies readonly Kind[];

const depth: Record<ItemKind, number> = { epic: 0, story: 1, bug: 1, task: 1, spike: 1, subtask: 2 };

/** The kinds of items that one can be part of. */
export function holdersOf(kind: ItemKind): ItemKind[] {
  return itemKinds.filter((holder) => depth[holder] < depth[kind]);
}

export const isItem = (kind: Kind): kind is ItemKind => (itemKinds as readonly Kind[]).includes(kind);

/** The classes of work that need no why. */
export const exemptNames: Record<ExemptClass, string> = { defect: 'Defect', debt: 'Technical debt', compliance: 'Compliance', keep_running: 'Keeping it running' };

/** Whether an item should have a reason and has none. */
export const hasNoWhy = ({ why, exempt }: Pick<Row, 'why' | 'exempt'>): boolean => !why && exempt === null;
