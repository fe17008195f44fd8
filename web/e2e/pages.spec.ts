import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, Page } from '@playwright/test';
import { call, expect, holder, newProduct, peek, signIn, test as base } from './fixtures';
import { watch } from './watch';

interface Look { name: string; page: Page; troubles: string[]; phone: boolean }

/** One signed-in page for each theme and width, kept over all tests of a worker. */
const test = base.extend<object, { looks: Look[] }>({
  looks: [async ({ sample, browser }, use) => {
    const contexts: BrowserContext[] = [];
    const looks: Look[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1440, 390]) {
        const context = await browser.newContext({ baseURL: sample.url, colorScheme, viewport: { width, height: 900 }, reducedMotion: 'reduce' });
        contexts.push(context);
        await signIn(context.request, holder(sample, 'product_owner'), sample.password);
        const page = await context.newPage();
        looks.push({ name: `${colorScheme} ${width}`, page, troubles: watch(page, sample.url), phone: width < 720 });
      }
    }
    await use(looks);
    await Promise.all(contexts.map((context) => context.close()));
  }, { scope: 'worker' }],
});

test.describe.configure({ mode: 'parallel' });
// What is checked is said in words; recording four pages at once costs more than looking at them.
test.use({ trace: 'off' });

/** An address below the product, and what is only seen once it has been read. */
const pages: Record<string, { path: string; shows: RegExp }> = {
  backlog: { path: 'backlog', shows: /\d+ items/ },
  'backlog, filtered': { path: 'backlog?q=webhook&why=no', shows: /of \d+/ },
  home: { path: 'home', shows: /for you|Nothing needs you/ },
  decisions: { path: 'decisions', shows: /For you to decide/ },
  'decisions, log': { path: 'decisions?tab=log', shows: /Write/ },
  'decisions, questions': { path: 'decisions?tab=questions', shows: /Ask a question/ },
  line: { path: 'line', shows: /Integrations that heal themselves/ },
  'line, coverage': { path: 'line?tab=coverage', shows: /Exempt/i },
  'line, drift': { path: 'line?tab=drift', shows: /Drift/ },
  'line, contradictions': { path: 'line?tab=contradictions', shows: /Contradictions/ },
  'line, loop': { path: 'line?tab=loop', shows: /Loop/ },
  sprint: { path: 'sprint', shows: /points/ },
  planning: { path: 'planning', shows: /Sprint 7/ },
  releases: { path: 'releases', shows: /Orchard 2\.6/ },
  forecast: { path: 'forecast?items=30&by=2099-01-15', shows: /By then at least/ },
  vision: { path: 'vision', shows: /Target group/i },
  objectives: { path: 'objectives', shows: /Support tickets about lost events/ },
  'objectives, themes': { path: 'objectives?tab=themes', shows: /%/ },
  discovery: { path: 'discovery', shows: /I only learn from my customer/ },
  inbox: { path: 'feedback?state=all', shows: /Brightwater Medical/ },
  customers: { path: 'feedback?tab=customers', shows: /Baltic Hardware/ },
  roadmap: { path: 'roadmap', shows: /Replay and retry/ },
  'roadmap, promises': { path: 'roadmap?tab=promises', shows: /Lost events can be repaired/ },
  import: { path: 'import', shows: /Choose a file/ },
  'settings, roles': { path: 'settings', shows: /Goran Ilić/ },
  'settings, who decides': { path: 'settings?tab=decisions', shows: /product owner/i },
  'settings, workflow': { path: 'settings?tab=workflow', shows: /./ },
  'settings, people': { path: 'settings?tab=people', shows: /Helen Ashby/ },
  'settings, account': { path: 'settings?tab=account', shows: /Password/i },
  'settings, tokens': { path: 'settings?tab=tokens', shows: /token/i },
  'settings, appearance': { path: 'settings?tab=look', shows: /Theme/ },
};

