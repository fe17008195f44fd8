import type { DriftBelow, DriftRow, Role } from '../../api/types';
import { kinds } from '../../kit';

/** What was agreed against one wording of what changed. */
export interface Variant { before: string; after: string; rows: DriftRow[] }
/** All that one change left to confirm. */
export interface DriftGroup { key: string; source: DriftRow['source']; field: string; at: string; by: DriftRow['by']; variants: Variant[]; total: number; own: number }

/** The flags by the change that raised them; `below` knows of how many there are in all. */
export function groupsOf(rows: DriftRow[], below: DriftBelow[]): DriftGroup[] {
  const groups = new Map<string, DriftGroup>();
  for (const row of rows) {
    const key = `${row.source.id} ${row.field}`;
    let group = groups.get(key);
    if (!group) {
      const { total = 0, own = 0 } = below.find(({ source, field }) => source.id === row.source.id && field === row.field) ?? {};
      group = { key, source: row.source, field: row.field, at: row.at, by: row.by, variants: [], total, own };
      groups.set(key, group);
    }
    const variant = group.variants.find(({ before, after }) => before === row.before && after === row.after);
    if (variant) variant.rows.push(row);
    else group.variants.push({ before: row.before, after: row.after, rows: [row] });
  }
  return [...groups.values()];
}

/** Whose the change was to make: of strategy the product manager's, of delivery the product owner's. */
export function askedOf({ source: { kind } }: Pick<DriftRow, 'source'>): Role {
  return kinds[kind].desk === 'strategy' ? 'product_manager' : 'product_owner';
}

/** 'acceptance_criteria' as people say it; 'target: Events lost' is of the key result of that name. */
export function fieldWords(field: string): string {
  const [name = '', ...of] = field.split(': ');
  return of.length === 0 ? name.replaceAll('_', ' ') : `${name.replaceAll('_', ' ')} of “${of.join(': ')}”`;
}
