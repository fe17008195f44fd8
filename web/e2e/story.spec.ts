import { resolve } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { call, choose, chooseFile, closePeek, drag, expect, password, peek, pick, said, signIn, test } from './fixtures';
import { Server } from './server';

// The main job from the first visit to the customer who is told: one server, one story, told in order.
test.describe.configure({ mode: 'serial' });

const export1 = resolve('../areas/interchange/fixtures/jira_en.csv');
/** Two months later: one title has changed, six stories are new. */
const export2 = [
  'Summary,Issue key,Issue id,Issue Type,Status,Custom field (Epic Link)',
  'Checkout 🛒,LAN-1,20001,Epic,In Progress,',
  'Compare three payment providers,LAN-4,20004,Spike,To Do,',
  'Refund in one step,LAN-11,20011,Story,To Do,LAN-1',
  'Remember the address,LAN-12,20012,Story,To Do,LAN-1',
  'Show the price with taxes,LAN-13,20013,Story,To Do,LAN-1',
  'Send the receipt by mail,LAN-14,20014,Story,To Do,LAN-1',
  'Pay later,LAN-15,20015,Story,To Do,LAN-1',
  'Round the sums,LAN-16,20016,Bug,To Do,',
].join('\n');
const mira = 'mira@lantern.example';
const tomas = 'tomas@lantern.example';

let server: Server;
let context: BrowserContext;
let page: Page;
let invitation: string;

const row = (title: string) => page.getByRole('row').filter({ hasText: title });
const result = () => page.getByRole('region', { name: 'Result' });
const dialog = () => page.getByRole('dialog');

/** By the navigation, on whichever desk the page lies. */
async function goTo(name: string): Promise<void> {
  const nav = page.getByRole('navigation', { name: 'Product', exact: true });
  const desk = ['Vision', 'Objectives', 'Discovery', 'Feedback', 'Roadmap'].includes(name) ? 'Strategy' : 'Delivery';
  if (await nav.getByRole('link', { name }).count() === 0) await nav.getByRole('radio', { name: desk }).click();
  await nav.getByRole('link', { name }).click();
  await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toContainText(name === 'The line' ? 'The line' : new RegExp(name, 'i'));
}

test.beforeAll(async ({ browser }) => {
  server = await Server.start('serve');
  context = await browser.newContext();
  page = await context.newPage();
});
test.afterAll(async () => {
  await context.close();
  await server.stop();
});

test('the first visit sets it up with the code of the console', async () => {
  const address = /http\S+\/setup#code=\S+/.exec(server.said)![0];
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'Set up' })).toBeVisible();
  await expect(page.getByLabel('Setup code')).toBeVisible();
  await page.goto(address);
  await page.getByLabel('Organisation').fill('Lantern');
  await page.getByLabel('Name').nth(0).fill('Mira Holt');
  await page.getByLabel('E-mail').fill(mira);
  await page.getByLabel('Password').fill(password);
  await page.getByLabel('Name').nth(1).fill('Lantern');
  await page.getByLabel('Key').fill('LAN');
  const roles = page.getByRole('group', { name: 'Your roles' });
  for (const role of ['Scrum master', 'Developer']) await roles.getByText(role, { exact: true }).click();
  await page.getByRole('button', { name: 'Somebody' }).click();
  await page.getByLabel('Name').nth(2).fill('Tomas Ek');
  await page.getByLabel('E-mail').nth(1).fill(tomas);
  await page.getByRole('button', { name: 'Begin' }).click();
  await expect(page.getByRole('heading', { name: 'Invite your team' })).toBeVisible();
  invitation = (await page.getByText(/\/invitation/).textContent())!;
  await page.getByRole('button', { name: 'Go to work' }).click();
  await expect(page.getByRole('navigation', { name: 'Product', exact: true })).toContainText('Mira Holt');
});

test('signing out and in again', async () => {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Email').fill(mira);
  await page.getByLabel('Password').fill('not this one at all');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Product', exact: true })).toContainText('Mira Holt');
});