async function check(look: Look, url: string, shows: (page: Page) => Promise<void>, mains = 1): Promise<void> {
  const { page, troubles, phone, name } = look;
  await base.step(name, async () => {
    troubles.length = 0;
    await page.goto(url);
    await shows(page);
    await expect(page.getByRole('status', { name: 'Loading' })).toHaveCount(0);
    await expect(page.locator('main:not([inert] *)')).toHaveCount(mains);
    if (phone) {
      const wider = () => page.evaluate(() => [document.scrollingElement!, ...document.querySelectorAll('main, .page-body, .peek, .peek-body')]
        .filter((box) => box.scrollWidth > box.clientWidth).map((box) => `${box.tagName}.${box.className}: ${box.scrollWidth} in ${box.clientWidth}`));
      await expect.poll(wider).toEqual([]);
    }
    // The palette's list is walked from its field: it scrolls, and has no focus of its own. No page has frames, so none is opened for them.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] }).exclude('[role=menu][aria-label=Results]').analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`)).toEqual([]);
    expect(troubles).toEqual([]);
  });
}

for (const [name, { path, shows }] of Object.entries(pages)) {
  test(`${name} is a page for everybody`, async ({ looks, sample }) => {
    for (const look of looks) {
      await check(look, `/p/${sample.product}/${path}`, async (page) => expect(page.getByRole('main')).toContainText(shows));
    }
  });
}

test('the page of a release is a page for everybody, shipped or not', async ({ looks, sample }) => {
  const { rows } = await call<{ rows: { reference: string; name: string }[] }>(looks[0]!.page, 'get', `/products/${sample.product}/releases`);
  for (const { reference, name } of rows) {
    for (const look of looks) {
      await check(look, `/p/${sample.product}/releases/${reference}`, async (page) => expect(page.getByRole('main')).toContainText(name));
    }
  }
});

/** Where one of each kind is found: in a list of its own, or by its kind among the items. */
const kinds: Record<string, string> = {
  story: 'items', epic: 'items', bug: 'items', task: 'items', spike: 'items', objective: 'objectives', opportunity: 'opportunities', initiative: 'initiatives', feedback: 'feedback',
  customer: 'customers', release: 'releases', sprint: 'sprints', theme: 'themes', promise: 'promises',
};

async function oneOf(kind: string, page: Page, product: string): Promise<{ reference: string; title: string }> {
  const { rows } = await call<{ rows: { reference: string; kind?: string; title?: string; name?: string }[] }>(page, 'get', `/products/${product}/${kinds[kind]!}?limit=100`);
  const { reference, title, name } = rows.find((row) => kinds[kind] !== 'items' || row.kind === kind)!;
  return { reference, title: title ?? name! };
}

for (const [index, kind] of Object.keys(kinds).entries()) {
  test(`the page of one ${kind} is a page for everybody`, async ({ looks, sample }) => {
    const { reference, title } = await oneOf(kind, looks[0]!.page, sample.product);
    // Each kind in one look, the story in all of them.
    for (const look of kind === 'story' ? looks : [looks[index % looks.length]!]) {
      await check(look, `/p/${sample.product}/o/${reference}`, async (page) => expect(page.getByRole('heading', { level: 1 }).first()).toContainText(title));
    }
  });
}

test('a peek is for everybody', async ({ looks, sample }) => {
  const { reference } = await oneOf('story', looks[0]!.page, sample.product);
  for (const look of looks) {
    await check(look, `/p/${sample.product}/backlog?peek=${reference}`, async (page) => expect(peek(page).getByRole('region', { name: 'History' })).toContainText(/\w/));
  }
});

