import type { Page } from '@playwright/test';
import { call, expect, holder, newProduct, peek, pick, said, test } from './fixtures';

/** A fresh product of five stories, so that every test knows the order. Answers its key. */
async function fiveStories(page: Page): Promise<string> {
  const product = await newProduct(page);
  for (const title of ['One', 'Two', 'Three', 'Four', 'Five']) await call(page, 'post', `/products/${product}/items`, { kind: 'story', title, place: { at: 'bottom' } });
  return product;
}

const titles = (page: Page) => page.getByRole('grid').getByRole('link');
const here = (page: Page) => page.locator('.backlog-row.here');

/** Never on the body: whoever works by key would start again at the top of the page. */
async function focusIsKept(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.activeElement !== null && document.activeElement !== document.body && document.activeElement !== document.documentElement)).toBe(true);
}

async function onBacklog(page: Page, product: string): Promise<void> {
  await page.goto(`/p/${product}/backlog`);
  await expect(titles(page).first()).toBeVisible();
  await expect(page.getByRole('grid')).toBeFocused();
}

test('G and a letter goes to every page, and the grave accent to the other desk', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await onBacklog(page, sample.product);
  const places = { h: 'Home', c: 'Decisions', l: 'The line', v: 'Vision', o: 'Objectives', d: 'Discovery', f: 'Feedback', r: 'Roadmap', t: 'Sprint', p: 'Planning', e: 'Releases', w: 'Forecast', k: 'Backlog' };
  for (const [letter, heading] of Object.entries(places)) {
    await page.keyboard.press('g');
    await page.keyboard.press(letter);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(new RegExp(heading, 'i'));
  }
  await expect(page.getByRole('radio', { name: 'Delivery' })).toBeChecked();
  await page.keyboard.press('`');
  await expect(page.getByRole('radio', { name: 'Strategy' })).toBeChecked();
});

test('the palette finds, goes and does, and gives the focus back', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await onBacklog(page, sample.product);
  const palette = page.getByRole('dialog', { name: 'Find or do anything' });
  await page.keyboard.press('Control+k');
  await expect(palette.getByRole('textbox').or(palette.getByRole('searchbox')).first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(palette).toHaveCount(0);
  await expect(page.getByRole('grid')).toBeFocused();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('roadmap');
  await expect(palette.getByRole('menuitem', { name: /^Roadmap/ })).toBeVisible();
  await palette.getByRole('menuitem', { name: /^Roadmap/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Roadmap');
  await focusIsKept(page);

  const findPeekAndClose = async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('replay and retry of webhooks');
    await expect(palette.getByRole('menuitem', { name: /Replay and retry of webhooks/ })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(peek(page)).toContainText('Replay and retry of webhooks');
    await page.keyboard.press('Escape');
    await expect(peek(page)).toHaveCount(0);
    await focusIsKept(page);
  };
  await findPeekAndClose();
  // Also when nothing had the focus before.
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await findPeekAndClose();
});

test('the question mark shows the keys of the page, and single letters can be switched off', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await onBacklog(page, sample.product);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await expect(sheet.getByRole('region', { name: 'Backlog: do' })).toContainText('Estimate…');
  await expect(sheet.getByRole('region', { name: 'Go to' })).toContainText('Go to Roadmap');
  await sheet.getByText('Single-letter keys').click();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('grid')).toBeFocused();
  await page.keyboard.press('c');
  await page.keyboard.press('?');
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('dialog')).toHaveCount(1);
  await expect(page.getByRole('dialog', { name: 'Find or do anything' })).toBeVisible();
});

test('the cursor walks, peeks, opens and comes back', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const product = await fiveStories(page);
  await onBacklog(page, product);
  await expect(here(page)).toContainText('One');
  for (const [key, title] of [['j', 'Two'], ['ArrowDown', 'Three'], ['k', 'Two'], ['ArrowUp', 'One'], ['ArrowUp', 'One'], ['End', 'Five'], ['j', 'Five'], ['Home', 'One'], ['PageDown', 'Five'], ['PageUp', 'One']] as const) {
    await page.keyboard.press(key);
    await expect(here(page)).toContainText(title);
  }
  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  const title = peek(page).getByRole('heading', { level: 2 });
  await expect(title).toContainText('Two');
  // The peek follows the cursor.
  await page.keyboard.press('j');
  await expect(title).toContainText('Three');
  await page.keyboard.press('Space');
  await expect(peek(page)).toHaveCount(0);
  await focusIsKept(page);
  await page.keyboard.press('Space');
  await expect(title).toContainText('Three');
  await page.keyboard.press('Escape');
  await expect(peek(page)).toHaveCount(0);
  await expect(page.getByRole('grid')).toBeFocused();

  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Three');
  await expect(page).toHaveURL(/\/o\//);
  await page.goBack();
  await expect(titles(page)).toHaveCount(5);
  await focusIsKept(page);
  await page.keyboard.press('j');
  await expect(here(page)).toHaveCount(1);

  const opened = page.context().waitForEvent('page');
  await page.keyboard.press('Control+Enter');
  await expect((await opened).getByRole('heading', { level: 1 })).toContainText(/One|Two|Three/);
});

