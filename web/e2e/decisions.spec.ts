import type { Page } from '@playwright/test';
import { call, choose, closePeek, expect, holder, peek, pick, said, test } from './fixtures';
import { watch } from './watch';

interface Proposed { id: string; reference: string; title: string; to: string }
interface Item { id: string; reference: string; title: string; body: string; version: number; criteria: { text: string }[] }

/** An open item of the sample that no other test of this file has. */
const takenItems = new Set<string>();
async function anItem(page: Page, product: string): Promise<Item> {
  const { rows } = await call<{ rows: { reference: string; kind: string }[] }>(page, 'get', `/products/${product}/items?limit=60`);
  const { reference } = rows.find((row) => row.kind === 'story' && !takenItems.has(row.reference))!;
  takenItems.add(reference);
  return call(page, 'get', `/items/${reference}`);
}

/** Proposes another title and text, as an agent or a page does: by the header. */
function proposeWords(page: Page, item: Item, words: { title?: string; body?: string }): Promise<Proposed> {
  return call(page, 'patch', `/items/${item.reference}`, words, { Prefer: 'propose', 'If-Match': `"${item.version}"` });
}

const shown = (page: Page, { reference }: { reference: string }) => page.getByRole('region', { name: `What ${reference} would change` });
const row = (page: Page, title: string) => page.getByRole('main').getByRole('listitem').filter({ has: page.getByRole('button', { name: title }) });
const stateOf = async (page: Page, { id }: Proposed) => (await call<{ state: string }>(page, 'get', `/proposals/${id}`)).state;

async function onProposal(page: Page, product: string, proposal: Proposed): Promise<void> {
  await page.goto(`/p/${product}/decisions?proposal=${proposal.reference}`);
  await expect(shown(page, proposal)).toBeVisible();
}

test('a part of a proposal is accepted by key, with another value, and stands in the log', async ({ sample, signedIn }) => {
  const developer = await signedIn(holder(sample, 'developer'));
  const item = await anItem(developer, sample.product);
  const made = await proposeWords(developer, item, { title: `${item.title}, soon`, body: 'Said in other words.' });
  expect(made.to).toBe('Bea Kern');

  const page = await signedIn(holder(sample, 'product_owner'));
  const troubles = watch(page, sample.url);
  await page.goto(`/p/${sample.product}/backlog`);
  await expect(page.getByRole('grid')).toBeFocused();
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Decisions');
  await expect(page.getByRole('main').getByRole('listitem').locator('.cursor-row').first()).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press('k');
  await onProposal(page, sample.product, made);
  const part = shown(page, made);
  await expect(part.locator('ins').first()).toHaveText(', soon');
  await expect(part.getByRole('checkbox')).toHaveCount(2);

  await page.keyboard.press('2');
  await expect(part.getByRole('checkbox', { name: 'Description' })).not.toBeChecked();
  await page.keyboard.press('e');
  await part.getByLabel('Title, as it is accepted').fill(`${item.title}, in spring`);
  await page.keyboard.press('Control+Enter');
  await expect(said(page, 'Accepted 1 of 2')).toContainText('with changes');
  await expect(row(page, made.title)).toHaveCount(0);
  const now = await call<Item>(page, 'get', `/items/${item.reference}`);
  expect([now.title, now.body]).toEqual([`${item.title}, in spring`, item.body]);

  await page.goto(`/p/${sample.product}/decisions?tab=log`);
  const entry = page.getByRole('main').getByRole('listitem').filter({ hasText: made.title }).first();
  await expect(entry).toContainText('Accepted in part, with changes: 1 of 2.');
  await expect(entry).toContainText(item.reference);
  expect(troubles).toEqual([]);
});

test('a proposal is declined with a reason, which its author reads, and the undo opens it again', async ({ sample, signedIn }) => {
  const developer = await signedIn(holder(sample, 'developer'));
  const item = await anItem(developer, sample.product);
  const made = await proposeWords(developer, item, { title: 'Something else altogether' });
  const page = await signedIn(holder(sample, 'product_owner'));
  await onProposal(page, sample.product, made);
  await page.keyboard.press('d');
  const dialog = page.getByRole('dialog', { name: `Decline ${made.reference}?` });
  await dialog.getByRole('textbox').fill('The words are the customer’s own.');
  await page.keyboard.press('Control+Enter');
  await expect(said(page, `Declined ${made.reference}`)).toBeVisible();
  await expect(row(page, made.title)).toHaveCount(0);

  await developer.goto(`/p/${sample.product}/decisions?state=declined&proposal=${made.reference}`);
  await expect(shown(developer, made)).toContainText('The words are the customer’s own.');

  await page.keyboard.press('Control+z');
  await expect(said(page, 'Undone: Declined')).toBeVisible();
  await expect(row(page, made.title)).toBeVisible();
  expect(await stateOf(page, made)).toBe('open');

  // Whoever made it may withdraw it, and does not decide it.
  await onProposal(developer, sample.product, made);
  await developer.keyboard.press('a');
  await expect(said(developer, 'Bea Kern decides this')).toBeVisible();
  await developer.keyboard.press('w');
  await expect(said(developer, `Withdrawn ${made.reference}`)).toBeVisible();
  expect(await stateOf(page, made)).toBe('withdrawn');
  await developer.keyboard.press('Control+z');
  await expect(said(developer, 'Undone: Withdrawn')).toBeVisible();
  expect(await stateOf(page, made)).toBe('open');
});

