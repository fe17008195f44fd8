import type { Department, Role } from '../../api/types';

/** Where in the company a stakeholder stands. */
export const departmentNames: Record<Department, string> = { executive: 'Executive', marketing: 'Marketing', sales: 'Sales', support: 'Support', other: 'Other' };
export const departments = Object.keys(departmentNames) as Department[];

export const roleMeanings: Record<Role, string> = {
  product_manager: 'looks outward: vision, objectives, roadmap, feedback, what customers are told',
  product_owner: 'looks inward: the backlog’s order, stories, acceptance, releases',
  scrum_master: 'keeps the team’s way of working: workflow, sprints',
  developer: 'estimates, chooses what goes into a sprint, builds',
  stakeholder: 'brings in feedback, comments, reads along',
  viewer: 'reads along',
};

export function toggled<T>(all: T[], one: T, on: boolean): T[] {
  return on ? [...all.filter((other) => other !== one), one] : all.filter((other) => other !== one);
}

/** A short key out of a product's name: initials of several words, else the first letters of one. */
export function keyFrom(name: string): string {
  const words = name.normalize('NFD').replace(/[^A-Za-z0-9 ]/g, '').toUpperCase().split(/\s+/).filter((word) => word !== '');
  const key = words.length > 1 ? words.map((word) => word[0]).join('').slice(0, 5) : (words[0] ?? '').slice(0, 4);
  return /^[A-Z][A-Z0-9]+$/.test(key) ? key : '';
}

const browsers: [RegExp, string][] = [[/\bEdg\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bFirefox\//, 'Firefox'], [/\bChrom(e|ium)\//, 'Chrome'], [/\bSafari\//, 'Safari']];
const systems: [RegExp, string][] = [[/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X|Macintosh/, 'Mac'], [/Linux|X11/, 'Linux']];

/** 'Firefox on Linux' out of what a browser says of itself. */
export function deviceOf(agent: string): string {
  const name = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(agent))?.[1];
  const [browser, system] = [name(browsers), name(systems)];
  if (browser !== undefined && system !== undefined) return `${browser} on ${system}`;
  return browser ?? system ?? (agent === '' ? 'Unknown device' : agent.slice(0, 60));
}

/** Whole days until a moment; below zero when it is past. */
export function daysUntil(iso: string, now = new Date()): number {
  return Math.ceil((new Date(iso).getTime() - now.getTime()) / 86_400_000);
}
