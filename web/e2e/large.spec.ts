import type { Locator, Page } from '@playwright/test';
import { call, closePeek, drag, expect, holder, said, test } from './fixtures';

test.use({ items: 10_000 });

interface Row { reference: string; title: string; state: string; assignee_id: string | null; epic: string | null }

const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Backlog, in order' });
const here = (page: Page): Locator => grid(page).locator('.backlog-row.here');
/** A row by its place on the screen, counted from 1. It is drawn only while it is in view. */
const nth = (page: Page, place: number): Locator => grid(page).locator(`[aria-rowindex="${place}"]`);

/** The whole list as the server orders it. */
async function onServer(page: Page, product: string): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const read: { rows: Row[]; next: string | null } = await call(page, 'get', `/products/${product}/items?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`);
    rows.push(...read.rows);
    cursor = read.next;
  }
  return rows;
}

/** Waits until the list is read to its end: what is closed too. */
async function showsAll(page: Page): Promise<void> {
  const main = page.getByRole('main');
  await expect(main).toContainText('10,000 items');
  await expect(main).not.toContainText('loading…');
  await expect(grid(page)).toBeFocused();
}

async function open(page: Page, product: string): Promise<void> {
  await page.goto(`/p/${product}/backlog?show=all`);
  await showsAll(page);
}

/** What is drawn are the given rows, at the places they have in them, and not many more than fit into the view. */
async function draws(page: Page, rows: Row[]): Promise<void> {
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(rows.length));
  const drawn = () => grid(page).getByRole('row').evaluateAll((all) => all.map((row) => [Number(row.getAttribute('aria-rowindex')), row.querySelector('.backlog-reference')!.textContent] as const));
  await expect.poll(async () => (await drawn()).filter(([place, reference]) => rows[place - 1]?.reference !== reference)).toEqual([]);
  const count = (await drawn()).length;
  expect(count).toBeGreaterThan(0);
  expect(count).toBeLessThan(80);
}

/** The rows with one of them taken to another place, counted from 1. */
function moved(rows: Row[], from: number, to: number): Row[] {
  const others = rows.toSpliced(from - 1, 1);
  return others.toSpliced(to - 1, 0, rows[from - 1]!);
}

/** The screen, the server, and the screen after it is loaded again have one order; shown at a row and at the top. */
async function isOrdered(page: Page, product: string, rows: Row[], at: number): Promise<void> {
  await draws(page, rows);
  expect((await onServer(page, product)).map(({ reference }) => reference)).toEqual(rows.map(({ reference }) => reference));
  await page.reload();
  await showsAll(page);
  await draws(page, rows);
  await scrollTo(page, at);
  await expect(nth(page, at)).toContainText(rows[at - 1]!.reference);
  await draws(page, rows);
}

async function scrollTo(page: Page, place: number): Promise<void> {
  await grid(page).evaluate((list, index) => { list.scrollTop = (index - 8) * list.querySelector('[role=row]')!.getBoundingClientRect().height }, place);
}

test('ten thousand items are scrolled and walked through, and only those in view are drawn', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await open(page, sample.product);
  const rows = await onServer(page, sample.product);
  expect(rows).toHaveLength(10_000);
  await draws(page, rows);
  for (const place of [5000, 10_000, 1]) {
    await scrollTo(page, place);
    await expect(nth(page, place)).toContainText(rows[place - 1]!.title);
    await draws(page, rows);
  }
  const stands = (place: number) => expect(here(page)).toHaveAttribute('aria-rowindex', String(place));
  for (const [key, place] of [['j', 2], ['ArrowDown', 3], ['k', 2], ['End', 10_000], ['k', 9999], ['Home', 1]] as const) {
    await page.keyboard.press(key);
    await stands(place);
    await expect(here(page)).toContainText(rows[place - 1]!.reference);
  }
  // Faster than it can be drawn.
  for (let step = 0; step < 100; step += 1) await page.keyboard.press('j');
  await stands(101);
  await page.keyboard.press('PageDown');
  await expect(here(page)).not.toHaveAttribute('aria-rowindex', '101');
  await page.keyboard.press('PageUp');
  await stands(101);
  await draws(page, rows);
});

