import { render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { EditableText } from './EditableText';

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
