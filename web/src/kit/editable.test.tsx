import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { Waits } from '../api/client';
import { EditableText } from './EditableText';
import { useToasts } from './toast';

afterEach(() => localStorage.clear());

function Shown({ save, emptiable }: { save: (text: string) => Promise<unknown>; emptiable?: boolean }) {
  return <EditableText name="APP-1:title" label="Title" value="Pay by card" version={1} allowed={{ ok: true }} save={save} emptiable={emptiable}>Pay by card</EditableText>;
}

test('Enter saves once, and the focus goes back to where it came from', async () => {
  const user = userEvent.setup();
  let answer: (() => void) | undefined;
  const save = vi.fn(() => new Promise<void>((resolve) => { answer = resolve }));
  render(<Shown save={save} />);
  await user.click(screen.getByRole('button'));
  await user.keyboard('{Control>}a{/Control}Pay by invoice{Enter}');
  await user.keyboard('{Enter}');
  answer!();
  const button = await screen.findByRole('button');
  expect(save).toHaveBeenCalledTimes(1);
  // The focus follows once the button is drawn.
  await waitFor(() => expect(document.activeElement).toBe(button));
});

test('Esc leaves it as it was, with the focus where it came from', async () => {
  const user = userEvent.setup();
  const save = vi.fn(async () => undefined);
  render(<Shown save={save} />);
  await user.click(screen.getByRole('button'));
  await user.keyboard('x{Escape}');
  expect(save).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(screen.getByRole('button'));
});

test('a title cannot be emptied; what may be empty can', async () => {
  const user = userEvent.setup();
  const save = vi.fn(async () => undefined);
  const { rerender } = render(<Shown save={save} />);
  await user.click(screen.getByRole('button'));
  await user.clear(screen.getByRole('textbox'));
  await user.keyboard('{Enter}');
  expect(save).not.toHaveBeenCalled();
  rerender(<Shown save={save} emptiable />);
  await user.click(screen.getByRole('button'));
  await user.clear(screen.getByRole('textbox'));
  await user.keyboard('{Enter}');
  expect(save).toHaveBeenCalledWith('', 1);
});

test('a text that waits as a proposal goes back to what is stored, and says to whom it went', async () => {
  const user = userEvent.setup();
  const save = vi.fn(() => Promise.reject(new Waits({ id: 'p', reference: 'APP-77', title: 'Change title of APP-1 Pay by card', to: 'Bea Kern', version: 1 })));
  render(<Shown save={save} />);
  await user.click(screen.getByRole('button'));
  await user.keyboard('{Control>}a{/Control}Pay by invoice{Enter}');
  expect((await screen.findByRole('button')).textContent).toContain('Pay by card');
  expect(screen.queryByRole('textbox')).toBeNull();
  expect(localStorage.length).toBe(0);
  expect(useToasts.getState().toasts.map(({ text, tone }) => [text, tone])).toEqual([['Proposed to Bea Kern: Change title of APP-1 Pay by card', 'plain']]);
});