test('a colleague comes in by invitation', async ({ browser }) => {
  const other = await browser.newContext();
  const his = await other.newPage();
  await his.goto(invitation);
  await his.getByLabel('Password').fill(password);
  await his.getByLabel('The same again').fill(password);
  await his.getByRole('button', { name: 'Come in' }).click();
  await expect(his.getByRole('navigation', { name: 'Product', exact: true })).toContainText('Tomas Ek');
  await other.close();
});

test('a file that a spreadsheet saved in another encoding is read once it is said which', async () => {
  await page.getByRole('link', { name: 'Import' }).click();
  await chooseFile(page, { name: 'latin.csv', mimeType: 'text/csv', buffer: Buffer.from('Summary,Issue key,Assignee\nPay,LAN-1,Zoë Ek\n', 'latin1') });
  const review = page.getByRole('region', { name: 'Review' });
  await expect(review.getByRole('alert')).toContainText('Row 2, column 3 (Assignee) is not text in UTF-8');
  await review.getByLabel('How is the text in this file written?').selectOption('windows-1252');
  await review.getByRole('tab', { name: /^People/ }).click();
  await expect(review.getByRole('row', { name: /Zoë Ek/ })).toBeVisible();
  await review.getByRole('button', { name: 'Choose another' }).click();
  await expect(page.getByRole('button', { name: 'Choose a file…' })).toBeVisible();
});

test('a Jira export is looked at, imported, unchanged the second time, undone and imported again', async () => {
  await page.getByRole('link', { name: 'Import' }).click();
  await chooseFile(page, export1);
  const review = page.getByRole('region', { name: 'Review' });
  await expect(review.getByRole('status').first()).toContainText('6 rows: 4 new, 2 rejected');
  await expect(review.getByRole('row', { name: /Summary/ })).toContainText('Understood');
  await review.getByRole('tab', { name: /^People/ }).click();
  await review.getByRole('button', { name: /^Take all 2 suggestions/ }).click();
  await expect(review.getByLabel('Who Tomas Ek is')).toHaveValue(/.+/);
  await review.getByRole('tab', { name: /^States/ }).click();
  await expect(review.getByRole('row', { name: /Awaiting QA/ })).toContainText('New');
  await review.getByRole('tab', { name: /^Findings/ }).click();
  await expect(review.getByRole('region', { name: /^Rejected rows/ })).toContainText(/row 8/);
  await review.getByRole('button', { name: 'Import 4 rows' }).click();
  await expect(result()).toContainText('4 new');

  await page.getByRole('button', { name: 'Import another file' }).click();
  await chooseFile(page, export1);
  await expect(review.getByRole('status').first()).toContainText('4 as they are');
  await expect(review.getByRole('button', { name: 'Nothing to import' })).toBeDisabled();

  await page.getByRole('button', { name: 'Undo…' }).click();
  await page.getByRole('button', { name: 'Undo the import' }).click();
  await expect(page.getByText(/^Undone/).first()).toBeVisible();
  await goTo('Backlog');
  await expect(page.getByText('Nothing is in it yet')).toBeVisible();

  await goTo('Import');
  await chooseFile(page, export1);
  await review.getByRole('button', { name: /^Import 4 rows/ }).click();
  await expect(result()).toBeVisible();
  await page.getByRole('link', { name: 'Go to the backlog' }).click();
  await row('Pay by card').getByRole('link').click();
  await expect(peek(page).getByRole('region', { name: 'Kept from the import' })).toContainText('Blue');
});

test('a later export of the same project adds and updates only what differs', async () => {
  await goTo('Import');
  await chooseFile(page, { name: 'later.csv', mimeType: 'text/csv', buffer: Buffer.from(export2) });
  const review = page.getByRole('region', { name: 'Review' });
  await expect(review.getByRole('status').first()).toContainText('6 new, 1 changed');
  await review.getByRole('button', { name: 'Import 7 rows' }).click();
  await expect(result()).toContainText('6 new');
  await page.getByRole('link', { name: 'Go to the backlog' }).click();
  await expect(row('Compare three payment providers')).toBeVisible();
  await row('Refund in one step').getByRole('link').click();
  await expect(peek(page).getByRole('region', { name: 'Breakdown' })).toContainText(/Part of.*Checkout/);
});

