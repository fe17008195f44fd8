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

test('a sprint that is over is closed, and a key result checked in on, where they are listed', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_manager'));
  // One person for both roles: all of it is theirs.
  const product = await newProduct(page);
  const objective = await call<{ id: string; reference: string }>(page, 'post', `/products/${product}/objectives`, { title: 'Nobody waits' });
  await call(page, 'post', `/objectives/${objective.id}/key-results`, { title: 'Seconds to pay', unit: 'number', baseline: 30, target: 10 });
  const item = await call<{ id: string }>(page, 'post', `/products/${product}/items`, { kind: 'story', title: 'Pay by card', place: { at: 'bottom' } });
  const sprint = await call<{ id: string }>(page, 'post', `/products/${product}/sprints`, { name: 'First', goal: 'Pay somehow', starts: '2020-01-06', ends: '2020-01-17' });
  await call(page, 'put', `/sprints/${sprint.id}/items/${item.id}`);
  await call(page, 'put', `/sprints/${sprint.id}/start`);

  await page.goto(`/p/${product}/home`);
  const row = (text: string) => page.getByRole('main').getByRole('listitem').filter({ hasText: text });
  await expect(row('is still running')).toBeVisible();
  await page.keyboard.press('Home');
  await page.keyboard.press('a');
  const close = page.getByRole('dialog', { name: 'Close First' });
  await close.getByText('Partly').click();
  await close.getByText('Backlog', { exact: true }).click();
  await page.keyboard.press('Control+Enter');
  await expect(said(page, 'First is closed')).toBeVisible();
  await expect(row('is still running')).toHaveCount(0);

  // Two weeks do not pass in a test: that the objective is listed is said here, all else is as it is.
  const { reference } = objective;
  let unread = true;
  await page.route(/\/api\/v1\/.*\/home$/, async (route) => {
    const answer = await route.fetch();
    const home = await answer.json() as { rows: object[]; sorts: object[] };
    const entry = { sort: 'check_in', object: { id: objective.id, reference, kind: 'objective', title: 'Nobody waits', state: 'active', category: null, archived: false }, version: null, title: 'Nobody waits', note: 'One key result has had no reading for 14 days or more.', since: '2020-01-20T08:00:00Z', blocks: 0, proposal: null, question: null, contradiction: null, drift: null };
    await route.fulfill({ response: answer, json: unread ? { ...home, rows: [entry, ...home.rows], sorts: [{ sort: 'check_in', listed: 1, more: 0 }, ...home.sorts] } : home });
  });
  await page.reload();
  await expect(row('no reading for 14 days')).toBeVisible();
  await page.keyboard.press('Home');
  await page.keyboard.press('a');
  const form = page.getByRole('dialog', { name: 'Check in' });
  await form.getByLabel('Value today').fill('21');
  unread = false;
  await page.keyboard.press('Control+Enter');
  await expect(said(page, `${reference}: checked in at 21`)).toBeVisible();
  await expect(row('no reading for 14 days')).toHaveCount(0);
  const now = await call<{ key_results: { current: number }[] }>(page, 'get', `/objectives/${objective.id}`);
  expect(now.key_results[0]!.current).toBe(21);
});