test('a proposal whose ground moved says so, and is brought up to date; two on one thing show each other', async ({ sample, signedIn }) => {
  const developer = await signedIn(holder(sample, 'developer'));
  const item = await anItem(developer, sample.product);
  const made = await proposeWords(developer, item, { title: 'The first other title' });
  const other = await proposeWords(developer, item, { title: 'The second other title' });
  const page = await signedIn(holder(sample, 'product_owner'));
  await call(page, 'patch', `/items/${item.reference}`, { title: 'The owner’s own title' }, { 'If-Match': `"${item.version}"` });
  await onProposal(page, sample.product, made);
  await expect(shown(page, made)).toContainText('Bea Kern changed the title');
  await expect(shown(page, made)).toContainText('“The owner’s own title”');
  await page.keyboard.press('a');
  await expect(page.getByRole('alert').filter({ hasText: 'Bring the proposal up to date first.' })).toBeVisible();
  await page.keyboard.press('u');
  await expect(said(page, `${made.reference} is up to date`)).toBeVisible();
  await expect(shown(page, made)).not.toContainText('The ground has moved');
  await shown(page, made).getByRole('link', { name: other.reference }).click();
  await expect(shown(page, other)).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/o/${item.reference}`));
  // The thing itself says what waits about it.
  const decisions = page.getByRole('region', { name: 'Decisions' });
  await expect(decisions.getByRole('link')).toHaveCount(2);
  await decisions.getByRole('link').first().click();
  await expect(shown(page, made)).toBeVisible();
});

test('a question is asked from what it is about, and its answer becomes a criterion', async ({ sample, signedIn }) => {
  const developer = await signedIn(holder(sample, 'developer'));
  const item = await anItem(developer, sample.product);
  const title = `What of ${item.reference} when nobody looks?`;
  await developer.goto(`/p/${sample.product}/o/${item.reference}`);
  await expect(developer.getByRole('button', { name: 'Ask a question' })).toBeVisible();
  await developer.keyboard.press('q');
  const form = developer.getByRole('dialog', { name: 'Ask a question' });
  await form.getByLabel('Question').fill(title);
  await developer.keyboard.press('Control+Enter');
  await expect(said(developer, 'Asked Bea Kern')).toBeVisible();
  await expect(developer.getByRole('region', { name: 'Decisions' })).toContainText(title);

  const page = await signedIn(holder(sample, 'product_owner'));
  await page.goto(`/p/${sample.product}/decisions?tab=questions`);
  await expect(page.getByRole('list', { name: 'How fast each role answers' })).toContainText(/The product owner answer/);
  const question = page.getByRole('main').getByRole('listitem').filter({ hasText: title });
  await expect(question).toContainText('Asked of you');
  await page.keyboard.press('End');
  await expect(question).toBeFocused();
  await page.keyboard.press('Enter');
  await question.getByRole('textbox').fill('It rests until somebody does.');
  await question.getByText(`A criterion of ${item.reference}`).click();
  await page.keyboard.press('Control+Enter');
  await expect(said(page, 'made it a criterion')).toBeVisible();
  await expect(question).toHaveCount(0);
  expect((await call<Item>(page, 'get', `/items/${item.reference}`)).criteria.map(({ text }) => text)).toContain('It rests until somebody does.');

  await page.goto(`/p/${sample.product}/decisions?tab=questions&state=answered`);
  await expect(page.getByRole('main').getByRole('listitem').filter({ hasText: title })).toContainText('It rests until somebody does.');
});

test('an answer is taken back by the undo', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const title = 'Do we answer ourselves, too?';
  await call(page, 'post', `/products/${sample.product}/questions`, { title, role: 'product_owner' });
  await page.goto(`/p/${sample.product}/decisions?tab=questions`);
  const question = page.getByRole('main').getByRole('listitem').filter({ hasText: title });
  await question.getByRole('button', { name: 'Answer' }).click();
  await expect(question.getByRole('radio', { name: 'A criterion' })).toBeDisabled();
  await question.getByRole('textbox').fill('We do.');
  await page.keyboard.press('Control+Enter');
  await expect(question).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(said(page, 'Undone: Answered')).toBeVisible();
  await expect(question).toBeVisible();
});

test('a decision is written down by hand, found again, and shown on what it touches', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const item = await anItem(page, sample.product);
  await page.goto(`/p/${sample.product}/decisions?tab=log`);
  await expect(page.getByRole('main').getByRole('listitem').first()).toBeVisible();
  await page.keyboard.press('c');
  const form = page.getByRole('dialog', { name: 'Write a decision down' });
  await form.getByLabel('What was to be decided').fill('Whether marmalade counts as jam');
  await form.getByLabel('Options').fill('It does, or it does not.');
  await form.getByLabel('Choice').fill('It does, on toast.');
  await form.getByRole('button', { name: 'Choose what it touches…' }).click();
  await pick(page, item.reference);
  await form.getByRole('button', { name: /^Write down/ }).click();
  await expect(said(page, 'Written down as')).toBeVisible();
  await expect(peek(page)).toContainText('It does, on toast.');
  await closePeek(page);
  await page.keyboard.press('/');
  await page.keyboard.type('marmalade');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main').getByRole('listitem')).toHaveCount(1);
  await page.goto(`/p/${sample.product}/o/${item.reference}`);
  await expect(page.getByRole('region', { name: 'Decisions' })).toContainText('Whether marmalade counts as jam');
});

test('who decides is changed when all three agree', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await page.goto(`/p/${sample.product}/settings?tab=decisions`);
  const line = page.getByRole('row', { name: /^Shape opportunities/ });
  await expect(page.getByRole('button', { name: /Equals$/ })).toContainText('Product manager and product owner');
  await line.getByRole('button', { name: 'Developer' }).click();
  const bar = page.getByRole('region', { name: 'What would change' });
  await expect(bar).toContainText('Shape opportunities: product manager, developer (now product manager)');
  await bar.getByRole('button', { name: /^Propose to Ana Novak/ }).click();
  await expect(said(page, 'Proposed to')).toBeVisible();
  await expect(bar).toHaveCount(0);
  const { rows } = await call<{ rows: (Proposed & { decisions: string[] })[] }>(page, 'get', `/products/${sample.product}/proposals?own=true&limit=200`);
  const made = rows.find(({ decisions }) => decisions.includes('who_decides'))!;

  for (const [role, told] of [['product_owner', /^You agreed to .*; the product manager and the scrum master have yet to/], ['scrum_master', /the product manager has yet to/], ['product_manager', /^Accepted/]] as const) {
    const desk = await signedIn(holder(sample, role));
    await onProposal(desk, sample.product, made);
    await desk.keyboard.press('a');
    await expect(said(desk, told)).toBeVisible();
  }
  await page.reload();
  await expect(line.getByRole('button', { name: 'Developer' })).toHaveAttribute('aria-pressed', 'true');
  await expect(line).toContainText('Dina Mertens');
});

test('a decision is lent and taken back, and it is said why something is whose', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await page.goto(`/p/${sample.product}/settings?tab=decisions`);
  const lent = page.getByRole('region', { name: 'Lent' });
  await lent.getByRole('button', { name: 'Lend a decision…' }).click();
  const form = page.getByRole('dialog', { name: 'Lend a decision' });
  await choose(form, /Decision$/, 'Cancel a sprint');
  await choose(form, /To whom$/, 'Dina Mertens');
  await form.getByLabel('Until').fill(new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10));
  await form.getByRole('button', { name: /^Lend/ }).click();
  await expect(said(page, 'Lent to Dina Mertens')).toBeVisible();
  await expect(lent.getByRole('listitem')).toContainText('Cancel a sprint');
  const why = page.getByRole('region', { name: 'Why?' });
  await choose(why, /Decision$/, 'Cancel a sprint');
  await choose(why, /Of whom$/, 'Dina Mertens');
  await expect(why.getByRole('status')).toContainText(/^Dina Mertens may cancel a sprint: it is lent to Dina Mertens until/);
  await lent.getByRole('button', { name: 'Take back' }).click();
  await expect(lent.getByRole('listitem')).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(lent.getByRole('listitem')).toContainText('Dina Mertens');
});
