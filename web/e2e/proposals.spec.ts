import type { Page } from '@playwright/test';
import { call, drag, expect, holder, peek, said, test } from './fixtures';
import { watch } from './watch';

/** The top of the backlog; what is below is not all drawn. */
const top = async (page: Page) => (await page.locator('.backlog-row .backlog-reference').allTextContents()).slice(0, 12);

interface Waiting { reference: string; title: string; reason: string; state: string }
/** What waits, the latest first. */
const waiting = async (page: Page, product: string): Promise<Waiting[]> => (await call<{ rows: Waiting[] }>(page, 'get', `/products/${product}/proposals?state=open`)).rows;

async function onBacklog(page: Page, product: string): Promise<string[]> {
  await page.goto(`/p/${product}/backlog`);
  await expect(page.locator('.backlog-row').nth(5)).toBeVisible();
  await expect(page.getByText(/^\d+ items$/)).toBeVisible();
  return top(page);
}

test('a developer who reorders the backlog proposes it: one proposal for a run of keys, and the order stays', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'developer'));
  const troubles = watch(page, sample.url);
  const before = await onBacklog(page, sample.product);
  const open = (await waiting(page, sample.product)).length;
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('j');
  const moved = (await page.locator('.backlog-row.here .backlog-reference').textContent())!;
  await page.keyboard.press('Alt+ArrowUp');
  await page.keyboard.press('Alt+ArrowUp');
  await expect(said(page, 'Proposed to Bea Kern')).toContainText(`Move ${moved}`);
  await expect.poll(() => top(page)).toEqual(before);
  const rows = await waiting(page, sample.product);
  expect(rows).toHaveLength(open + 1);

  // Why, from the toast; the page's own keys wait meanwhile.
  await page.keyboard.press('Shift+W');
  const dialog = page.getByRole('dialog', { name: 'Why?' });
  await dialog.getByRole('textbox').fill('Two customers wait for it');
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toHaveCount(0);
  await expect.poll(async () => (await waiting(page, sample.product)).map(({ reason }) => reason)).toContain('Two customers wait for it');

  // Undo withdraws, redo opens it again.
  await page.keyboard.press('Control+z');
  await expect(said(page, 'Withdrawn: Move')).toBeVisible();
  expect(await waiting(page, sample.product)).toHaveLength(open);
  await page.keyboard.press('Control+Shift+z');
  await expect(said(page, 'Proposed to Bea Kern')).toBeVisible();
  expect(await waiting(page, sample.product)).toHaveLength(open + 1);
  await page.keyboard.press('Control+z');
  await expect(said(page, 'Withdrawn: Move')).toBeVisible();
  expect(troubles).toEqual([]);
});

test('a drag proposes as a key does, and several rows are one proposal', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'developer'));
  const before = await onBacklog(page, sample.product);
  const open = (await waiting(page, sample.product)).length;
  const target = (await page.locator('.backlog-row').nth(1).boundingBox())!;
  await drag(page, page.locator('.backlog-row').nth(4).locator('.backlog-title'), { x: target.x + 300, y: target.y + 4 });
  await expect(said(page, 'Proposed to Bea Kern')).toContainText(before[4]!);
  await expect.poll(() => top(page)).toEqual(before);

  await page.keyboard.press('Home');
  for (const key of ['j', 'j', 'x', 'j', 'x', 'm']) await page.keyboard.press(key);
  await expect(page.getByRole('dialog').last()).toContainText('Propose to Bea Kern');
  await page.getByRole('menuitem', { name: 'Top of the backlog' }).click();
  await expect(said(page, /and 1 more/)).toBeVisible();
  await expect.poll(() => top(page)).toEqual(before);
  expect(await waiting(page, sample.product)).toHaveLength(open + 2);
});

test('a stakeholder who drags a roadmap card to another lane proposes it', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'stakeholder'));
  await page.goto(`/p/${sample.product}/roadmap`);
  const lane = (name: string) => page.getByRole('region', { name: new RegExp(`^${name}`) });
  const card = lane('Now').getByRole('listitem').first();
  await expect(card).toBeVisible();
  const counts = async () => Promise.all(['Now', 'Next', 'Later'].map((name) => lane(name).getByRole('listitem').count()));
  const before = await counts();
  const to = (await lane('Later').boundingBox())!;
  await drag(page, card.locator('.roadmap-card-head'), { x: to.x + to.width / 2, y: to.y + 120 });
  await expect(said(page, 'Proposed to Ana Novak')).toContainText('to later');
  await expect.poll(counts).toEqual(before);
  // By the menu, too.
  await card.getByRole('button', { name: /^Move / }).click();
  const toNext = page.getByRole('menuitem', { name: 'To Next' });
  await expect(toNext).toContainText('Propose to Ana Novak');
  await toNext.click();
  await expect(said(page, 'Proposed to Ana Novak')).toContainText('to next');
  await expect.poll(counts).toEqual(before);
});

test('a form says that it proposes, closes, and what was typed is in the proposal', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'stakeholder'));
  await page.goto(`/p/${sample.product}/objectives`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Objectives');
  await page.keyboard.press('c');
  const form = page.getByRole('dialog', { name: 'New objective' });
  await form.getByLabel('Objective').fill('Fewer returns');
  const button = form.getByRole('button', { name: /^Propose to Ana Novak/ });
  await expect(button).toHaveAttribute('aria-description', /^Proposes it to Ana Novak\. Ana Novak \(product manager\) decides/);
  await button.click();
  await expect(form).toHaveCount(0);
  await expect(said(page, 'Proposed to Ana Novak')).toContainText('Fewer returns');
  await expect(page.getByRole('main')).not.toContainText('Fewer returns');
});

test('a text that is edited in place is proposed, and what is stored stands', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'stakeholder'));
  await onBacklog(page, sample.product);
  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  const title = peek(page).getByRole('heading', { level: 2 }).first();
  const before = (await title.locator('.editable').innerText()).split(',')[0]!;
  await title.getByRole('button', { name: /propose another title/ }).click();
  await peek(page).getByRole('textbox', { name: 'Title' }).fill('Something else altogether');
  await page.keyboard.press('Enter');
  await expect(said(page, 'Proposed to Bea Kern')).toContainText('Change title');
  await expect(title).toContainText(before);
  await expect(title).not.toContainText('Something else altogether');
});

test('whoever decides is not asked to propose', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await onBacklog(page, sample.product);
  await expect(page.locator('[data-proposes]')).toHaveCount(0);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('Alt+ArrowUp');
  await expect(said(page, /moved to rank 2/)).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(said(page, 'Undone')).toBeVisible();
});