test('they are filtered by text, state and assignee', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await open(page, sample.product);
  const rows = await onServer(page, sample.product);
  const { rows: members } = await call<{ rows: { person: { id: string; name: string } }[] }>(page, 'get', `/products/${sample.product}/members`);
  const dina = members.find(({ person }) => person.name === 'Dina Mertens')!.person;
  const main = page.getByRole('main');
  const shows = async (wanted: Row[]) => {
    expect(wanted.length).toBeGreaterThan(0);
    await expect(main).toContainText(`${wanted.length.toLocaleString('en')} item${wanted.length === 1 ? '' : 's'} of 10,000`);
    await draws(page, wanted);
  };
  const choose = async (menu: string, entry: string) => {
    await page.getByRole('button', { name: menu, exact: true }).click();
    await page.getByRole('menuitem', { name: entry, exact: true }).click();
  };
  const about = rows.filter(({ title, epic }) => `${title}\n${epic ?? ''}`.toLowerCase().includes('shared inbox'));
  await page.getByRole('searchbox', { name: 'Filter by title or key' }).fill('Shared inbox');
  await shows(about);
  await choose('State', 'Backlog');
  await shows(about.filter(({ state }) => state === 'Backlog'));
  await choose('Assignee', 'Nobody');
  await shows(about.filter(({ state, assignee_id: assignee }) => state === 'Backlog' && assignee === null));
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await choose('Assignee', dina.name);
  await shows(rows.filter(({ assignee_id: assignee }) => assignee === dina.id));
  await page.reload();
  await shows(rows.filter(({ assignee_id: assignee }) => assignee === dina.id));
});

test('one is moved to a rank by its number, far up and far down', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await open(page, sample.product);
  let rows = await onServer(page, sample.product);
  await page.keyboard.press('End');
  await expect(here(page)).toHaveAttribute('aria-rowindex', '10000');
  for (const [from, to] of [[10_000, 3], [3, 7500]] as const) {
    await page.keyboard.press('m');
    await page.getByRole('dialog').getByRole('textbox').fill(String(to));
    await expect(page.getByRole('menuitem', { name: `Rank ${to.toLocaleString('en')}`, exact: true })).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(said(page, `moved to rank ${to.toLocaleString('en')}`)).toBeVisible();
    rows = moved(rows, from, to);
    await draws(page, rows);
  }
  await isOrdered(page, sample.product, rows, 7500);
});

test('one is moved by hand, and by key', async ({ sample, signedIn }) => {
  const page = await signedIn(holder(sample, 'product_owner'));
  await open(page, sample.product);
  let rows = await onServer(page, sample.product);
  const target = (await nth(page, 9).boundingBox())!;
  await drag(page, nth(page, 2), { x: target.x + 300, y: target.y + target.height - 2 });
  await expect(said(page, 'moved to rank 9')).toBeVisible();
  rows = moved(rows, 2, 9);
  await draws(page, rows);

  await scrollTo(page, 6000);
  await nth(page, 6000).getByRole('link').click();
  await closePeek(page);
  for (const [key, by] of [['Alt+ArrowDown', 1], ['Alt+ArrowDown', 1], ['Alt+Shift+ArrowDown', 10], ['Alt+ArrowUp', -1]] as const) {
    const from = Number(await here(page).getAttribute('aria-rowindex'));
    await page.keyboard.press(key);
    await expect(here(page)).toHaveAttribute('aria-rowindex', String(from + by));
    rows = moved(rows, from, from + by);
  }
  await expect(said(page, 'moved to rank 6,011')).toBeVisible();
  await isOrdered(page, sample.product, rows, 6011);
});
