import { expect, test } from 'vitest';
import { Problem } from '../api/client';
import { doAgain, recordStep, stepFrom, takeBack, underWay } from './undo';

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

test('what did not reach the server can be tried again', async () => {
  let away = true;
  recordStep({ label: 'x', undo: async () => { if (away) throw new Problem({ type: '', title: 'away', status: 0 }) }, redo: async () => undefined });
  await expect(takeBack()).rejects.toThrow('away');
  away = false;
  expect((await takeBack())?.label).toBe('x');
});

test('keys that come faster than answers take back one step each', async () => {
  const said: string[] = [];
  const step = (label: string) => ({ label, undo: async () => { await Promise.resolve(); said.push(label) }, redo: async () => undefined });
  recordStep(step('a'));
  recordStep(step('b'));
  await Promise.all([takeBack(), takeBack(), takeBack()]);
  expect(said).toEqual(['b', 'a']);
});

/** A thing with a version on a server; somebody else can change it. */
function thing() {
  const current = { title: 'One', points: 1, version: 1 };
  const patch = async (yours: Partial<typeof current>, version: number) => {
    if (version !== current.version) throw new Problem({ type: '', title: 'changed meanwhile', status: 412, current_version: current.version, current: { ...current }, yours });
    Object.assign(current, yours, { version: version + 1 });
    return { ...current };
  };
  return { current, patch };
}

test('a step goes from where it was left though something else was changed since', async () => {
  const { current, patch } = thing();
  const left = await patch({ title: 'Two' }, 1);
  await patch({ points: 5 }, 2);
  await stepFrom(left, (now) => patch({ title: 'One' }, now.version));
  expect(current).toEqual({ title: 'One', points: 5, version: 4 });
});

test('where somebody changed the very same, theirs stays', async () => {
  const { current, patch } = thing();
  const left = await patch({ title: 'Two' }, 1);
  await patch({ title: 'Theirs' }, 2);
  await expect(stepFrom(left, (now) => patch({ title: 'One' }, now.version))).rejects.toThrow('changed meanwhile');
  expect(current.title).toBe('Theirs');
});

test('an undo waits for what is still being done, and asks it to hurry', async () => {
  const said: string[] = [];
  recordStep({ label: 'before', undo: async () => said.push('-before'), redo: () => Promise.resolve() });
  let hurry = () => {};
  const done = new Promise<void>((resolve) => {
    hurry = () => {
      recordStep({ label: 'last', undo: async () => said.push('-last'), redo: () => Promise.resolve() });
      resolve();
    };
  });
  void underWay(done, hurry);
  await takeBack();
  expect(said).toEqual(['-last']);
});
