import { announce } from './announce';

export interface Step { label: string; undo: () => Promise<unknown> }

const limit = 50;
const steps: Step[] = [];

export function recordUndo(label: string, undo: () => Promise<unknown>): Step {
  const step = { label, undo };
  steps.push(step);
  if (steps.length > limit) steps.shift();
  return step;
}

/** Takes back the given step, or the last one. Answers what was undone, or nothing when there is none. */
export async function takeBack(step: Step | undefined = steps.at(-1)): Promise<Step | undefined> {
  if (!step) return undefined;
  const place = steps.lastIndexOf(step);
  if (place < 0) return undefined;
  steps.splice(place, 1);
  await step.undo();
  announce(`Undone: ${step.label}`);
  return step;
}
