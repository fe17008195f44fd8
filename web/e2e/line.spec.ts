import type { Page } from '@playwright/test';
import { call, expect, holder, newProduct, said, test } from './fixtures';
import { watch } from './watch';

const main = (page: Page) => page.getByRole('main');
const tab = (page: Page, name: string) => main(page).getByRole('navigation', { name: 'What to show' }).getByRole('link', { name, exact: true });
const legend = (page: Page) => main(page).getByRole('group', { name: /^Marks/ });

interface Below { total: number; below: { own: number }[] }
const drift = (page: Page, product: string) => call<Below>(page, 'get', `/products/${product}/drift?limit=1`);

test('the picture shows where the line is broken, narrows to it, and to what lies on a thread', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_manager'));
  const troubles = watch(page, sample.url);
  await page.goto(`/p/${sample.product}/line`);
  const stops = main(page).locator('.line-node');
  const replay = stops.filter({ hasText: 'Replay and retry' }).first();
  await expect(replay.getByRole('img', { name: /^\d+ contradictions?$/ })).toBeVisible();
  const all = await stops.count();

  // Only what carries a mark.
  await legend(page).getByText(/^Contradictions/).click();
  await expect(page).toHaveURL(/marks=contradiction/);
  await expect(stops.first()).toBeVisible();
  expect(await stops.count()).toBeLessThan(all);
  await expect(stops.filter({ hasNot: page.getByRole('img', { name: /contradiction/ }) })).toHaveCount(0);
  await page.keyboard.press('o');
  await expect(main(page).locator('.line-outline')).toContainText(/\d contradictions?/);
  await page.keyboard.press('o');
  await page.keyboard.press('Escape');
  await expect(stops).toHaveCount(all);

  // Only what lies on threads through a theme; the address carries it.
  await main(page).getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitemradio').or(page.getByRole('menuitem')).first().click();
  await expect(page).toHaveURL(/theme=/);
  await expect.poll(() => stops.count()).toBeLessThan(all);
  await page.reload();
  await expect(main(page).getByRole('button', { name: /^Theme: / })).toBeVisible();
  await main(page).getByRole('button', { name: 'Clear the filter' }).click();
  await expect(stops).toHaveCount(all);
  expect(troubles).toEqual([]);
});

test('one thread is followed down to single items and left again, by keyboard', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await page.goto(`/p/${sample.product}/line`);
  await expect(main(page).locator('.line-node').first()).toBeVisible();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(main(page).locator('.line-node.here')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/follow=/);
  await expect(main(page).getByText(/^The thread through .+: \d+ things\.$/)).toBeVisible();
  // What an epic counts on the whole line stands here thing by thing.
  await expect(main(page).getByRole('region', { name: 'Sprints' })).toContainText('Sprint 1');
  await page.keyboard.press('Escape');
  await expect(page).not.toHaveURL(/follow=/);
  await expect(main(page).getByText(/^The thread through/)).toHaveCount(0);
});

test('coverage says in sentences what reaches an objective, and budgets can be set and taken back', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_manager'));
  const troubles = watch(page, sample.url);
  await page.goto(`/p/${sample.product}/line?tab=coverage`);
  await expect(main(page).getByRole('region', { name: 'Open work' })).toContainText(/\d+ of \d+ open items reach an objective, \d+ %/);
  await expect(main(page).getByRole('link', { name: 'Show them in the backlog' })).toHaveAttribute('href', /why=no/);
  await expect(main(page).getByRole('table').first()).toContainText(/Nothing gets lost.*60 %/);
  await page.keyboard.press('b');
  const dialog = page.getByRole('dialog', { name: 'Budgets of exempt work' });
  await dialog.getByLabel('Defect').fill('10');
  await page.keyboard.press('Control+Enter');
  await expect(main(page).getByRole('row', { name: /^Defect/ })).toContainText('Over budget');
  await page.keyboard.press('Control+z');
  await expect(main(page).getByRole('row', { name: /^Defect/ })).not.toContainText('Over budget');
  await page.goto(`/p/${sample.product}/line?tab=coverage&sprints=1`);
  await expect(main(page)).toContainText(/finished in the last closed sprint/);
  expect(troubles).toEqual([]);
});

