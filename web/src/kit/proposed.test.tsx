import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { api, Problem, Waits } from '../api/client';
import { act, propose } from './data';
import { redo, undo, useToasts } from './toast';
import { Toasts } from './Toasts';

const proposed = { id: 'p', reference: 'APP-77', title: 'Move APP-12 to place 3', to: 'Bea Kern', version: 1 };
const waits = () => Promise.reject(new Waits(proposed));
const said = () => useToasts.getState().toasts.map(({ text, tone }) => `${tone}: ${text}`);

afterEach(() => {
  useToasts.setState({ toasts: [] });
  vi.restoreAllMocks();
});

test('what waits is said plainly, refuses nothing, and answers nothing', async () => {
  const refused = Object.assign(vi.fn(() => true), { waits: vi.fn() });
  expect(await act({ run: waits, done: 'Moved', refused })).toBeUndefined();
  expect(refused).not.toHaveBeenCalled();
  expect(refused.waits).toHaveBeenCalledTimes(1);
  expect(said()).toEqual(['plain: Proposed to Bea Kern: Move APP-12 to place 3']);
});

test('undo withdraws and redo opens again, each from the version the last one left', async () => {
  let version = 1;
  const put = vi.spyOn(api, 'put').mockImplementation(async () => {
    version += 1;
    return { version };
  });
  await act({ run: waits });
  await undo();
  expect(said()).toEqual(['plain: Withdrawn: Move APP-12 to place 3']);
  await redo();
  await undo();
  expect(put.mock.calls.map(([path, options]) => [path.split('/').at(-1), options?.version])).toEqual([['withdrawal', 1], ['reopening', 2], ['withdrawal', 3]]);
});

test('the reason is said from the toast, and withdrawing afterwards still goes', async () => {
  const user = userEvent.setup();
  const patch = vi.spyOn(api, 'patch').mockResolvedValue({ version: 5 } as never);
  const put = vi.spyOn(api, 'put').mockResolvedValue({ version: 6 });
  render(<Toasts />);
  await act({ run: waits });
  await screen.findByRole('button', { name: /Say why/ });
  await user.keyboard('{Shift>}W{/Shift}');
  await user.type(await screen.findByRole('textbox'), 'Customers wait for it');
  await user.click(screen.getByRole('button', { name: /Say why/ }));
  expect(patch).toHaveBeenCalledWith('/objects/{object}', { path: { object: 'p' }, body: { body: 'Customers wait for it' }, version: 1 });
  await undo();
  await undo();
  expect(put).toHaveBeenCalledWith('/proposals/{proposal}/withdrawal', { path: { proposal: 'p' }, version: 5 });
});

test('many changes are one proposal, and one step', async () => {
  const post = vi.spyOn(api, 'post').mockImplementation(async (_, options) => ({ ...proposed, id: String((options!.body as { changes: unknown[] }).changes.length) }) as never);
  const put = vi.spyOn(api, 'put').mockResolvedValue({ version: 2 });
  expect(await propose('APP', Array.from({ length: 60 }, (_, index) => ({ change: 'rank_item', with: { item: `APP-${index}` } })))).toBe(true);
  expect(post).toHaveBeenCalledTimes(2);
  expect(said()).toEqual(['plain: Proposed to Bea Kern: 2 proposals']);
  await undo();
  expect(put.mock.calls.map(([, options]) => options?.path)).toEqual([{ proposal: '50' }, { proposal: '10' }]);
});

test('a proposal that is refused says so', async () => {
  vi.spyOn(api, 'post').mockRejectedValue(new Problem({ type: '', title: 'This would change nothing.', status: 422 }));
  expect(await propose('APP', [{ change: 'rank_item', with: {} }])).toBe(false);
  expect(said()).toEqual(['problem: This would change nothing.']);
});
