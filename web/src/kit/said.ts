import { formatDate, formatNumber } from './format';
import { formatPeriod } from './period';

/** A value as people read it; a date and a period as they are read elsewhere. */
export function said(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'Nothing';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return formatNumber(value);
  if (Array.isArray(value)) return value.length === 0 ? 'Nothing' : value.map(said).join(', ');
  if (typeof value === 'object') return Object.entries(value).map(([name, one]) => `${fieldName(name)}: ${said(one)}`).join(', ');
  if (typeof value !== 'string') return '';
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? formatDate(value) : formatPeriod(value);
}

const names: Record<string, string> = { body: 'Description', rank: 'Place' };

/** 'blocked_reason' → 'Blocked reason'. */
export function fieldName(field: string): string {
  const words = names[field] ?? field.replace(/_ids?$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** 'A, B and C'. */
export function listed(names: string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
}