test('drift is confirmed one by one and all at once, taken back, and asked about', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const troubles = watch(page, sample.url);
  const before = await drift(page, sample.product);
  const own = before.below.reduce((sum, one) => sum + one.own, 0);
  expect(own).toBeGreaterThan(1);
  await page.goto(`/p/${sample.product}/line?tab=drift`);
  const group = main(page).locator('.line-drift').first();
  await expect(group).toContainText(/Before.*Now/);
  await page.keyboard.press('j');
  await page.keyboard.press('c');
  await expect(said(page, '1 thing confirmed')).toBeVisible();
  await expect.poll(async () => (await drift(page, sample.product)).total).toBe(before.total - 1);
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await drift(page, sample.product)).total).toBe(before.total);
  await expect(main(page).getByRole('listitem').filter({ has: page.getByRole('button', { name: 'Ask…' }) })).toHaveCount(before.total);
  await page.keyboard.press('k');
  await page.keyboard.press('Shift+C');
  await expect(said(page, /\d+ things confirmed/)).toBeVisible();
  await expect.poll(async () => (await drift(page, sample.product)).total).toBe(before.total - before.below[0]!.own);
  await page.keyboard.press('Control+z');
  await expect.poll(async () => (await drift(page, sample.product)).total).toBe(before.total);

  await page.keyboard.press('j');
  await page.keyboard.press('q');
  await expect(page.getByRole('dialog', { name: 'Ask the product manager' })).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(said(page, 'Asked')).toBeVisible();
  expect(troubles).toEqual([]);
});

test('a contradiction is accepted knowingly until a day, and opened again', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_manager'));
  const troubles = watch(page, sample.url);
  await page.goto(`/p/${sample.product}/line?tab=contradictions`);
  const rows = main(page).locator('.line-contradiction');
  await expect(rows.first()).toContainText(/can resolve it/);
  const many = await rows.count();
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog', { name: 'Accept it knowingly' });
  await dialog.getByLabel('Why it may stand').fill('The customer knows');
  await page.keyboard.press('Control+Enter');
  await expect(said(page, /^Accepted until/)).toBeVisible();
  await expect(rows).toHaveCount(many - 1);
  await main(page).getByRole('link', { name: 'Accepted', exact: true }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText(/Accepted until .+ by .+: The customer knows/);
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  await expect(said(page, 'Open again')).toBeVisible();
  await expect(rows).toHaveCount(0);
  await main(page).getByRole('link', { name: 'Open', exact: true }).click();
  await expect(rows).toHaveCount(many);
  expect(troubles).toEqual([]);
});

test('the loop says how long each leg takes and who waits longest', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await page.goto(`/p/${sample.product}/line?tab=loop`);
  await expect(main(page).getByRole('list', { name: 'The loop' })).toContainText(/Received.*Triaged.*Decided.*Shipped.*Told/);
  await expect(main(page)).toContainText(/From decided to shipped: half of \d+ pieces of feedback took at most \d+ days, 85 of 100 at most \d+ days\./);
  await expect(main(page).getByRole('region', { name: 'Who waits longest' })).toContainText(/waits (to be|for)/);
  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  await expect(page).toHaveURL(/peek=/);
});

test('every tab of a fresh product says what it is for, T leads through them, and their keys are in ?', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const product = await newProduct(page);
  await page.goto(`/p/${product}/line`);
  for (const name of ['Picture', 'Coverage', 'Drift', 'Contradictions', 'Loop']) {
    await expect(tab(page, name)).toHaveAttribute('aria-current', 'page');
    await expect(main(page).locator('.empty')).toContainText(/\w+ \w+ \w+/);
    await page.keyboard.press('t');
  }
  await expect(tab(page, 'Picture')).toHaveAttribute('aria-current', 'page');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toContainText('Follow its thread');
});

for (const path of ['coverage', 'drift', 'contradictions', 'loop']) {
  test(`${path} that cannot be read says so, and can be read again`, async ({ sample, signedIn }) => {
    const page = await signedIn(holder(sample, 'product_owner'));
    const served = new RegExp(`/products/[^/]+/${path}`);
    await page.route(served, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Something broke', status: 500, detail: 'The orchard is closed' }) }));
    await page.goto(`/p/${sample.product}/line?tab=${path}`);
    await expect(main(page).getByRole('alert').first()).toContainText('The orchard is closed');
    await page.unrouteAll();
    await main(page).getByRole('button', { name: 'Try again' }).first().click();
    await expect(main(page).getByRole('alert')).toHaveCount(0);
    await expect(main(page)).toContainText(/\w{3}.*\d/s);
  });
}