test('rank is changed by key, taken back and done again', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const product = await fiveStories(page);
  await onBacklog(page, product);
  const as = (...order: string[]) => expect(titles(page)).toHaveText(order);
  await page.keyboard.press('Alt+ArrowDown');
  await as('Two', 'One', 'Three', 'Four', 'Five');
  await page.keyboard.press('Alt+Shift+ArrowDown');
  await as('Two', 'Three', 'Four', 'Five', 'One');
  await page.keyboard.press('Alt+ArrowUp');
  await as('Two', 'Three', 'Four', 'One', 'Five');
  // A run of moves is one step: the next one begins when this was said.
  await expect(said(page, 'moved to rank 4')).toBeVisible();
  await page.keyboard.press('m');
  await pick(page, 'Top of the backlog');
  await as('One', 'Two', 'Three', 'Four', 'Five');
  await expect(page.getByRole('grid')).toBeFocused();
  await page.keyboard.press('Control+z');
  await as('Two', 'Three', 'Four', 'One', 'Five');
  await page.keyboard.press('Control+Shift+z');
  await as('One', 'Two', 'Three', 'Four', 'Five');
  await page.reload();
  await as('One', 'Two', 'Three', 'Four', 'Five');
});

test('the verbs of a row each open their list, do it, and give the focus back', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const product = await fiveStories(page);
  await call(page, 'post', `/products/${product}/objectives`, { title: 'A reason', period: '2026-Q4' });
  await onBacklog(page, product);
  const back = async () => {
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(page.getByRole('grid')).toBeFocused();
  };
  for (const key of ['s', 'a', 'e', 'm', 'l', 'b', 'c', 'i', 'Shift+C']) {
    await page.keyboard.press(key);
    await expect(page.getByRole('dialog')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await back();
  }
  await page.keyboard.press('s');
  await pick(page, 'Ready');
  await expect(here(page).getByRole('img', { name: /Ready/ }).or(here(page).getByText('Ready')).first()).toBeAttached();
  await back();
  await page.keyboard.press('a');
  await pick(page, 'Bea Kern');
  await expect(here(page)).toContainText('BK');
  await back();
  await page.keyboard.press('e');
  await pick(page, '8');
  await expect(here(page)).toContainText('8');
  await back();
  await expect(here(page)).toContainText('No why');
  await page.keyboard.press('l');
  await pick(page, 'A reason');
  await expect(said(page, /linked to/)).toBeVisible();
  await expect(here(page)).not.toContainText('No why');
  await back();
  await page.keyboard.press('b');
  await page.getByRole('dialog').getByRole('textbox').fill('Waits for the bank');
  await page.keyboard.press('Control+Enter');
  await expect(here(page)).toContainText('Blocked');
  await back();
  await page.keyboard.press('b');
  await expect(here(page)).not.toContainText('Blocked');
  await page.keyboard.press('y');
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain(`/p/${product}/o/`);

  // Several at once.
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowDown');
  await expect(page.getByText('2 selected')).toBeVisible();
  await page.keyboard.press('e');
  await pick(page, '5');
  for (const title of ['Two', 'Three']) await expect(page.getByRole('grid').getByRole('row').filter({ hasText: title })).toContainText('5');
  await page.keyboard.press('Control+a');
  await expect(page.getByText('5 selected')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('5 selected')).toHaveCount(0);
});

test('C makes an item, the slash filters, and no key fires in a field', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const product = await fiveStories(page);
  await onBacklog(page, product);
  await page.keyboard.press('c');
  const dialog = page.getByRole('dialog', { name: 'New story' });
  await dialog.getByRole('textbox', { name: 'Title' }).fill('');
  await page.keyboard.type('jkseamlgk? new');
  await expect(page.getByRole('dialog')).toHaveCount(1);
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toHaveCount(0);
  await expect(titles(page).first()).toHaveText('jkseamlgk? new');
  await focusIsKept(page);

  await page.getByRole('grid').focus();
  await page.keyboard.press('/');
  const filter = page.getByRole('searchbox', { name: 'Filter by title or key' });
  await expect(filter).toBeFocused();
  await page.keyboard.type('four');
  await expect(titles(page)).toHaveText(['Four']);
});

test('on the board and in the side panel the focus is never lost', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'scrum_master'));
  await page.goto(`/p/${sample.product}/sprint`);
  const cards = page.getByRole('main').getByRole('listitem');
  await expect(cards.first()).toBeVisible();
  await page.keyboard.press('j');
  const card = page.locator('.board-card[aria-current=true]');
  await expect(card).toBeFocused();
  for (const key of ['s', 'Space']) {
    await page.keyboard.press(key);
    await expect(page.getByRole('dialog').or(peek(page)).first()).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog').or(peek(page))).toHaveCount(0);
    await expect(card).toBeFocused();
  }
  await page.keyboard.press('ArrowRight');
  await expect(card).toBeFocused();

  await page.keyboard.press('Space');
  await expect(peek(page).getByRole('region', { name: 'History' })).toBeVisible();
  for (const name of [/^State:/, /^Assignee:/]) {
    const opener = peek(page).getByRole('button', { name });
    await opener.focus();
    await page.keyboard.press('Enter');
    await expect(page.getByRole('dialog')).toHaveCount(1);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await expect(opener).toBeFocused();
  }
  const criterion = peek(page).getByRole('textbox', { name: 'New criterion' });
  await criterion.focus();
  await page.keyboard.press('Escape');
  await focusIsKept(page);
});