test('the vision is written and published', async () => {
  await goTo('Vision');
  await page.getByRole('button', { name: 'Write the vision' }).click();
  const write = (part: string, text: string) => page.getByRole('textbox', { name: part, exact: true }).fill(text);
  await write('Vision', 'Nobody waits at a till.');
  await write('Target group', 'Small shops with a counter and a web shop.');
  await write('Needs', 'Be paid at once, and know that it is right.');
  await page.getByRole('button', { name: 'Publish…' }).click();
  await dialog().getByRole('button', { name: 'Publish' }).click();
  await expect(said(page, 'Version 1 of the vision is published')).toBeVisible();
  await expect(page.getByRole('article', { name: 'Product vision board' })).toContainText('Nobody waits at a till.');
});

test('an objective gets a key result, and a check-in moves it', async () => {
  await goTo('Objectives');
  await page.getByRole('button', { name: 'Write the first objective' }).click();
  await dialog().getByRole('textbox', { name: 'Objective' }).fill('Guests finish paying');
  await dialog().getByRole('textbox', { name: 'Period' }).fill('Q4 2026');
  await dialog().getByRole('button', { name: 'Create' }).click();
  await expect(peek(page)).toContainText('Guests finish paying');
  await peek(page).getByRole('region', { name: 'Key results' }).getByRole('button', { name: 'Key result' }).click();
  await dialog().getByRole('textbox', { name: 'Key result' }).fill('Carts that end in a payment');
  await choose(dialog(), 'Measured as', 'Percent');
  await dialog().getByRole('spinbutton', { name: 'Baseline' }).or(dialog().getByLabel('Baseline')).fill('40');
  await dialog().getByLabel('Target').fill('60');
  await dialog().getByRole('button', { name: 'Add' }).click();
  const objective = page.getByRole('article', { name: 'Guests finish paying' });
  await expect(objective).toContainText('40 %');
  await objective.getByRole('button', { name: 'Check in' }).click();
  await dialog().getByLabel('Value today').fill('50');
  await choose(dialog(), 'Confidence', '7 of 10');
  await dialog().getByRole('textbox', { name: 'What happened?' }).fill('The card form is shorter.');
  await dialog().getByRole('button', { name: 'Check in' }).click();
  await expect(said(page, 'checked in at 50 %')).toBeVisible();
  await expect(objective).toContainText('On track');
  await expect(objective.getByLabel('50 % of the way').first()).toBeVisible();
});

test('an opportunity is written down under the objective', async () => {
  await goTo('Discovery');
  await page.getByRole('button', { name: 'Write down the first opportunity' }).click();
  await dialog().getByRole('textbox', { name: 'Opportunity' }).fill('I leave when the form asks too much');
  await choose(dialog(), 'Leads to the objective', 'Guests finish paying');
  await dialog().getByRole('button', { name: 'Create' }).click();
  await expect(peek(page)).toContainText('I leave when the form asks too much');
  await expect(page.getByRole('main').getByRole('region', { name: 'Guests finish paying' })).toContainText('I leave when the form asks too much');
});

