import { type AddressInfo, connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import type { Locator, Page } from '@playwright/test';
import { call, closePeek, drag, expect, holder, peek, pick, said, test } from './fixtures';

interface Row { id: string; reference: string; title: string; version: number; state: string }

const row = (page: Page, title: string): Locator => page.getByRole('grid').getByRole('row').filter({ hasText: title });
const first = (page: Page): Locator => page.getByRole('grid').getByRole('row').first();

/** A story of this test alone, at the top of the backlog, made over the API. */
async function story(page: Page, product: string, title: string): Promise<Row> {
  return call<Row>(page, 'post', `/products/${product}/items`, { kind: 'story', title, place: { at: 'top' } });
}

async function rename(peeked: Locator, title: string): Promise<void> {
  await peeked.getByRole('button', { name: 'edit title' }).click();
  await peeked.getByRole('textbox', { name: 'Title' }).fill(title);
  await peeked.getByRole('textbox', { name: 'Title' }).press('Enter');
}

test('two people see what the other does to the order, the words and the state', async ({ sample, signedIn }) => {
  const [bea, carl] = [await signedIn(holder(sample, 'product_owner')), await signedIn(holder(sample, 'scrum_master'))];
  const { reference } = await story(bea, sample.product, 'Watched by two');
  const below = await story(bea, sample.product, 'Lies above it');
  await bea.goto(`/p/${sample.product}/backlog`);
  await carl.goto(`/p/${sample.product}/backlog?peek=${reference}`);
  await expect(first(carl)).toContainText('Lies above it');

  await row(bea, below.title).getByRole('link').click();
  await closePeek(bea);
  await bea.keyboard.press('Alt+ArrowDown');
  await expect(first(bea)).toContainText('Watched by two');
  await expect(first(carl)).toContainText('Watched by two');

  await row(bea, 'Watched by two').getByRole('link').click();
  await rename(peek(bea), 'Seen at once');
  await expect(peek(carl).getByRole('heading', { level: 2 })).toContainText('Seen at once');
  await expect(first(carl)).toContainText('Seen at once');

  // The other way round.
  await peek(carl).getByRole('button', { name: /^State:/ }).click();
  await pick(carl, 'Ready');
  await expect(peek(bea).getByRole('button', { name: 'State: Ready' })).toBeVisible();
});

test('a card that is moved moves on the board of the other', async ({ sample, signedIn }) => {
  const [carl, dina] = [await signedIn(holder(sample, 'scrum_master')), await signedIn(holder(sample, 'developer'))];
  for (const page of [carl, dina]) await page.goto(`/p/${sample.product}/sprint`);
  const column = (page: Page, name: string) => page.getByRole('region', { name, exact: true });
  const card = column(dina, 'In progress').getByRole('listitem').first();
  const reference = (await card.locator('.board-card-reference').innerText()).trim().split(/\s/).at(-1)!;
  const target = (await column(dina, 'In review').boundingBox())!;
  await drag(dina, card, { x: target.x + target.width / 2, y: target.y + 120 });
  for (const page of [dina, carl]) {
    await expect(column(page, 'In review').getByRole('listitem').filter({ hasText: reference })).toBeVisible();
    await expect(column(page, 'In progress').getByRole('listitem').filter({ hasText: reference })).toHaveCount(0);
  }
});

/** The cable between a browser and the server: it can be cut, also under what is flowing, and mended. */
class Cable {
  private readonly ends = new Set<Socket>();
  private whole = true;
  private constructor(private readonly listener: NetServer) {}

  static async to(url: string): Promise<Cable> {
    const listener = createServer((near) => {
      if (!cable.whole) {
        near.destroy();
        return;
      }
      const far = connect(Number(new URL(url).port), '127.0.0.1');
      for (const [end, other] of [[near, far], [far, near]] as const) {
        cable.ends.add(end);
        end.pipe(other);
        end.on('error', () => other.destroy()).on('close', () => {
          cable.ends.delete(end);
          other.destroy();
        });
      }
    });
    const cable = new Cable(listener);
    await new Promise<void>((open) => { listener.listen(0, '127.0.0.1', open) });
    return cable;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.listener.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.whole = false;
    for (const end of this.ends) end.destroy();
  }

  mend(): void {
    this.whole = true;
  }

  close(): void {
    this.cut();
    this.listener.close();
  }
}

async function nothingIsMissed(bea: Page, carl: Page, product: string, how: string, cut: () => unknown, mend: () => unknown): Promise<void> {
  const mine = await story(bea, product, `Before, ${how}`);
  await carl.goto(`/p/${product}/backlog?peek=${mine.reference}`);
  await expect(peek(carl).getByRole('heading', { level: 2 })).toContainText(mine.title);
  await cut();
  await expect(carl.getByText('No connection.')).toBeVisible();

  await call(bea, 'patch', `/items/${mine.id}`, { title: `After, ${how}` }, { 'If-Match': `"${mine.version}"` });
  await story(bea, product, `Meanwhile, ${how}`);
  await call(bea, 'post', `/objects/${mine.id}/comments`, { body: `Said while ${how}` });
  await expect(row(carl, `Meanwhile, ${how}`)).toHaveCount(0);

  await mend();
  await expect(first(carl)).toContainText(`Meanwhile, ${how}`);
  await expect(row(carl, `After, ${how}`)).toBeVisible();
  await expect(peek(carl).getByRole('heading', { level: 2 })).toContainText(`After, ${how}`);
  await expect(peek(carl).getByRole('region', { name: 'Comments' })).toContainText(`Said while ${how}`);
  await expect(carl.getByText('No connection.')).toHaveCount(0);
}

test('nothing is missed while the connection is cut', async ({ sample, signedIn }) => {
  const cable = await Cable.to(sample.url);
  const carl = await signedIn(holder(sample, 'scrum_master'), { baseURL: cable.url });
  await nothingIsMissed(await signedIn(holder(sample, 'product_owner')), carl, sample.product, 'it is cut', () => cable.cut(), () => cable.mend());
  cable.close();
});

test('nothing is missed while the stream is refused', async ({ sample, signedIn }) => {
  const carl = await signedIn(holder(sample, 'scrum_master'));
  await nothingIsMissed(await signedIn(holder(sample, 'product_owner')), carl, sample.product, 'it is refused', async () => {
    await carl.route('**/events?*', (route) => route.abort());
    // An open stream is not touched by a route: a page that was out of sight opens it anew.
    await carl.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
      Reflect.deleteProperty(document, 'hidden');
      document.dispatchEvent(new Event('visibilitychange'));
    });
  }, () => carl.unrouteAll());
});

