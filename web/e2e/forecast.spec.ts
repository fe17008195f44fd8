import type { Page } from '@playwright/test';
import { call, expect, holder, newProduct, peek, test } from './fixtures';
import { watch } from './watch';

const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
const field = (page: Page, name: string) => page.getByLabel(name, { exact: true });
const date = /\d{1,2} \w{3,4}( \d{4})?/;

/** A day so many days from now. */
const ahead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function onForecast(page: Page, product: string, query = ''): Promise<void> {
  await page.goto(`/p/${product}/forecast${query}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forecast');
}

test('G W goes there, and what is done first comes first, with its dates', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const troubles = watch(page, sample.url);
  await page.goto(`/p/${sample.product}/releases`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Releases');
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forecast');
  const when = part(page, 'When');
  await expect(when).toContainText(/\d+ open items: half likely by \d.*, 85\s% likely by \d/);

  const { things, open } = await call<{ open: number; things: { reference: string; items: number; place: number; planned: string | null }[] }>(page, 'get', `/products/${sample.product}/forecast`);
  const rows = when.locator('.forecast-list').getByRole('listitem');
  await expect(rows).toHaveCount(things.length);
  await expect(rows.first()).toContainText(things[0]!.reference);
  await expect(rows.first()).toContainText(date);
  await expect(rows.first().getByRole('img', { name: /^Half likely by .*, 85\s% likely by .*, 95\s% likely/ })).toBeVisible();
  const planned = things.findIndex((thing) => thing.planned !== null);
  await expect(rows.nth(planned)).toContainText(/[▲◆] (under |over )?\d+\s% by \d/);

  // What it rests on: which items, which weeks, how many samples, all four dates.
  await rows.first().getByRole('button', { name: /^What it rests on/ }).click();
  await expect(rows.first()).toContainText('70 % likely by');
  await expect(rows.first()).toContainText(`of ${open} open items`);
  await expect(rows.first()).toContainText(/; \d+ items were finished from/);
  await expect(rows.first().getByRole('img', { name: /^Items finished in each week/ })).toBeVisible();
  expect(troubles).toEqual([]);
});

test('the cursor walks over what is forecast, peeks and opens', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await onForecast(page, sample.product);
  const rows = part(page, 'When').locator('.forecast-list').getByRole('listitem');
  await expect(rows.nth(1)).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(rows.nth(1)).toBeFocused();
  const reference = (await rows.nth(1).locator('.object-link-reference').textContent())!;
  await page.keyboard.press('Space');
  await expect(peek(page)).toContainText(reference);
  await page.keyboard.press('Escape');
  await expect(peek(page)).toHaveCount(0);
  // Enter on a button is the button's.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(rows.nth(1)).toContainText('70 % likely by');
  await rows.nth(1).getByRole('link').click();
  await expect(peek(page)).toContainText(reference);
});

test('a number is answered at once, and a day with its likelihood', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await onForecast(page, sample.product);
  const ask = part(page, 'Ask');
  const { open } = await call<{ open: number }>(page, 'get', `/products/${sample.product}/forecast`);
  await expect(field(page, 'Items')).toHaveValue(String(open));
  await expect(ask.getByRole('img', { name: new RegExp(`^${open} items: half likely`) })).toBeVisible();
  const before = await ask.getByRole('status').textContent();

  await field(page, 'Items').fill('30');
  await expect(ask.getByRole('img', { name: /^30 items: half likely by/ })).toBeVisible();
  await expect(ask.getByRole('status')).not.toHaveText(before!);
  await expect(page).toHaveURL(/items=30/);

  const told = await call<{ by: { likelihood: number; how_many: Record<string, number> } }>(page, 'get', `/products/${sample.product}/forecast/items?items=30&by=${ahead(14)}`);
  const likelihood = Math.round(told.by.likelihood * 100);
  await field(page, 'By').fill(ahead(14));
  await expect(ask).toContainText(new RegExp(`All 30 items by ${date.source}: ${likelihood}\\s%\\. By then at least: ${told.by.how_many[50]} \\(50\\s%\\), ${told.by.how_many[70]} \\(70\\s%\\)`));
  await expect(ask.locator('.chart-label')).toContainText(`${likelihood} % by`);

  await page.reload();
  await expect(field(page, 'Items')).toHaveValue('30');
  await expect(ask).toContainText('All 30 items by');

  // The same as a table.
  await ask.getByText('As a table').click();
  await expect(ask.getByRole('row').nth(2)).toContainText(/\d\s%/);
});

test('a wrong number is refused at its field, and so is a wrong day', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await onForecast(page, sample.product);
  const ask = part(page, 'Ask');
  await expect(ask.getByRole('status')).toContainText(date);
  for (const [wrong, why] of [['0', /1 to 1,000,000/], ['2000000', /1 to 1,000,000/], ['1.5', /whole number/], ['-3', /whole number/]] as const) {
    await field(page, 'Items').fill(wrong);
    await expect(field(page, 'Items')).toHaveAccessibleDescription(why);
    await expect(ask.getByRole('status')).toHaveCount(0);
  }
  await field(page, 'Items').fill('');
  await expect(ask).toContainText('Say how many items');
  await field(page, 'Items').fill('7');
  await expect(ask.getByRole('img', { name: /^7 items/ })).toBeVisible();
  for (const wrong of ['soon', '2027-02-31']) {
    await onForecast(page, sample.product, `?items=7&by=${wrong}`);
    await expect(field(page, 'By')).toHaveAccessibleDescription(/Say a day|Write a day/);
  }
  // So many are not done within the ten years that are looked at: said, not drawn.
  await onForecast(page, sample.product, '?items=1000000');
  await expect(ask.getByRole('status')).toContainText('1,000,000 items: not even half likely within ten years.');
  await expect(ask.locator('.chart')).toHaveCount(0);
});

test('how often it was right is said in words, when it can be', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const record = part(page, 'How often it was right');
  const past = { forecasts: 40, coverage: { 50: 0.55, 85: 0.85, 95: 0.975 }, true_by_85: 34, width_vs_naive: 1.352, naive_coverage: { 50: 0.41, 85: 0.68, 95: 0.8 }, tenths: [3, 5, 4, 6, 3, 4, 2, 5, 4, 4] };
  const answer = (backtest: unknown) => page.route('**/forecast/backtest', (route) => route.fulfill({ json: { backtest, fewest: 15 } }));

  await answer(past);
  await onForecast(page, sample.product);
  await expect(record).toContainText('Of 40 past forecasts made this way, 34 came true by their 85 % date.');
  await expect(record.getByRole('row', { name: '85 % 85 % 68 %' })).toBeVisible();
  await expect(record).toContainText('1.35 times as long as with plain resampling');
  await expect(record.getByRole('img', { name: /3 at 0–10 %/ })).toBeVisible();

  await answer({ ...past, forecasts: 9, true_by_85: 8 });
  await page.reload();
  await expect(record).toContainText('That is too few to say how often they do: 15 would be enough.');
  await expect(record.getByRole('img')).toHaveCount(0);

  await answer(null);
  await page.reload();
  await expect(record).toHaveText(/Of no past forecast is known yet whether it came true\.$/);
});

test('without enough history there is a sentence and no date', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const product = await newProduct(page);
  await call(page, 'post', `/products/${product}/items`, { kind: 'story', title: 'One' });
  await onForecast(page, product);
  const main = page.getByRole('main');
  await expect(main).toContainText('Not enough history: nothing was finished yet.');
  await expect(main).not.toContainText(/\d{1,2} \w{3,4} \d{4}/);
  await expect(part(page, 'Ask')).toHaveCount(0);
});

test('what others finish changes the forecast that is on the screen', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await onForecast(page, sample.product);
  const { open } = await call<{ open: number }>(page, 'get', `/products/${sample.product}/forecast`);
  await expect(part(page, 'When')).toContainText(`${open} open items`);
  await call(page, 'post', `/products/${sample.product}/items`, { kind: 'story', title: 'One more' });
  await expect(part(page, 'When')).toContainText(`${open + 1} open items`);
});

test('the roadmap and the sprint say what is likely, too', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_manager'));
  const { things } = await call<{ things: { reference: string; title: string; kind: string; planned: string | null; likelihood: number | null }[] }>(page, 'get', `/products/${sample.product}/forecast`);
  const risky = things.find(({ kind, likelihood }) => kind === 'initiative' && likelihood !== null && likelihood < 0.5)!;
  await page.goto(`/p/${sample.product}/roadmap`);
  const card = page.getByRole('listitem').filter({ hasText: risky.title });
  await expect(card).toContainText(/85\s% likely by \d/);
  await expect(card).toContainText(/▲ (under )?\d+\s% by \d/);
  await page.goto(`/p/${sample.product}/sprint?view=burndown`);
  await expect(page.getByText(/^(Not enough history: \d+ earlier sprints tell of this|\d+\s% likely to deliver all of it)/)).toBeVisible();
});

test('what if: something left out, another pace, days away', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await onForecast(page, sample.product);
  const [when, otherwise] = [part(page, 'When'), part(page, 'What if')];
  const rows = when.locator('.forecast-list').getByRole('listitem');
  await expect(rows.nth(1)).toBeVisible();
  const reference = (await rows.first().locator('.object-link-reference').textContent())!;
  // By the key, and back by the button.
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  await expect(otherwise.getByRole('status')).toContainText(/\d+ items then: \d+ days? sooner/);
  await expect(rows.filter({ hasText: reference })).toHaveCount(0);
  await expect(rows.first()).toContainText(/\d+ days? sooner/);
  await expect(page).toHaveURL(new RegExp(`without=${reference}`));
  await otherwise.getByRole('button', { name: `Take ${reference} in again` }).click();
  await expect(rows.filter({ hasText: reference })).toHaveCount(1);
  await expect(otherwise.getByRole('status')).toHaveCount(0);

  await field(page, 'Pace, in percent of today’s').fill('50');
  await expect(otherwise.getByRole('status')).toContainText(/\d+ days later/);
  await field(page, 'Pace, in percent of today’s').fill('5');
  await expect(field(page, 'Pace, in percent of today’s')).toHaveAccessibleDescription(/10 to 500/);
  await field(page, 'Pace, in percent of today’s').fill('');
  await field(page, 'Nobody works').fill('soon');
  await expect(field(page, 'Nobody works')).toHaveAccessibleDescription(/Say a day, or a first and a last one/);
  await field(page, 'Nobody works').fill(`${ahead(1)}..${ahead(30)}`);
  await expect(otherwise.getByRole('status')).toContainText(/\d+ days later/);
  await otherwise.getByRole('button', { name: 'As it is' }).click();
  await expect(field(page, 'Nobody works')).toHaveValue('');
  await expect(otherwise.getByRole('status')).toHaveCount(0);
});

test('what is chosen has its curve and its calendar, and a day of it its likelihood', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_manager'));
  const troubles = watch(page, sample.url);
  await onForecast(page, sample.product);
  const first = part(page, 'When').locator('.forecast-list').getByRole('listitem').first();
  const { things } = await call<{ things: { reference: string; title: string; when: Record<string, string> }[] }>(page, 'get', `/products/${sample.product}/forecast`);
  await expect(first).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  const asked = part(page, 'Ask');
  await expect(asked).toContainText(things[0]!.title);
  await expect(page).toHaveURL(new RegExp(`of=${things[0]!.reference}`));
  await expect(asked.getByRole('img', { name: /half likely by/ })).toBeVisible();
  // The day by which it is likely, on the calendar, and then the same day in the field.
  const day = things[0]!.when['85']!;
  const month = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(day));
  await asked.locator('.forecast-months > div').filter({ hasText: month }).locator('.forecast-day', { hasText: new RegExp(`^${Number(day.slice(8))}$`) }).click();
  await expect(field(page, 'By')).toHaveValue(day);
  await expect(asked).toContainText(/All of it by .*: 8[5-9]\s%/);
  await asked.getByRole('button', { name: `Without ${things[0]!.reference}` }).click();
  await expect(field(page, 'Items')).toBeVisible();
  expect(troubles).toEqual([]);
});

test('days off and teams are set by who may, and the forecast goes by them', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'scrum_master'));
  const troubles = watch(page, sample.url);
  const by = async () => (await call<{ when: Record<string, string> }>(page, 'get', `/products/${sample.product}/forecast`)).when['85']!;
  await page.goto(`/p/${sample.product}/settings?tab=teams`);
  await expect(page.getByText('No days off are noted.')).toBeVisible();
  const before = await by();
  await field(page, 'First day').fill(ahead(5));
  await field(page, 'Last day').fill(ahead(25));
  await field(page, 'What for').fill('Moving to another house');
  await page.getByRole('button', { name: 'Note', exact: true }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Moving to another house' })).toContainText('Everybody');
  const later = await by();
  expect(later > before).toBe(true);
  await page.getByRole('button', { name: /^Take back: everybody/ }).click();
  await expect(page.getByText('No days off are noted.')).toBeVisible();
  expect(await by()).toBe(before);
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Moving to another house' })).toBeVisible();
  await page.getByRole('button', { name: /^Take back: everybody/ }).click();
  await expect(page.getByText('No days off are noted.')).toBeVisible();

  for (const name of ['Blue', 'Green']) {
    await page.getByRole('button', { name: 'Team', exact: true }).click();
    await page.getByRole('textbox', { name: 'Team', exact: true }).last().fill(name);
  }
  await page.getByRole('group', { name: 'People of Blue' }).locator('.checkbox').first().click();
  await expect(page.getByRole('group', { name: 'People of Blue' }).getByRole('checkbox').first()).toBeChecked();
  await page.getByRole('button', { name: 'Save the teams' }).click();
  await expect(page.getByText('Teams saved')).toBeVisible();
  await page.goto(`/p/${sample.product}/forecast`);
  await expect(page.getByText(/The teams are told as one, as Blue cannot be by itself/)).toBeVisible();

  // An item says whose it is.
  await page.goto(`/p/${sample.product}/backlog`);
  await page.getByRole('row').nth(1).click();
  await page.keyboard.press('Enter');
  await page.locator('.item-facts').getByRole('button', { name: /^Team/ }).click();
  await page.getByRole('menuitemradio', { name: 'Green' }).click();
  await expect(page.locator('.item-facts').getByRole('button', { name: /^Team/ })).toContainText('Green');

  await page.goto(`/p/${sample.product}/settings?tab=teams`);
  for (const name of ['Blue', 'Green']) await page.getByRole('button', { name: `Remove ${name}` }).click();
  await page.getByRole('button', { name: 'Save the teams' }).click();
  const asks = page.getByRole('dialog', { name: 'Remove Blue and Green?' });
  await expect(asks).toContainText('This cannot be undone.');
  await asks.getByRole('button', { name: 'Remove' }).click();
  await expect(page.getByText('All work is one team’s.')).toBeVisible();
  expect(troubles).toEqual([]);
});