test('initiatives stand on the roadmap and are moved by hand and by key', async () => {
  await goTo('Roadmap');
  await page.getByRole('button', { name: 'Put the first initiative on it' }).click();
  await dialog().getByRole('textbox', { name: 'Initiative' }).fill('One-page checkout');
  await dialog().getByRole('textbox', { name: 'Problem' }).fill('Five pages, and half of the guests leave on the third.');
  await dialog().getByRole('textbox', { name: 'Outcome' }).fill('Six of ten carts end in a payment.');
  await dialog().getByRole('textbox', { name: 'Starts' }).fill('Q4 2026');
  await choose(dialog(), 'Serves the objective', 'Guests finish paying');
  await choose(dialog(), 'Addresses the opportunity', 'I leave when the form asks too much');
  await dialog().getByRole('button', { name: 'Create' }).click();
  const lane = (name: string) => page.getByRole('region', { name: new RegExp(`^${name},`) });
  await expect(lane('Now').getByRole('listitem').filter({ hasText: 'One-page checkout' })).toContainText('Guests finish paying');

  await closePeek(page);
  await lane('Later').getByRole('button', { name: 'New initiative in Later' }).click();
  await dialog().getByRole('textbox', { name: 'Initiative' }).fill('Pay by invoice');
  await dialog().getByRole('button', { name: 'Create' }).click();
  await closePeek(page);
  const invoice = lane('Later').getByRole('listitem').filter({ hasText: 'Pay by invoice' });
  const next = (await lane('Next').boundingBox())!;
  await drag(page, invoice, { x: next.x + next.width / 2, y: next.y + 80 });
  await expect(lane('Next')).toContainText('Pay by invoice');
  await expect(said(page, 'moved to Next')).toBeVisible();
  await lane('Next').getByRole('listitem').filter({ hasText: 'Pay by invoice' }).focus();
  await page.keyboard.press('m');
  await page.getByRole('menuitem', { name: 'Top of Now' }).click();
  await expect(lane('Now').getByRole('listitem').first()).toContainText('Pay by invoice');
  await page.keyboard.press('Alt+ArrowDown');
  await expect(lane('Now').getByRole('listitem').last()).toContainText('Pay by invoice');
  await page.reload();
  await expect(lane('Now').getByRole('listitem')).toHaveText([/One-page checkout/, /Pay by invoice/]);
});

test('what customers said is recorded and linked to what it asks for', async () => {
  await goTo('Feedback');
  await page.getByRole('button', { name: 'Add feedback' }).first().click();
  await dialog().getByRole('textbox', { name: 'What was said, word for word' }).fill('I typed my card number twice and then I left.');
  await dialog().getByRole('combobox', { name: 'Customer' }).fill('Hallberg Tea');
  await page.keyboard.press('Tab');
  await choose(dialog(), 'How much it matters to them', /^5/);
  await dialog().getByRole('button', { name: /^Add\b/ }).click();
  await expect(peek(page)).toContainText('I typed my card number twice');
  await peek(page).getByRole('button', { name: 'Link to what it asks for…' }).click();
  await pick(page, 'Pay by card');
  await expect(said(page, 'is triaged')).toBeVisible();
  await expect(peek(page)).toContainText('Pay by card');

  await page.getByRole('button', { name: 'Add feedback' }).first().click();
  await dialog().getByRole('textbox', { name: 'What was said, word for word' }).fill('One page, please. I shop on the train.');
  await dialog().getByRole('combobox', { name: 'Customer' }).fill('Nordlys Cycles');
  await page.keyboard.press('Tab');
  await dialog().getByRole('button', { name: /^Add\b/ }).click();
  await expect(peek(page)).toContainText('One page, please');
  await peek(page).getByRole('button', { name: 'Link to what it asks for…' }).click();
  await pick(page, 'One-page checkout');
  await expect(peek(page)).toContainText('One-page checkout');
});

test('imported work is linked to the initiative, one by one and several at once', async () => {
  await goTo('Backlog');
  await row('Checkout 🛒').getByRole('link').click();
  await peek(page).getByRole('button', { name: 'Why: Link a why' }).click();
  await pick(page, 'One-page checkout');
  await expect(said(page, /linked to LAN-/)).toBeVisible();
  const why = peek(page).getByRole('list', { name: 'Why: from the vision to here' });
  await expect(why.getByRole('listitem')).toContainText([/Vision.*Nobody waits/s, /Objective.*Guests finish paying/s, /Initiative.*One-page checkout/s, /Epic.*Checkout/s]);

  await closePeek(page);
  await row('Round the sums').getByRole('link').click();
  await closePeek(page);
  await page.keyboard.press('x');
  await row('Compare three payment providers').getByRole('link').click();
  await closePeek(page);
  await page.keyboard.press('x');
  await expect(page.getByText('2 selected')).toBeVisible();
  await page.keyboard.press('l');
  await pick(page, 'One-page checkout');
  await expect(said(page, '2 items linked')).toBeVisible();
  await expect(row('Round the sums')).not.toContainText('No why');
  await page.keyboard.press('Escape');
});

