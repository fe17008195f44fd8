const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const part = /^([qh])([1-4])$/i;

/** A time that is imprecise on purpose, as people write it, for the API: 'Q4 2026' is '2026-Q4', 'Nov 2026' is '2026-11'. Other text stays. */
export function parsePeriod(text: string): string {
  const words = text.trim().split(/[\s,/-]+/);
  const year = words.find((word) => /^\d{4}$/.test(word));
  const rest = words.filter((word) => word !== year);
  if (year === undefined || rest.length !== 1) return text.trim();
  const [word = ''] = rest;
  const [, letter = '', number = ''] = part.exec(word) ?? [];
  if (letter !== '') return `${year}-${letter.toUpperCase()}${number}`;
  const month = /^\d{1,2}$/.test(word) ? Number(word) : months.indexOf(word.slice(0, 3).toLowerCase()) + 1;
  return month >= 1 && month <= 12 ? `${year}-${String(month).padStart(2, '0')}` : text.trim();
}

const monthAndYear = new Intl.DateTimeFormat('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' });

/** 'Q4 2026', 'H2 2026', 'Nov 2026'; other text as it is. */
export function formatPeriod(period: string): string {
  const [, year, rest] = /^(\d{4})-(Q[1-4]|H[12]|0[1-9]|1[0-2])$/.exec(period) ?? [];
  if (year === undefined || rest === undefined) return period;
  return /\d\d/.test(rest) ? monthAndYear.format(new Date(`${period}-15`)) : `${rest} ${year}`;
}
