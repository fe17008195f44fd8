import { resolve } from 'node:path';
import type { BrowserContext, Page } from '@playwright/test';
import { expect, password, peek, test } from './fixtures';
import { Server } from './server';

// The main job from the first visit to the customer who is told: one server, one story, told in order.
test.describe.configure({ mode: 'serial' });

const export1 = resolve('../areas/interchange/fixtures/jira_en.csv');
const mira = 'mira@lantern.example';
const tomas = 'tomas@lantern.example';

let server: Server;
let context: BrowserContext;
let page: Page;
let invitation: string;

const open = (path: string) => page.goto(`${server.url}/p/LAN/${path}`);
const row = (on: Page, title: string) => on.getByRole('row').filter({ hasText: title });

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
  const address = /http\S+\/setup\?code=\S+/.exec(server.said)![0];
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

test('a Jira export is looked at, imported, unchanged the second time, undone and imported again', async () => {
  await page.getByRole('link', { name: 'Import' }).click();
  const chooseFile = async () => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file…' }).click();
    await (await chooser).setFiles(export1);
  };
  await chooseFile();
  const review = page.getByRole('region', { name: 'Review' });
  await expect(review.getByRole('status')).toContainText('2 new');
  await expect(review.getByRole('row', { name: /Summary/ })).toContainText('Understood');
  await review.getByRole('tab', { name: /^People/ }).click();
  await review.getByRole('button', { name: /^Take all 2 suggestions/ }).click();
  await expect(review.getByLabel('Who Tomas Ek is')).toHaveValue(/.+/);
  await review.getByRole('tab', { name: /^States/ }).click();
  await expect(review.getByRole('row', { name: /Awaiting QA/ })).toContainText('New');
  await review.getByRole('button', { name: 'Import 2 rows' }).click();
  await expect(page.getByRole('region', { name: 'Result' })).toContainText('2 new');

  await page.getByRole('button', { name: 'Import another file' }).click();
  await chooseFile();
  await expect(review.getByRole('status')).toContainText('2 as they were');
  await expect(review.getByRole('button', { name: 'Nothing to import' })).toBeDisabled();

  await page.getByRole('button', { name: 'Undo…' }).click();
  await page.getByRole('button', { name: 'Undo the import' }).click();
  await expect(page.getByText(/^Undone/)).toBeVisible();
  await open('backlog');
  await expect(page.getByText('Nothing is in it yet')).toBeVisible();

  await open('import');
  await chooseFile();
  await review.getByRole('button', { name: /^Import 2 rows/ }).click();
  await expect(page.getByRole('region', { name: 'Result' })).toBeVisible();
  await page.getByRole('link', { name: 'Go to the backlog' }).click();
  await expect(row(page, 'Pay by card')).toBeVisible();
  await row(page, 'Pay by card').getByRole('link').click();
  await expect(peek(page).getByRole('region', { name: 'Kept from the import' })).toContainText('Blue');
});
