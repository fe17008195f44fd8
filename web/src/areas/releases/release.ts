import type { AudienceRow, Release, Row } from '../../api/types';
import { formatCount, formatDate } from '../../kit';

/** 'shipped 4 Dec', 'planned for 4 Dec', 'no date yet'. */
export function whenOf({ shipped_at: shipped, planned_on: planned }: Pick<Release, 'shipped_at' | 'planned_on'>): string {
  if (shipped !== null) return `shipped ${formatDate(shipped)}`;
  return planned === null ? 'no date yet' : `planned for ${formatDate(planned)}`;
}

/** Planned for a day that is over. */
export function isLate({ shipped_at: shipped, planned_on: planned }: Pick<Release, 'shipped_at' | 'planned_on'>, today = new Date()): boolean {
  return shipped === null && planned !== null && new Date(`${planned}T23:59:59`) < today;
}

export function audienceOf({ asked, told }: Release['audience']): string {
  if (asked === 0) return 'nobody asked for it';
  return told === asked ? `all ${asked} told` : `${told} of ${asked} told`;
}

/** What keeps a release from shipping: its items that are neither accepted nor cancelled. */
export function notAccepted(rows: Row[]): Row[] {
  return rows.filter((row) => !row.accepted && row.category !== 'cancelled');
}

export interface Telling { key: string; at: string; by: string; channel: string | null; text: string; told: AudienceRow[] }

/** Who was told what: one entry for those who were told together, the latest first. */
export function tellingsOf(rows: AudienceRow[]): Telling[] {
  const tellings = new Map<string, Telling>();
  for (const row of rows) {
    if (!row.told) continue;
    const { at, by, channel, text } = row.told;
    const key = `${at} ${by?.id ?? ''} ${text}`;
    const telling = tellings.get(key) ?? { key, at, by: by?.name ?? 'someone', channel, text, told: [] };
    telling.told.push(row);
    tellings.set(key, telling);
  }
  return [...tellings.values()].toSorted((a, b) => (a.at < b.at ? 1 : -1));
}

/** 'Acme, Beta and 3 more': for whom a text is. Customers are named once. */
export function namesOf(rows: AudienceRow[], most = 4): string {
  const names = [...new Set(rows.map((row) => row.customer?.name ?? 'an unnamed customer'))];
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${formatCount(rest, 'more', 'more')}` : names.join(', ');
}
