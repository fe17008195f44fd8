import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { Problem, Waits } from '../api/client';
import { act } from './data';
import { TextField } from './Field';
import { FormDialog } from './FormDialog';

interface Given { refusal?: Problem; onClose?: () => void; onSaved?: () => void }

function Form({ refusal, onClose = () => undefined, onSaved }: Given) {
  return (
    <FormDialog title="New thing" submit="Create" ready onClose={onClose} onSaved={onSaved} save={({ refused }) => act({ run: () => (refusal ? Promise.reject(refusal) : Promise.resolve(1)), refused })}>
      {(errorOf) => <TextField label="Title" value="" onChange={() => undefined} error={errorOf('title')} />}
    </FormDialog>
  );
}
const refusal = (field?: string) => new Problem({ type: '', title: 'no', detail: 'That is too long.', status: 422, field });

test('a refusal stands at its field, and where no field asks for it at the foot', async () => {
  const user = userEvent.setup();
  const { rerender } = render(<Form refusal={refusal('title')} />);
  await user.click(screen.getByRole('button', { name: /Create/ }));
  expect((await screen.findByRole('textbox')).getAttribute('aria-invalid')).toBe('true');
  expect(screen.queryByRole('alert')).toBeNull();
  for (const field of ['objective', undefined]) {
    rerender(<Form refusal={refusal(field)} />);
    await user.click(screen.getByRole('button', { name: /Create/ }));
    expect((await screen.findByRole('alert')).textContent).toBe('That is too long.');
  }
});

test('Esc closes an untouched form; what was typed takes two', async () => {
  const user = userEvent.setup();
  const onClose = vi.fn();
  const { unmount } = render(<Form onClose={onClose} />);
  await user.keyboard('{Escape}');
  expect(onClose).toHaveBeenCalledTimes(1);
  unmount();
  render(<Form onClose={onClose} />);
  await user.type(screen.getByRole('textbox'), 'x');
  await user.keyboard('{Escape}');
  expect(onClose).toHaveBeenCalledTimes(1);
  expect(screen.getByRole('status').textContent).toContain('Esc again');
  await user.keyboard('{Escape}');
  expect(onClose).toHaveBeenCalledTimes(2);
});

test('what waits as a proposal closes the form, for what was typed is in it, and is not called saved', async () => {
  const user = userEvent.setup();
  const [onClose, onSaved] = [vi.fn(), vi.fn()];
  render(<Form refusal={new Waits({ id: 'p', reference: 'APP-77', title: 'Add story: Pay later', to: 'Bea Kern', version: 1 })} onClose={onClose} onSaved={onSaved} />);
  await user.type(screen.getByRole('textbox'), 'x');
  await user.click(screen.getByRole('button', { name: /Create/ }));
  expect(onClose).toHaveBeenCalledTimes(1);
  expect(onSaved).not.toHaveBeenCalled();
  expect(screen.queryByRole('alert')).toBeNull();
});

test('Ctrl Enter sends the form wherever the focus is in it, once', async () => {
  const user = userEvent.setup();
  const onSaved = vi.fn();
  for (const part of ['textbox', 'button'] as const) {
    const { unmount } = render(<Form onSaved={onSaved} />);
    const [first] = part === 'button' ? screen.getAllByRole('button', { name: 'Cancel' }) : screen.getAllByRole(part);
    first!.focus();
    await user.keyboard('{Control>}{Enter}{/Control}');
    unmount();
  }
  expect(onSaved).toHaveBeenCalledTimes(2);
});