test('an address that leads nowhere says so', async ({ looks, sample }) => {
  for (const { page } of looks) {
    await page.goto(`/p/${sample.product}/o/THR-999999`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('THR-999999');
    await expect(page.getByRole('main').getByRole('alert')).toBeVisible();
    await page.goto(`/p/${sample.product}/nowhere`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not found');
    await page.goto('/p/NONE/backlog');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not found');
  }
});

test('a page that the browser has kept is shown again', async ({ signedIn, sample }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const troubles = watch(page, sample.url);
  await page.goto(`/p/${sample.product}/backlog`);
  await expect(page.getByRole('grid')).toContainText(/\w/);
  await page.reload();
  await expect(page.getByRole('grid')).toContainText(/\w/);
  expect(troubles).toEqual([]);
});

test('the documents of the API are a page for everybody', async ({ looks }) => {
  for (const look of looks) await check(look, '/api/docs', async (page) => expect(page.getByRole('main')).toContainText('/items/{item}'));
});

test('the sign-in is a page for everybody', async ({ looks }) => {
  for (const look of looks) {
    await look.page.goto('about:blank');
    await check(look, '/sign-in', async (page) => expect(page.getByLabel('Password')).toBeVisible());
  }
});

for (const [keys, name] of [['Control+k', /Find or do/], ['?', 'Keys'], ['c', 'New story']] as const) {
  test(`the dialog behind ${keys} is for everybody`, async ({ looks, sample }) => {
    for (const look of looks) {
      await check(look, `/p/${sample.product}/backlog`, async (page) => {
        await expect(page.getByRole('grid')).toContainText(/\w/);
        await page.keyboard.press(keys);
        await expect(page.getByRole('dialog', { name })).toBeVisible();
        // What lies behind is hidden from everybody, the page's main too.
      }, 0);
    }
  });
}

const lists = ['backlog', 'line', 'sprint', 'planning', 'releases', 'forecast', 'vision', 'objectives', 'objectives?tab=themes', 'discovery', 'feedback', 'feedback?tab=customers', 'roadmap', 'roadmap?tab=promises'];

test('a list that cannot be read says so, and can be read again', async ({ signedIn, sample }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  for (const path of lists) {
    await base.step(path, async () => {
      await page.route(/\/api\/v1\/products\/[^/]+\/(?!events|members|workflow)/, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', body: JSON.stringify({ type: 'about:blank', title: 'Something broke', status: 500, detail: 'The orchard is closed' }) }));
      await page.goto(`/p/${sample.product}/${path}`);
      const main = page.getByRole('main');
      await expect(main.getByRole('alert').first()).toContainText('The orchard is closed');
      await page.unrouteAll();
      await main.getByRole('button', { name: 'Try again' }).first().click();
      await expect(main.getByRole('alert')).toHaveCount(0);
      await expect(main).toContainText(/\w{3}.*\d/s);
    });
  }
});

test('a server that is away is said, and what was waiting comes when it is back', async ({ signedIn, sample }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await page.route(/\/api\/v1\/products\/[^/]+\/items/, (route) => route.abort());
  await page.goto(`/p/${sample.product}/backlog`);
  await expect(page.getByRole('main').getByRole('alert')).toBeVisible();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('grid')).toContainText(/\w/);
});

test('a fresh product says on every page what the page is for and how to begin', async ({ signedIn, sample }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  const product = await newProduct(page);
  const troubles = watch(page, sample.url);
  const begin: Record<string, string> = {
    backlog: 'New item', line: 'Write the vision', sprint: 'Plan the first sprint', planning: 'Plan the first sprint', releases: 'Plan the first release', forecast: 'Open the backlog', vision: 'Write the vision',
    objectives: 'Write the first objective', discovery: 'Write down the first opportunity', feedback: 'Add feedback', 'feedback?tab=customers': 'Add a customer', roadmap: 'Put the first initiative on it', 'objectives?tab=themes': 'Name the first theme', 'roadmap?tab=promises': 'Write the first promise down',
  };
  for (const path of lists) {
    await base.step(path, async () => {
      await page.goto(`/p/${product}/${path}`);
      const empty = page.getByRole('main').locator('.empty');
      await expect(empty).toHaveCount(1);
      await expect(empty).toContainText(/\w+ \w+ \w+/);
      await expect(empty.getByRole('button', { name: begin[path] }).or(empty.getByRole('link', { name: begin[path] }))).toBeEnabled();
    });
  }
  expect(troubles).toEqual([]);
});
