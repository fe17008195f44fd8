import type { Locator, Page } from '@playwright/test';
import { call, chooseFile, expect, holder, newProduct, peek, said, test as base } from './fixtures';
import { watch } from './watch';

/** A text that runs where a page takes it for more than text, and tells by a dialog, the policy or a request elsewhere. */
const hostile = (what: string) => `${what} "><img src=x onerror="alert(1)"><script>alert(2)</script><svg/onload=alert(3)>{{7*7}}\${7*7} &lt;b&gt; [x](javascript:alert(4))`;

const body = `**Bold** <script>alert(1)</script> <img src=x onerror="alert(2)"> <b onclick="alert(3)">raw</b> <style>body { display: none }</style>

[a script](javascript:alert(4)), [another](JaVaScript:alert(5)), [hidden](&#106;avascript:alert(6)), [data](data:text/html,<script>alert(7)</script>), [vb](vbscript:msgbox(8)), <javascript:alert(9)>,
[good](https://elsewhere.example/page), ![a picture](https://elsewhere.example/pixel.png "onload=alert(10)")

\`\`\`"><script>alert(11)</script>
</code></pre><script>alert(12)</script>
\`\`\``;

const csv = (text: string) => `"${text.replaceAll('"', '""')}"`;
const exported = [
  ['Summary', 'Issue key', 'Issue Type', 'Status', 'Description', hostile('Column')],
  [hostile('Imported'), 'HOS-1', 'Story', hostile('State'), `{html}<script>alert(1)</script>{html} h1. <img src=x onerror=alert(2)> [out|javascript:alert(3)]`, hostile('Value')],
].map((cells) => cells.map(csv).join(',')).join('\n');

interface Thing { id: string; reference: string; version: number }
interface Planted { page: Page; product: string; story: Thing; initiative: Thing; sprint: Thing; release: Thing; customer: Thing; troubles: string[] }

/** A product in which everything that can be written is hostile, and a page that is watched. */
const test = base.extend<{ planted: Planted }>({
  planted: async ({ sample, signedIn }, use) => {
    const page = await signedIn(holder(sample, 'product_owner'));
    const product = await newProduct(page, hostile('Product'));
    const make = (path: string, data: object) => call<Thing>(page, 'post', `/products/${product}/${path}`, data);
    const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);
    await call(page, 'put', `/products/${product}/vision`, { statement: hostile('Vision'), target_group: body, needs: body });
    const objective = await make('objectives', { title: hostile('Objective'), body });
    const initiative = await make('initiatives', { title: hostile('Initiative'), problem: body, outcome: hostile('Outcome'), lane: 'now', objective: objective.reference });
    await make('opportunities', { title: hostile('Opportunity'), body, need: 'pain', objective: objective.reference });
    const customer = await make('customers', { name: hostile('Customer'), segment: hostile('Segment').slice(0, 200) });
    const feedback = await make('feedback', { body: `${hostile('Feedback')}\n\n${body}`, customer: customer.reference });
    await call(page, 'post', `/objects/${feedback.id}/links`, { relation: 'asks_for', to: initiative.id });
    const release = await make('releases', { name: hostile('Release'), body });
    const story = await make('items', { kind: 'story', title: hostile('Story'), body, initiative: initiative.reference });
    await call(page, 'post', `/items/${story.id}/criteria`, { text: hostile('Criterion') });
    await call(page, 'post', `/objects/${story.id}/comments`, { body: `${hostile('Comment')}\n\n${body}` });
    const sprint = await make('sprints', { name: hostile('Sprint'), goal: hostile('Goal'), starts: day(0), ends: day(9) });
    await call(page, 'put', `/sprints/${sprint.id}/items/${story.id}`);
    await call(page, 'put', `/sprints/${sprint.id}/start`);
    const troubles = watch(page, sample.url);
    await use({ page, product, story, initiative, sprint, release, customer, troubles });
    // A text that became an element shows even where the policy kept it from running.
    await expect(page.locator('[onerror], [onload], [onclick], img[src="x"], body style, body script')).toHaveCount(0);
    expect(troubles).toEqual([]);
  },
});

/** Shows each text letter by letter. */
async function showsAsText(place: Locator, ...whats: string[]): Promise<void> {
  for (const what of whats) await expect(place).toContainText(hostile(what));
}

test('what is hostile is text on every page', async ({ planted: { page, product, troubles } }) => {
  const main = page.getByRole('main');
  const pages: Record<string, string[]> = {
    backlog: ['Story'], sprint: ['Story', 'Goal'], planning: ['Sprint', 'Goal'], roadmap: ['Initiative', 'Outcome', 'Objective'], vision: ['Vision'], objectives: ['Objective'], discovery: ['Opportunity', 'Objective'],
    feedback: ['Feedback', 'Customer'], 'feedback?tab=customers': ['Customer'], releases: ['Release'], line: ['Vision', 'Objective', 'Opportunity', 'Initiative', 'Story'], 'line?view=outline': ['Vision', 'Initiative', 'Story'],
  };
  for (const [path, whats] of Object.entries(pages)) {
    await base.step(path, async () => {
      await page.goto(`/p/${product}/${path}`);
      await showsAsText(main, ...whats);
      await expect(page.getByRole('button', { name: `Product: ${hostile('Product')}` })).toBeVisible();
      expect(troubles).toEqual([]);
    });
  }
});