test('the backlog is ordered by hand, by key and by number; a step is undone and done again', async () => {
  const order = page.getByRole('grid', { name: 'Backlog, in order' }).getByRole('link');
  const as = (...titles: string[]) => expect(order).toHaveText([/^Checkout/, ...titles]);
  const rest = ['Refund in one step', 'Remember the address', 'Show the price with taxes', 'Send the receipt by mail', 'Pay later'];
  await as('Pay by card', 'Compare three payment providers', ...rest, 'Round the sums');
  const target = (await row('Pay by card').boundingBox())!;
  await drag(page, row('Round the sums'), { x: target.x + 300, y: target.y + 2 });
  await as('Round the sums', 'Pay by card', 'Compare three payment providers', ...rest);
  await expect(said(page, 'moved to rank 2')).toBeVisible();

  await row('Compare three payment providers').getByRole('link').click();
  await closePeek(page);
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Alt+ArrowDown');
  const lower = ['Round the sums', 'Pay by card', 'Refund in one step', 'Remember the address', 'Compare three payment providers', ...rest.slice(2)];
  await as(...lower);
  await page.keyboard.press('Control+z');
  await as('Round the sums', 'Pay by card', 'Compare three payment providers', ...rest);
  await page.keyboard.press('Control+Shift+z');
  await as(...lower);

  await page.keyboard.press('m');
  await pick(page, '9');
  const last = ['Round the sums', 'Pay by card', ...rest, 'Compare three payment providers'];
  await as(...last);
  await expect(said(page, 'moved to rank 9')).toBeVisible();
  await page.reload();
  await as(...last);
});

test('the backlog is filtered, and the filter can be sent to somebody', async () => {
  const filter = page.getByRole('searchbox', { name: 'Filter by title or key' });
  await filter.fill('receipt');
  await expect(page.getByRole('main')).toContainText('1 item of 9');
  await expect(page).toHaveURL(/q=receipt/);
  await filter.fill('');
  await page.getByRole('button', { name: 'Assignee' }).click();
  await page.getByRole('menuitem', { name: 'Tomas Ek' }).click();
  await expect(page.getByRole('grid').getByRole('link')).toHaveText(['Pay by card']);
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await page.getByRole('button', { name: 'Kind' }).click();
  await page.getByRole('menuitem', { name: 'Bug' }).click();
  await expect(page.getByRole('grid').getByRole('link')).toHaveText(['Round the sums']);
  await page.goto(page.url());
  await expect(page.getByRole('grid').getByRole('link')).toHaveText(['Round the sums']);
  await filter.fill('nothing like this');
  await expect(page.getByText('No item matches this filter.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filter' }).last().click();
  await expect(page.getByRole('main')).toContainText('9 items');
});

