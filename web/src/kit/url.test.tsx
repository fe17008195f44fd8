import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { useUrl, useUrlText } from './url';

function Filter() {
  const [text, setText] = useUrlText('q');
  return <><input aria-label="Filter" value={text} onChange={(event) => setText(event.target.value)} /><output>{useUrl().q}</output></>;
}

test('a field of the address keeps every letter and the caret, and follows changes from elsewhere', async () => {
  const user = userEvent.setup();
  const router = createRouter({ routeTree: createRootRoute({ component: Filter }), history: createMemoryHistory({ initialEntries: ['/?q=ab'] }) });
  render(<RouterProvider router={router} />);
  const field = await screen.findByLabelText<HTMLInputElement>('Filter');
  expect(field.value).toBe('ab');
  await user.type(field, 'x', { initialSelectionStart: 1, initialSelectionEnd: 1 });
  await user.keyboard('yz');
  expect(field.value).toBe('axyzb');
  await expect.poll(() => screen.getByRole('status').textContent).toBe('axyzb');
  await act(() => router.navigate({ to: '.', search: { q: 'other' } }));
  expect(field.value).toBe('other');
});
