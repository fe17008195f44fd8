const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const dayAndYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

export function formatNumber(value: number): string {
  return plain.format(value);
}

/** '4 Dec', with the year when it is not this one. Takes a date or a time. */
export function formatDate(iso: string): string {
  const date = new Date(iso.length === 10 ? `${iso}T12:00:00` : iso);
  return (date.getFullYear() === new Date().getFullYear() ? day : dayAndYear).format(date);
}

export function formatMoment(iso: string): string {
  return moment.format(new Date(iso));
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [['minute', 60], ['hour', 3600], ['day', 86_400], ['week', 604_800], ['month', 2_629_800], ['year', 31_557_600]];

/** 'just now', '3 hours ago', 'last week'. */
export function formatAgo(iso: string): string {
  const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
  const step = steps.findLast(([, size]) => Math.abs(seconds) >= size);
  return step ? relative.format(Math.round(seconds / step[1]), step[0]) : 'just now';
}

/** '1 story', '10,000 stories'. */
export function formatCount(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** '85 %'. No future is certain and none is impossible. */
export function formatLikelihood(likelihood: number): string {
  if (likelihood < 0.005) return 'under 1\u00a0%';
  return likelihood >= 0.995 ? 'over 99\u00a0%' : `${Math.round(likelihood * 100)}\u00a0%`;
}

/** What is planned and less than half likely is a risk. */
export const isUnlikely = (likelihood: number | null): boolean => likelihood !== null && likelihood < 0.5;

export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${formatNumber(Math.round(bytes / 1024))} kB` : `${formatNumber(Math.round(bytes / 104_857.6) / 10)} MB`;
}