test('a story and its criteria are edited in the side panel, and it is estimated', async () => {
  await row('Refund in one step').getByRole('link').click();
  const panel = peek(page);
  await panel.getByRole('button', { name: 'edit title' }).click();
  await panel.getByRole('textbox', { name: 'Title' }).fill('Refund with one press');
  await page.keyboard.press('Enter');
  await expect(row('Refund with one press')).toBeVisible();
  await panel.getByRole('button', { name: 'Edit description' }).click();
  await panel.getByRole('textbox', { name: 'Description' }).fill('A clerk gives the money **back** at the counter.');
  await panel.getByRole('button', { name: /^Save/ }).click();
  await expect(panel.getByRole('region', { name: 'Description' }).locator('strong')).toHaveText('back');

  const criteria = panel.getByRole('region', { name: 'Acceptance criteria' });
  for (const text of ['Given a paid order, when I press Refund, then the money is on its way', 'The customer gets a mail', 'It rings a bell']) {
    await criteria.getByRole('textbox', { name: 'New criterion' }).fill(text);
    await page.keyboard.press('Enter');
    await expect(criteria.getByRole('listitem').filter({ hasText: text })).toBeVisible();
  }
  await criteria.getByRole('button', { name: /^The customer gets a mail/ }).click();
  await criteria.getByRole('textbox', { name: 'Criterion', exact: true }).fill('The customer gets a mail within a minute');
  await page.keyboard.press('Enter');
  await expect(criteria.getByRole('listitem').nth(1)).toContainText('within a minute');
  await criteria.getByRole('listitem').filter({ hasText: 'bell' }).getByRole('button', { name: /^More about/ }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect(criteria.getByRole('heading')).toHaveText('Acceptance criteria · 0 of 2');

  await panel.getByRole('button', { name: 'Estimate: No estimate' }).click();
  await pick(page, '3');
  await expect(row('Refund with one press')).toContainText('3');
  for (const [title, points] of [['Remember the address', '2'], ['Show the price with taxes', '8']] as const) {
    await row(title).getByRole('link').click();
    await page.keyboard.press('e');
    await pick(page, points);
    await expect(panel.getByRole('button', { name: `Estimate: ${points} points` })).toBeVisible();
  }
  await expect(panel.getByRole('region', { name: 'History' })).toContainText('estimated: points 8');
});

test('a sprint is planned: the goal, the days, and what the team takes on', async () => {
  await goTo('Planning');
  const days = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);
  await page.getByRole('button', { name: 'Plan the first sprint' }).click();
  await dialog().getByRole('textbox', { name: 'Goal' }).fill('A guest can pay and get the money back.');
  await dialog().getByLabel('Starts').fill(days(0));
  await dialog().getByLabel('Ends').fill(days(11));
  await dialog().getByLabel('Capacity in points').fill('20');
  await choose(dialog(), 'Serves the objective', 'Guests finish paying');
  await dialog().getByRole('button', { name: /^Create/ }).click();
  const [backlog, sprint] = [page.getByRole('region', { name: 'Backlog' }), page.getByRole('region', { name: 'Sprint 1' })];
  const item = (pane: typeof sprint, title: string) => pane.getByRole('listitem').filter({ hasText: title });
  await expect(sprint).toContainText('A guest can pay and get the money back.');

  await item(backlog, 'Pay by card').getByRole('button', { name: /into the sprint/ }).click();
  await expect(item(sprint, 'Pay by card')).toBeVisible();
  await item(backlog, 'Refund with one press').focus();
  await page.keyboard.press('i');
  await expect(item(sprint, 'Refund with one press')).toBeVisible();
  for (const title of ['Remember the address', 'Show the price with taxes']) {
    const pane = (await sprint.boundingBox())!;
    await drag(page, item(backlog, title), { x: pane.x + pane.width / 2, y: pane.y + 300 });
    await expect(item(sprint, title)).toBeVisible();
  }
  await expect(sprint).toContainText('18 of 20 points');

  await page.getByRole('button', { name: 'New sprint' }).click();
  await dialog().getByRole('button', { name: /^Create/ }).click();
  await choose(page, /Sprint/, 'Sprint 1');
  await page.getByRole('button', { name: 'Start…' }).click();
  await expect(dialog()).toContainText('4 items with 18 points');
  await dialog().getByRole('button', { name: 'Start the sprint' }).click();
  await expect(said(page, 'Sprint 1 has started')).toBeVisible();
});

