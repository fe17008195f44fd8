import type { Row } from '../../api/types';

/** A row as the tests need it: its id and rank, and what matters. */
export function row(id: string, rank: string, more: Partial<Row> = {}): Row {
  return {
    id, rank, reference: `APP-${id}`, title: `Title ${id}`, kind: 'story', state: 'Ready', category: 'ready', points: null, assignee_id: null, team_id: null,
    parent_id: null, epic: null, sprint_id: null, release_id: null, why: true, blocked: false, accepted: false, archived: false, exempt: null, version: 1, ...more,
  };
}
