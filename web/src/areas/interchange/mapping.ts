import type { ImportMapping, ImportReport } from '../../api/types';
import { formatCount, formatNumber } from '../../kit';

type Column = ImportReport['columns'][number];

/** What a column of a Jira export can become, in the order people look for it. Sprints, labels and the like are kept as they are and not offered. */
export const fieldNames: Partial<Record<NonNullable<Column['field']>, string>> = {
  summary: 'Title', issue_key: 'Key', issue_id: 'Number', issue_type: 'Kind', status: 'State', status_category: 'State’s category', description: 'Description', story_points: 'Points',
  assignee: 'Assignee', parent: 'Parent', epic_link: 'Epic', resolution: 'Resolution', created: 'Created', updated: 'Updated', resolved: 'Resolved', comment: 'Comment',
  inward_link: 'Link to it', outward_link: 'Link from it',
};

/** What stands in the select of a column: what was answered for it, else what became of it by itself. */
export function targetOf({ index, fate, field }: Column, mapping: ImportMapping): string {
  const answered = mapping.columns?.[String(index)];
  if (answered !== undefined) return answered;
  if (fate === 'mapped' && field !== null) return field;
  return fate === 'ignored' ? 'ignore' : 'custom';
}

export function withColumn(mapping: ImportMapping, index: number, target: string): ImportMapping {
  return { ...mapping, columns: { ...mapping.columns, [index]: target } };
}

export function withPeople(mapping: ImportMapping, people: Record<string, string | null>): ImportMapping {
  return { ...mapping, people: { ...mapping.people, ...people } };
}

export function withState(mapping: ImportMapping, name: string, category: NonNullable<ImportMapping['states']>[string]): ImportMapping {
  return { ...mapping, states: { ...mapping.states, [name]: category } };
}

/** Names that look like a member and are not given to one yet. */
export function suggestions(people: ImportReport['people']): Record<string, string> {
  return Object.fromEntries(people.flatMap(({ name, person, suggested }) => (person === null && suggested !== null ? [[name, suggested.id]] : [])));
}

/** Columns in need of a look come first: filled and not understood, then understood, then left out, then empty. */
export function inNeedOfALook(columns: Column[]): Column[] {
  const order: Record<Column['fate'], number> = { custom: 0, mapped: 1, ignored: 2, empty: 3 };
  return columns.toSorted((a, b) => order[a.fate] - order[b.fate] || (a.fate === 'custom' ? b.filled - a.filled : 0) || a.index - b.index);
}

/** '1,250 rows: 1,200 new, 30 changed, 15 as they are, 5 rejected'. */
export function sumOf({ rows, created, updated, unchanged, rejected }: Pick<ImportReport, 'rows' | 'created' | 'updated' | 'unchanged'> & { rejected: unknown[] }): string {
  const parts: [number, string][] = [[created, 'new'], [updated, 'changed'], [unchanged, 'as they are'], [rejected.length, 'rejected']];
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${formatNumber(count)} ${word}`);
  return `${formatCount(rows, 'row')}${said.length > 0 ? `: ${said.join(', ')}` : ''}`;
}

export const encodingNames: Record<NonNullable<ImportMapping['encoding']>, string> = {
  'windows-1252': 'Western European (Windows-1252)', 'windows-1250': 'Central European (Windows-1250)', 'windows-1257': 'Baltic (Windows-1257)', 'windows-1251': 'Cyrillic (Windows-1251)',
  'windows-1253': 'Greek (Windows-1253)', 'windows-1254': 'Turkish (Windows-1254)', 'windows-1255': 'Hebrew (Windows-1255)', 'windows-1256': 'Arabic (Windows-1256)', 'windows-1258': 'Vietnamese (Windows-1258)',
  macintosh: 'Western European (Mac)', shift_jis: 'Japanese (Shift JIS)', gb18030: 'Chinese, simplified (GB 18030)', big5: 'Chinese, traditional (Big5)', 'euc-kr': 'Korean (EUC-KR)',
  'utf-16le': 'UTF-16, little-endian', 'utf-16be': 'UTF-16, big-endian', 'utf-8': 'UTF-8, with � for what is not',
};

export const dateOrderNames = { dmy: 'Day first (31/12/2026)', mdy: 'Month first (12/31/2026)', ymd: 'Year first (2026/12/31)' };