for (const [choice, kept, lost] of [['Keep mine', 'As Carl says', 'As Bea says'], ['Take theirs', 'As Bea says', 'As Carl says']] as const) {
  test(`two who rename the same at once see both names and choose: ${choice}`, async ({ sample, signedIn }) => {
    const [bea, carl] = [await signedIn(holder(sample, 'product_owner')), await signedIn(holder(sample, 'scrum_master'))];
    const { person } = await call<{ person: { id: string } }>(carl, 'get', '/me');
    await call(bea, 'put', `/products/${sample.product}/members/${person.id}`, { roles: ['scrum_master', 'product_owner'] });
    const { reference } = await story(bea, sample.product, `Named by two, ${choice}`);
    for (const page of [bea, carl]) await page.goto(`/p/${sample.product}/backlog?peek=${reference}`);
    await peek(carl).getByRole('button', { name: 'edit title' }).click();
    await peek(carl).getByRole('textbox', { name: 'Title' }).fill('As Carl says');
    await rename(peek(bea), 'As Bea says');
    await expect(row(carl, 'As Bea says')).toBeVisible();
    await peek(carl).getByRole('textbox', { name: 'Title' }).press('Enter');

    const conflict = peek(carl).getByRole('alert');
    await expect(conflict).toContainText('As Bea says');
    await expect(conflict).toContainText('As Carl says');
    await conflict.getByRole('button', { name: choice }).click();
    for (const page of [bea, carl]) {
      await expect(peek(page).getByRole('heading', { level: 2 })).toContainText(kept);
      await expect(row(page, kept).filter({ hasText: reference })).toBeVisible();
      await expect(row(page, lost).filter({ hasText: reference })).toHaveCount(0);
    }
    if (choice === 'Keep mine') await expect(said(carl, 'renamed')).toBeVisible();
  });
}
