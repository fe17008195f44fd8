import { Problem } from '../api/client';
import type { ProblemBody } from '../api/types';
import { announce } from './announce';

/** What was done, with the way back and the way there again; `undone` says it when it was taken back. */
export interface Step { label: string; undone?: string; undo: () => Promise<unknown>; redo: () => Promise<unknown> }

export const undoneText = ({ label, undone }: Step): string => undone ?? `Undone: ${label}`;

const limit = 50;
const done: Step[] = [];
const undone: Step[] = [];

export function recordStep(step: Step): void {
  done.push(step);
  if (done.length > limit) done.shift();
  // What was undone before led elsewhere.
  undone.length = 0;
}

interface Doing { done: Promise<unknown>; hurry?: () => void }
const doings = new Set<Doing>();

/** What will be a step when it is done. An undo waits for it, and may ask it to hurry: it takes back what was done last. */
export function underWay<T>(done: Promise<T>, hurry?: () => void): Promise<T> {
  const doing = { done, hurry };
  const leave = () => { doings.delete(doing) };
  doings.add(doing);
  done.then(leave, leave);
  return done;
}

async function allDone(): Promise<void> {
  for (const { done, hurry } of doings) {
    hurry?.();
    await done.catch(() => undefined);
  }
}

let turn: Promise<unknown> = Promise.resolve();
/** One step after the other, however fast the keys come. */
function inTurn<T>(run: () => Promise<T>): Promise<T> {
  const mine = turn.then(run);
  turn = mine.catch(() => undefined);
  return mine;
}

/** Goes a step. It leaves its list when it was gone or refused; what did not reach the server can be tried again. */
async function go(list: Step[], step: Step, run: () => Promise<unknown>): Promise<void> {
  const leave = () => { list.splice(list.lastIndexOf(step), 1) };
  try {
    await run();
  } catch (problem) {
    if (!(problem instanceof Problem && problem.away)) leave();
    throw problem;
  }
  leave();
}

/** Takes back the given step, or the last one. Answers what was undone, or nothing when there is none. */
export function takeBack(given?: Step): Promise<Step | undefined> {
  return inTurn(async () => {
    if (!given) await allDone();
    const step = given ?? done.at(-1);
    if (!step || !done.includes(step)) return undefined;
    await go(done, step, step.undo);
    undone.push(step);
    announce(undoneText(step));
    return step;
  });
}

/** Does again what was undone last. Answers it, or nothing when there is none. */
export function doAgain(): Promise<Step | undefined> {
  return inTurn(async () => {
    const step = undone.at(-1);
    if (!step) return undefined;
    await go(undone, step, step.redo);
    done.push(step);
    announce(`Done again: ${step.label}`);
    return step;
  });
}

type Values = Record<string, unknown>;

const isObject = (value: unknown): value is Values => typeof value === 'object' && value !== null;

/** Whether what a refused change writes to still stands as `left`. What cannot be compared counts as changed. */
function standsAs({ current, yours }: ProblemBody, left: unknown): boolean {
  if (!isObject(current) || !isObject(yours) || !isObject(left)) return false;
  // What is written by an id may be answered as the thing itself, and the other way round.
  const read = (from: Values, field: string) => JSON.stringify([field, `${field}_id`, field.replace(/_id$/, '')].map((name) => from[name]).find((value) => value !== undefined));
  return Object.keys(yours).every((field) => read(current, field) !== undefined && read(current, field) === read(left, field));
}

/**
 * Goes a step from what the last one left behind. When something else of it was changed meanwhile, the step goes from
 * there; where somebody changed the very same, theirs stays and the step is refused.
 */
export async function stepFrom<T, R>(left: T, step: (left: T) => Promise<R>): Promise<R> {
  try {
    return await step(left);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.body.current_version === undefined || !standsAs(problem.body, left)) throw problem;
    return step({ ...left, version: problem.body.current_version });
  }
}
