import { announce } from './announce';

/** What was done, with the way back and the way there again. */
export interface Step { label: string; undo: () => Promise<unknown>; redo: () => Promise<unknown> }

const limit = 50;
const done: Step[] = [];
const undone: Step[] = [];

export function recordStep(step: Step): void {
  done.push(step);
  if (done.length > limit) done.shift();
  // What was undone before led elsewhere.
  undone.length = 0;
}

/** Takes back the given step, or the last one. Answers what was undone, or nothing when there is none. */
export async function takeBack(step: Step | undefined = done.at(-1)): Promise<Step | undefined> {
  if (!step) return undefined;
  const place = done.lastIndexOf(step);
  if (place < 0) return undefined;
  done.splice(place, 1);
  await step.undo();
  undone.push(step);
  announce(`Undone: ${step.label}`);
  return step;
}

/** Does again what was undone last. Answers it, or nothing when there is none. */
export async function doAgain(): Promise<Step | undefined> {
  const step = undone.pop();
  if (!step) return undefined;
  await step.redo();
  done.push(step);
  announce(`Done again: ${step.label}`);
  return step;
}
