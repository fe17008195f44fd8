import { render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { Main } from './Page';
import { Peek } from './Peek';

const page = (open: boolean) => (
  <>
    <Main><button>Make</button></Main>
    {open && <Peek label="Detail" bar={<button>Close</button>}>One</Peek>}
  </>
);
const named = (text: string) => [...document.querySelectorAll('button')].find((button) => button.textContent === text)!;

afterEach(() => (document.activeElement as HTMLElement).blur());

test('a panel that closes gives the focus to the page when nothing had it before', () => {
  const { rerender } = render(page(false));
  (document.activeElement as HTMLElement).blur();
  rerender(page(true));
  expect(document.activeElement).toBe(document.body);
  rerender(page(false));
  expect(document.activeElement?.id).toBe('main');
});

test('a panel that closes gives the focus back to what had it', () => {
  const { rerender } = render(page(false));
  named('Make').focus();
  rerender(page(true));
  named('Close').focus();
  rerender(page(false));
  expect(document.activeElement).toBe(named('Make'));
});