test('a peek, a page of its own and their history show the words, and dead links where they would run', async ({ planted: { page, product, story, initiative, customer, release, sprint, troubles } }) => {
  const [first, second] = [hostile('Story'), hostile('Renamed')];
  await page.goto(`/p/${product}/backlog?peek=${story.reference}`);
  await expect(peek(page).getByRole('heading', { level: 2 })).toContainText(first);
  await showsAsText(peek(page), 'Criterion', 'Initiative', 'Objective', 'Vision');
  // As it comes in from somebody else, too.
  await call(page, 'patch', `/items/${story.id}`, { title: second }, { 'If-Match': `"${(await call<Thing>(page, 'get', `/items/${story.id}`)).version}"` });
  await expect(peek(page).getByRole('heading', { level: 2 })).toContainText(second);
  await showsAsText(page.getByRole('grid'), 'Renamed');
  // A sentence of the history keeps the beginning of a long text.
  await expect(peek(page).getByRole('region', { name: 'History' })).toContainText(hostile('Renamed').slice(0, 80));

  await page.goto(`/p/${product}/o/${story.reference}`);
  const description = page.getByRole('region', { name: 'Description' });
  await expect(description.locator('strong')).toHaveText('Bold');
  await expect(description).toContainText('<script>alert(1)</script>');
  await expect(description).toContainText('</code></pre><script>alert(12)</script>');
  for (const words of [description, page.getByRole('region', { name: 'Comments' }).getByRole('listitem')]) {
    await expect(words).toContainText(/a script, another, hidden, data, vb/);
    const live = await words.locator('.markdown [href]').evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href));
    expect(live).toEqual(['https://elsewhere.example/page', 'https://elsewhere.example/pixel.png']);
  }
  const here = page.url();
  await description.getByText('a script').click();
  expect(page.url()).toBe(here);

  for (const [thing, what] of [[initiative, 'Initiative'], [customer, 'Customer'], [release, 'Release'], [sprint, 'Sprint']] as const) {
    await page.goto(`/p/${product}/o/${thing.reference}`);
    await expect(page.getByRole('heading', { level: 1 })).toContainText(hostile(what));
  }
  await page.goto(`/p/${product}/releases/${release.reference}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(hostile('Release'));
  expect(troubles).toEqual([]);
});

test('the palette finds hostile words and shows them', async ({ planted: { page, product, story } }) => {
  await page.goto(`/p/${product}/backlog`);
  await page.getByRole('grid').getByRole('link').first().waitFor();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Find or do anything' });
  await page.keyboard.type('<script>alert');
  const found = palette.getByRole('menuitem').filter({ hasText: story.reference });
  await expect(found).toContainText(hostile('Story'));
  await found.click();
  await expect(peek(page).getByRole('heading', { level: 2 })).toContainText(hostile('Story'));
});

test('a file is called what it is called, and is never opened in the page', async ({ planted: { page, product, story } }) => {
  const name = '<img src=x onerror=alert(1)>.html';
  await page.goto(`/p/${product}/o/${story.reference}`);
  const files = page.getByRole('region', { name: 'Files' });
  await chooseFile(page, { name, mimeType: 'text/html', buffer: Buffer.from('<script>alert(document.cookie)</script>') }, 'Attach');
  await expect(said(page, `${name} attached`)).toBeVisible();
  const link = files.getByRole('link', { name });
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  await download.delete();
  const served = await page.request.get((await link.getAttribute('href'))!);
  expect(served.headers()).toMatchObject({ 'content-type': 'application/octet-stream', 'content-security-policy': "sandbox; default-src 'none'", 'x-content-type-options': 'nosniff' });
  expect(served.headers()['content-disposition']).toMatch(/^attachment/);
  await files.getByRole('button', { name: `Delete ${name}` }).click();
  await expect(page.getByRole('dialog')).toContainText(name);
});

test('an export from elsewhere is shown as text, from its review to what was kept of it', async ({ planted: { page, product } }) => {
  await page.goto(`/p/${product}/import`);
  await chooseFile(page, { name: `${hostile('File').replaceAll('/', '_')}.csv`, mimeType: 'text/csv', buffer: Buffer.from(exported) });
  const review = page.getByRole('region', { name: 'Review' });
  await showsAsText(review, 'Column');
  await review.getByRole('tab', { name: /^States/ }).click();
  await showsAsText(review, 'State');
  await review.getByRole('button', { name: 'Import 1 row' }).click();
  await page.getByRole('link', { name: 'Go to the backlog' }).click();
  const row = page.getByRole('grid').getByRole('row').filter({ hasText: hostile('Imported') });
  await row.getByRole('link').click();
  await showsAsText(peek(page).getByRole('region', { name: 'Kept from the import' }), 'Column', 'Value');
  await expect(peek(page).getByRole('region', { name: 'Description' })).toContainText('<script>alert(1)</script>');
  await expect(peek(page).locator('.markdown [href]')).toHaveCount(0);
});
