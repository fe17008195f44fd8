import type { Page } from '@playwright/test';
import { call, expect, holder, newProduct, peek, pick, said, test } from './fixtures';
import { watch } from './watch';

const main = (page: Page) => page.getByRole('main');
/** What a form is told of a value it cannot have is in the console too. */
const unexpected = (troubles: string[]) => troubles.filter((trouble) => !trouble.includes('status of 422'));
const rows = (page: Page) => main(page).locator('.promise-row');

test('a promise is written down, dated, changed, and said to be kept, by keyboard', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_manager'));
  const troubles = watch(page, sample.url);
  const product = await newProduct(page);
  await call(page, 'post', `/products/${product}/initiatives`, { title: 'Single sign-on', lane: 'now' });
  await page.goto(`/p/${product}/roadmap`);
  await expect(main(page).getByRole('link', { name: 'Single sign-on' })).toBeVisible();
  await page.keyboard.press('t');
  await expect(page).toHaveURL(/tab=promises/);
  await page.keyboard.press('c');
  const form = page.getByRole('dialog', { name: 'New promise' });
  await form.getByLabel('What is promised').fill('Sign in with the company account');
  await form.getByLabel('To whom').fill('Atlas Freight');
  await form.getByLabel('By when').fill('sometime');
  await form.getByRole('button', { name: 'Choose what it is about…' }).click();
  await pick(page, 'Single sign-on');
  await expect(form.getByText('Single sign-on')).toBeVisible();
  // Ctrl Enter is heard while a button has the focus; what the server refuses stands at its field.
  await page.keyboard.press('Control+Enter');
  await expect(form.getByLabel('By when')).toHaveAccessibleDescription(/period|month/i);
  await form.getByLabel('By when').fill('Q1 2020');
  await page.keyboard.press('Control+Enter');
  await expect(peek(page)).toContainText('Single sign-on');
  await page.keyboard.press('Escape');

  const row = rows(page).filter({ hasText: 'Sign in with the company account' });
  await expect(row).toContainText('to Atlas Freight');
  await expect(row).toContainText('by Q1 2020, until 31 Mar 2020');
  await expect(row).toContainText('Overdue');
  await page.keyboard.press('j');
  await page.keyboard.press('e');
  const edit = page.getByRole('dialog', { name: /^Edit / });
  await edit.getByLabel('By when').fill('H1 2099');
  await page.keyboard.press('Control+Enter');
  await expect(row).toContainText('until 30 Jun 2099');
  await expect(row).not.toContainText('Overdue');

  await page.keyboard.press('s');
  await pick(page, 'Kept');
  await expect(said(page, 'is kept')).toBeVisible();
  await expect(main(page).getByRole('region', { name: 'What became of the others' })).toContainText('Kept');
  await page.keyboard.press('Control+z');
  await expect(main(page).getByRole('region', { name: 'What became of the others' })).toHaveCount(0);
  await expect(row).toContainText('Open');
  expect(unexpected(troubles)).toEqual([]);
});

test('who may not promise proposes it', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await page.goto(`/p/${sample.product}/roadmap?tab=promises`);
  await expect(rows(page).first()).toBeVisible();
  await page.keyboard.press('c');
  const form = page.getByRole('dialog', { name: 'New promise' });
  await form.getByLabel('What is promised').fill('Half the latency');
  await form.getByLabel('To whom').fill('Everybody');
  await form.getByLabel('By when').fill('Q4 2099');
  await form.getByRole('button', { name: /^Propose to/ }).click();
  await expect(said(page, /proposed|waits/i)).toBeVisible();
  await expect(rows(page).filter({ hasText: 'Half the latency' })).toHaveCount(0);
});

test('a theme gets a share and an objective that advances it, and each tells of the other', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_manager'));
  const troubles = watch(page, sample.url);
  const product = await newProduct(page);
  await call(page, 'post', `/products/${product}/objectives`, { title: 'Nobody waits for a page', period: '2099-Q1' });
  await page.goto(`/p/${product}/objectives`);
  await expect(main(page).getByRole('link', { name: 'Nobody waits for a page' })).toBeVisible();
  await page.keyboard.press('t');
  await page.keyboard.press('c');
  const form = page.getByRole('dialog', { name: 'New theme' });
  await form.getByLabel('Theme').fill('Speed');
  await form.getByLabel(/^Share of the effort/).fill('140');
  await page.keyboard.press('Control+Enter');
  await expect(form.getByLabel(/^Share of the effort/)).toHaveAccessibleDescription(/0 to 100|less than|100/);
  await form.getByLabel(/^Share of the effort/).fill('40');
  await page.keyboard.press('Control+Enter');
  await expect(peek(page)).toContainText('40 %');
  await page.keyboard.press('Escape');
  await expect(main(page)).toContainText('Nothing advances it');
  await expect(main(page)).toContainText('The targets come to 40 %; 60 % is left for everything else.');

  await page.keyboard.press('t');
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await pick(page, 'Speed');
  await expect(said(page, 'advances Speed')).toBeVisible();
  await expect(main(page).locator('.objective-head')).toContainText('Speed');
  await page.keyboard.press('t');
  await expect(main(page)).toContainText('Nobody waits for a page');
  await page.keyboard.press('Control+z');
  await expect(main(page)).toContainText('Nothing advances it');
  expect(unexpected(troubles)).toEqual([]);
});

test('work that needs no why is said so, for one and for several, and is no longer missing one', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const troubles = watch(page, sample.url);
  const product = await newProduct(page);
  for (const title of ['Renew the certificate', 'Upgrade the database', 'A wish']) await call(page, 'post', `/products/${product}/items`, { kind: 'task', title, place: { at: 'bottom' } });
  await page.goto(`/p/${product}/backlog`);
  const row = (title: string) => page.getByRole('row').filter({ hasText: title });
  await expect(row('A wish')).toContainText('No why');
  await expect(page.getByRole('grid')).toBeFocused();
  await page.keyboard.press('x');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await page.keyboard.press('n');
  await pick(page, 'Technical debt');
  await expect(said(page, '2 items need no why: technical debt')).toBeVisible();
  for (const title of ['Renew the certificate', 'Upgrade the database']) {
    await expect(row(title)).toContainText('Technical debt');
    await expect(row(title)).not.toContainText('No why');
  }
  await expect(main(page).getByText('No why · 1')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(row('Upgrade the database')).toContainText('No why');

  await page.keyboard.press('Escape');
  await row('A wish').getByRole('link').click();
  await peek(page).getByRole('button', { name: 'Needs no why as: Needs one' }).click();
  await pick(page, 'Compliance');
  await expect(row('A wish')).toContainText('Compliance');
  await expect(peek(page).getByRole('button', { name: 'Needs no why as: Compliance' })).toBeVisible();
  expect(troubles).toEqual([]);
});
