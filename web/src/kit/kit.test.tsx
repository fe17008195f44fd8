import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { Button } from './Button';
import { setSingleKeys, useKeys } from './keys';
import { allOf, anyOf, hintOf, may, proposing } from './may';

test('the server says who may', () => {
  expect(may({ order: 'yes' }, 'order')).toEqual({ ok: true });
  expect(may({ order: { why: 'Bea Kern (product owner) decides' } }, 'order')).toEqual({ ok: false, why: 'Bea Kern (product owner) decides' });
  expect(may({}, 'order').ok).toBe(false);
});

test('what is not one’s own to decide may be proposed, where the server says to whom', () => {
  const proposed = may({ order: { why: 'Bea Kern (product owner) decides', propose_to: 'Bea Kern' } }, 'order');
  expect(proposed).toEqual({ ok: true, why: 'Bea Kern (product owner) decides', proposeTo: 'Bea Kern' });
  expect(proposing(proposed)).toBe('Propose to Bea Kern');
  expect(hintOf(proposed)).toBe('Proposes it to Bea Kern. Bea Kern (product owner) decides');
  expect(proposing({ ok: true, proposeTo: 'Ann Lee or Bea Kern' })).toBe('Propose to Ann Lee or Bea Kern');
  expect(proposing({ ok: true, proposeTo: 'Ann Lee or Bea Kern or Cem Ak' })).toBe('Propose to Ann Lee or 2 others');
  expect(proposing({ ok: true })).toBeUndefined();
});

test('several decisions in one: the strictest counts, or the mildest where any will do', () => {
  const [own, proposed, refused] = [{ ok: true }, { ok: true, proposeTo: 'Bea' }, { ok: false, why: 'No' }];
  expect(allOf(own, proposed, refused)).toBe(refused);
  expect(allOf(own, proposed)).toBe(proposed);
  expect(allOf()).toEqual({ ok: true });
  expect(anyOf(refused, proposed, own)).toBe(own);
  expect(anyOf(refused, proposed)).toBe(proposed);
  expect(anyOf(refused)).toBe(refused);
});

test('a button that proposes works, says to whom, and names itself so where it sends a form', async () => {
  const user = userEvent.setup();
  const press = vi.fn();
  const allowed = { ok: true, why: 'Bea decides', proposeTo: 'Bea Kern' };
  render(<><Button onPress={press} allowed={allowed}>Move…</Button><Button type="submit" allowed={allowed}>Save</Button></>);
  const button = screen.getByRole('button', { name: 'Move…' });
  expect(button.getAttribute('aria-description')).toBe('Proposes it to Bea Kern. Bea decides');
  expect(button.dataset.proposes).toBe('true');
  await user.tab();
  expect((await screen.findByRole('tooltip')).textContent).toContain('Proposes it to Bea Kern');
  await user.click(button);
  expect(press).toHaveBeenCalledTimes(1);
  expect(screen.getByRole('button', { name: 'Propose to Bea Kern' })).toBeDefined();
});

test('a refused button stays, can be reached, does nothing and says why', async () => {
  const user = userEvent.setup();
  const press = vi.fn();
  render(<Button onPress={press} allowed={{ ok: false, why: 'Bea decides' }}>Accept</Button>);
  await user.tab();
  const button = screen.getByRole('button', { name: 'Accept' });
  expect(document.activeElement).toBe(button);
  expect(button.getAttribute('aria-disabled')).toBe('true');
  expect((await screen.findByRole('tooltip')).textContent).toContain('Bea decides');
  await user.click(button);
  expect(press).not.toHaveBeenCalled();
});

function Keyed({ run, over }: { run: () => void; over?: () => void }) {
  useKeys([{ keys: 's', does: 'State', group: 'Test', run }, { keys: 'ArrowDown', does: 'Next', group: 'Test', run }, { keys: 'Space', does: 'Peek', group: 'Test', run }]);
  return <>{over && <Over run={over} />}<input aria-label="Field" /><input aria-label="Choice" type="radio" /></>;
}

function Over({ run }: { run: () => void }) {
  useKeys([{ keys: 's', does: 'State', group: 'Over', run }], 2);
  return null;
}

test('keys fire on the page, never in a field', async () => {
  const user = userEvent.setup();
  const run = vi.fn();
  render(<Keyed run={run} />);
  await user.keyboard('s');
  expect(run).toHaveBeenCalledTimes(1);
  await user.click(screen.getByLabelText('Field'));
  await user.keyboard('s');
  expect(run).toHaveBeenCalledTimes(1);
});

test('a focused choice keeps Space and arrows, and leaves letters to the page', async () => {
  const user = userEvent.setup();
  const run = vi.fn();
  render(<Keyed run={run} />);
  await user.click(screen.getByLabelText('Choice'));
  await user.keyboard(' {ArrowDown}');
  expect(run).not.toHaveBeenCalled();
  await user.keyboard('s');
  expect(run).toHaveBeenCalledTimes(1);
});

test('what lies over the page gets the key first', async () => {
  const user = userEvent.setup();
  const run = vi.fn();
  const over = vi.fn();
  render(<Keyed run={run} over={over} />);
  await user.keyboard('s');
  expect(over).toHaveBeenCalledTimes(1);
  expect(run).not.toHaveBeenCalled();
});

function Digits({ run }: { run: () => void }) {
  useKeys(['1', 'Backquote', 'Shift+c', '$mod+b'].map((keys) => ({ keys, does: keys, group: 'Test', run })));
  return null;
}

test('single characters can be switched off, with a modifier they stay', async () => {
  const user = userEvent.setup();
  const run = vi.fn();
  render(<Digits run={run} />);
  setSingleKeys(false);
  await user.keyboard('1{Shift>}C{/Shift}[Backquote]');
  expect(run).not.toHaveBeenCalled();
  await user.keyboard('{Control>}b{/Control}');
  expect(run).toHaveBeenCalledTimes(1);
  setSingleKeys(true);
  await user.keyboard('1{Shift>}C{/Shift}[Backquote]');
  expect(run).toHaveBeenCalledTimes(4);
});

function Going({ go, own }: { go: () => void; own?: () => void }) {
  useKeys([{ keys: 'g e', does: 'Go to Releases', group: 'Test', run: go }], 0);
  return <>{own && <Estimating run={own} />}</>;
}

function Estimating({ run }: { run: () => void }) {
  useKeys([{ keys: 'e', does: 'Estimate', group: 'Test', run }]);
  return null;
}

test('a sequence that was begun outlives the keys of the page, and its last letter is no key of its own', async () => {
  const user = userEvent.setup();
  const go = vi.fn();
  const own = vi.fn();
  const { rerender } = render(<Going go={go} />);
  await user.keyboard('g');
  rerender(<Going go={go} own={own} />);
  await user.keyboard('e');
  expect(go).toHaveBeenCalledTimes(1);
  expect(own).not.toHaveBeenCalled();
  await user.keyboard('e');
  expect(own).toHaveBeenCalledTimes(1);
});