test('on the board cards are moved by hand and by key', async () => {
  await goTo('Sprint');
  await expect(page.getByRole('main')).toContainText('A guest can pay and get the money back.');
  const column = (name: string) => page.getByRole('region', { name, exact: true });
  const card = (title: string) => page.getByRole('main').getByRole('listitem').filter({ hasText: title });
  const target = (await column('In progress').boundingBox())!;
  await drag(page, card('Refund with one press'), { x: target.x + target.width / 2, y: target.y + 200 });
  await expect(column('In progress')).toContainText('Refund with one press');
  await expect(said(page, 'is in progress')).toBeVisible();
  await card('Refund with one press').focus();
  await page.keyboard.press('s');
  await pick(page, 'Done');
  await expect(column('Done')).toContainText('Refund with one press');
  await card('Remember the address').focus();
  await page.keyboard.press((await column('In progress').getByText(/^\d$/).last().textContent())!);
  await expect(column('In progress')).toContainText('Remember the address');
  await page.reload();
  await expect(column('Done')).toContainText('Refund with one press');
  await expect(column('In progress')).toContainText('Remember the address');
  await expect(page.getByRole('complementary', { name: 'Burndown' }).getByRole('figure')).toBeVisible();
});

test('what is finished is accepted, criterion by criterion', async () => {
  await page.getByRole('main').getByRole('listitem').filter({ hasText: 'Refund with one press' }).getByRole('link').click();
  const criteria = peek(page).getByRole('region', { name: 'Acceptance criteria' });
  const criterion = (text: string) => criteria.getByRole('listitem').filter({ hasText: text });
  await criteria.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(said(page, 'Given a paid order')).toBeVisible();

  await criterion('Given a paid order').getByRole('button', { name: 'Accept this criterion' }).click();
  await expect(criterion('Given a paid order')).toContainText('Accepted by Mira Holt');
  await criterion('within a minute').getByRole('button', { name: 'Return it with a reason' }).click();
  await dialog().getByRole('textbox', { name: 'What is missing?' }).fill('It took an hour.');
  await dialog().getByRole('button', { name: 'Return it' }).click();
  await expect(criterion('within a minute')).toContainText('Returned: It took an hour.');
  await criterion('within a minute').getByRole('button', { name: 'Accept this criterion' }).click();
  await expect(criteria.getByRole('heading')).toHaveText('Acceptance criteria · 2 of 2');
  await criteria.getByRole('button', { name: 'Accept', exact: true }).click();
  await expect(said(page, 'accepted')).toBeVisible();
  await closePeek(page);
  await expect(page.getByRole('region', { name: 'Done', exact: true })).toContainText('Accepted');
});

test('the sprint is closed with a verdict, and every unfinished item goes where it is sent', async () => {
  await page.getByRole('button', { name: 'Close…' }).click();
  const submit = dialog().getByRole('button', { name: 'Close the sprint' });
  await dialog().getByText('Partly', { exact: true }).click();
  await dialog().getByRole('textbox', { name: 'In a sentence: why?' }).fill('The money comes back; paying is still slow.');
  await expect(dialog()).toContainText('Not finished: 3 items');
  await expect(submit).toBeDisabled();
  await dialog().getByRole('button', { name: 'All to the backlog' }).click();
  await dialog().getByRole('listitem').filter({ hasText: 'Pay by card' }).getByText('Sprint 2').click();
  await expect(dialog()).toContainText('3 of 3 decided');
  await submit.click();
  await expect(said(page, 'Sprint 1 is closed')).toBeVisible();
  const closed = page.getByRole('list', { name: 'All sprints' }).getByRole('listitem').filter({ hasText: 'Sprint 1' });
  await expect(closed).toContainText('3 of 18 points');
  await expect(closed).toContainText('paying is still slow');
  await expect(closed).toContainText('Goal partly met');
  await closed.getByRole('link').click();
  await expect(peek(page).getByRole('figure')).toBeVisible();
  await goTo('Planning');
  await expect(page.getByRole('region', { name: 'Sprint 2' })).toContainText('Pay by card');
});

