import { expect, test } from 'vitest';
import { doAgain, recordStep, takeBack } from './undo';

test('what was done is taken back and done again, the last first', async () => {
  const said: string[] = [];
  const step = (label: string) => ({ label, undo: async () => said.push(`-${label}`), redo: async () => said.push(`+${label}`) });
  recordStep(step('a'));
  recordStep(step('b'));
  await takeBack();
  await takeBack();
  expect(await takeBack()).toBeUndefined();
  await doAgain();
  await doAgain();
  expect(await doAgain()).toBeUndefined();
  await takeBack();
  expect(said).toEqual(['-b', '-a', '+a', '+b', '-b']);
  recordStep(step('c'));
  expect(await doAgain()).toBeUndefined();
});

test('a step that could not be taken back is not done again', async () => {
  recordStep({ label: 'x', undo: () => Promise.reject(new Error('refused')), redo: () => Promise.resolve() });
  await expect(takeBack()).rejects.toThrow('refused');
  expect(await doAgain()).toBeUndefined();
});
