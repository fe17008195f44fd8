import { call, expect, holder, newProduct, said, test } from './fixtures';

test('what needs somebody is settled in place, one key each, until nothing is left', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const product = await newProduct(page);
  const item = await call<{ reference: string; version: number }>(page, 'post', `/products/${product}/items`, { kind: 'story', title: 'Pay by card', place: { at: 'bottom' } });
  await call(page, 'patch', `/items/${item.reference}`, { blocked_reason: 'Waits for the bank' }, { 'If-Match': `"${item.version}"` });
  await call(page, 'post', `/products/${product}/questions`, { title: 'Which cards?', role: 'product_owner' });
  await call(page, 'post', `/products/${product}/feedback`, { body: 'I want a receipt' });
  await call(page, 'post', `/products/${product}/feedback`, { body: 'Colour it green' });
  const initiative = await call<{ id: string }>(page, 'post', `/products/${product}/initiatives`, { title: 'Pay anywhere', lane: 'now', ends: '2099-Q4' });
  await call(page, 'post', `/products/${product}/promises`, { title: 'Cards by spring', audience: 'Shops', due: '2099-Q1', about: initiative.id });

  await call(page, 'post', `/products/${product}/promises`, { title: 'Cash by autumn', audience: 'Shops', due: '2020-Q3' });

  await page.goto(`/p/${product}/home`);
  const rows = page.getByRole('main').getByRole('listitem');
  const row = (text: string) => rows.filter({ hasText: text });
  await expect(rows).toHaveCount(6);
  await expect(row('Promise earlier than the plan')).toBeVisible();
  const here = page.locator('.home-row[aria-current=true]');
  /** Walks to a row by key. */
  const onto = async (text: string) => {
    await page.keyboard.press('Home');
    for (let step = 0; step < 7 && !((await here.textContent()) ?? '').includes(text); step += 1) await page.keyboard.press('j');
    await expect(here).toContainText(text);
  };

  await onto('Pay by card');
  await page.keyboard.press('a');
  await expect(said(page, 'is no longer blocked')).toBeVisible();
  await expect(row('Pay by card')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(row('Waits for the bank')).toBeVisible();
  await onto('Pay by card');
  await page.keyboard.press('a');
  await expect(row('Pay by card')).toHaveCount(0);

  await onto('Which cards?');
  await page.keyboard.press('a');
  await page.getByRole('dialog').getByLabel('Answer').fill('All of them');
  await page.keyboard.press('Control+Enter');
  await expect(row('Which cards?')).toHaveCount(0);

  await onto('I want a receipt');
  await page.keyboard.press('a');
  await expect(said(page, 'is triaged')).toBeVisible();
  await onto('Colour it green');
  await page.keyboard.press('d');
  await page.getByRole('dialog').getByLabel('Why not?').fill('Blue is the brand');
  await page.keyboard.press('Control+Enter');
  await expect(said(page, 'is declined')).toBeVisible();

  await onto('Cash by autumn');
  await page.keyboard.press('d');
  await expect(said(page, 'is broken')).toBeVisible();
  await expect(row('Cash by autumn')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(row('Cash by autumn')).toBeVisible();
  await onto('Cash by autumn');
  await page.keyboard.press('a');
  await expect(said(page, 'is kept')).toBeVisible();

  await onto('Promise earlier than the plan');
  await page.keyboard.press('a');
  await page.getByRole('dialog').getByLabel('Why it may stand').fill('The shops know');
  await page.keyboard.press('Control+Enter');
  await expect(said(page, /Accepted until/)).toBeVisible();
  await expect(page.getByRole('main')).toContainText('Nothing needs you today.');
});