test('what is accepted ships in a release, and who asked is told', async () => {
  await goTo('Releases');
  await page.getByRole('button', { name: 'Plan the first release' }).click();
  await dialog().getByRole('textbox', { name: 'Name' }).fill('1.0');
  await dialog().getByRole('button', { name: 'Create' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('1.0');
  await page.getByRole('button', { name: 'Add what is done' }).click();
  await dialog().getByText('Refund with one press').click();
  await dialog().getByRole('button', { name: 'Add 1 item' }).click();
  await expect(page.getByRole('list', { name: 'Contents' })).toContainText('Refund with one press');
  // Its epic delivers the initiative that a customer asked for.
  await page.getByRole('tab', { name: 'To be told 1' }).click();
  await expect(page.getByRole('main')).toContainText('They can be told when the release has shipped.');
  await page.getByRole('button', { name: 'Ship…' }).click();
  await dialog().getByRole('button', { name: 'Ship it' }).click();
  await expect(said(page, '1.0 has shipped')).toBeVisible();

  await expect(page.getByRole('main')).toContainText('Nordlys Cycles');
  await page.getByText(/^All 1 person still to tell/).click();
  await page.getByRole('button', { name: 'Tell 1 person…' }).click();
  await dialog().getByRole('textbox', { name: 'What you tell them' }).fill('You asked for one page: here it is.');
  await expect(dialog().getByRole('region', { name: 'Preview' })).toContainText('Nordlys Cycles');
  await dialog().getByRole('button', { name: 'Record as told' }).click();
  await expect(said(page, '1 person told about 1.0')).toBeVisible();
  await page.getByRole('tab', { name: 'Told 1' }).click();
  await expect(page.getByRole('tabpanel')).toContainText('You asked for one page: here it is.');
});

test('the line leads from the vision to who was told, and back', async () => {
  await page.getByRole('tab', { name: /^Contents/ }).click();
  await page.getByRole('list', { name: 'Contents' }).getByRole('link', { name: 'Refund with one press' }).click();
  const stops = (name: string) => peek(page).getByRole('list', { name }).getByRole('listitem');
  await expect(stops('Why: from the vision to here')).toContainText([/Vision/, /Objective/, /Initiative/, /Epic/, /Story/]);
  await expect(stops('Why: from the vision to here').first()).toContainText('Nobody waits at a till.');
  const outcome = peek(page).getByRole('region', { name: 'What came of it?' });
  await expect(outcome).toContainText('1.0');
  await expect(outcome).toContainText('1 person asked; 1 told');
  await closePeek(page);

  await goTo('The line');
  const main = page.getByRole('main');
  for (const text of ['Nobody waits at a till.', 'Guests finish paying', 'I leave when the form asks too much', 'One-page checkout', 'Checkout', '1.0', '1 told']) await expect(main).toContainText(text);
  await expect(page.getByRole('region', { name: 'Coverage' })).toContainText(/Open work/);
  await main.getByText('Outline', { exact: true }).click();
  await expect(main.getByRole('tree').or(main.getByRole('list')).first()).toContainText('Nobody waits at a till.');
});

test('who may not decide proposes to who does, and the server says the same', async ({ browser }) => {
  const his = await browser.newContext({ baseURL: server.url });
  await signIn(his.request, tomas, password);
  const desk = await his.newPage();
  await desk.goto('/p/LAN/backlog');
  const first = desk.getByRole('grid', { name: 'Backlog, in order' });
  await first.focus();
  await desk.keyboard.press('Alt+ArrowDown');
  await expect(said(desk, 'Proposed to Mira Holt: Move LAN-')).toBeVisible();
  const items = await call<{ rows: { id: string }[] }>(desk, 'get', '/products/LAN/items');
  const refused = await his.request.put(`/api/v1/items/${items.rows[0]!.id}/rank`, { data: { at: 'top' }, headers: { 'sec-fetch-site': 'same-origin' } });
  expect(refused.status()).toBe(403);
  expect(await refused.json()).toMatchObject({ type: '/problems/not-yours-to-decide', decision: 'order', deciders: [{ role: 'product_owner', people: ['Mira Holt'] }] });
  await his.close();
});
