import { test as base, type APIRequestContext, type Browser, type BrowserContext, expect, type FileChooser, type Locator, type Page } from '@playwright/test';
import { Server } from './server';

export const password = 'a long enough sentence';

export interface Demo { server: Server; url: string; token: string; password: string; product: string; people: { name: string; email: string; roles: string[] }[] }

async function demo(items: number): Promise<Demo> {
  const server = await Server.start('demo', '--items', String(items), '--json');
  return { server, ...(JSON.parse(server.said) as Omit<Demo, 'server'>) };
}

interface Worker { items: number; sample: Demo }
interface Each { signedIn: (email: string, options?: Parameters<Browser['newContext']>[0]) => Promise<Page> }

export const test = base.extend<Each, Worker>({
  /** How many items the sample has. */
  items: [240, { option: true, scope: 'worker' }],
  /** The sample organisation, once for each worker. */
  sample: [async ({ items }, use) => {
    const sample = await demo(items);
    await use(sample);
    await sample.server.stop();
  }, { scope: 'worker', timeout: 180_000 }],
  /** A browser of one's own, signed in to the sample. */
  signedIn: async ({ sample, browser }, use) => {
    const open: BrowserContext[] = [];
    await use(async (email, options) => {
      const context = await browser.newContext({ baseURL: sample.url, ...options });
      open.push(context);
      await signIn(context.request, email, sample.password);
      return context.newPage();
    });
    await Promise.all(open.map((context) => context.close()));
  },
});

export { expect };

/** Signs in without the form; the cookie belongs to the whole context. */
export async function signIn(request: APIRequestContext, email: string, secret: string): Promise<void> {
  const answer = await request.post('/api/v1/sessions', { data: { email, password: secret } });
  expect(answer.status(), await answer.text()).toBe(201);
}

/** The e-mail of somebody who holds a role in the sample. */
export function holder(sample: Demo, role: string): string {
  return sample.people.find(({ roles }) => roles.includes(role))!.email;
}

/** Calls the API as the signed-in person and answers the JSON. */
export async function call<T>(page: Page | APIRequestContext, method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, data?: unknown, headers?: Record<string, string>): Promise<T> {
  const request = 'request' in page ? page.request : page;
  const answer = await request[method](`/api/v1${path}`, { data, headers: { 'Sec-Fetch-Site': 'same-origin', ...headers } });
  expect(answer.ok(), `${method} ${path}: ${answer.status()} ${await answer.text()}`).toBe(true);
  return (answer.status() === 204 ? undefined : await answer.json()) as T;
}

let products = 0;

/** A product of one's own beside that of the sample, with every role in it. Answers its key. */
export async function newProduct(page: Page, name = 'Fresh'): Promise<string> {
  products += 1;
  const key = `NEW${products}`;
  await call(page, 'post', '/products', { key, name, roles: ['product_manager', 'product_owner', 'scrum_master', 'developer'] });
  return key;
}

/** The toast that says so. */
export const said = (page: Page, text: string | RegExp): Locator => page.locator('.toast', { hasText: text }).last();

export const peek = (page: Page): Locator => page.getByRole('complementary', { name: /^Peek/ });

/** Closes the peek by key, once it is there. */
export async function closePeek(page: Page): Promise<void> {
  await expect(peek(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(peek(page)).toHaveCount(0);
}

export async function chooseFile(page: Page, file: Parameters<FileChooser['setFiles']>[0], button = 'Choose a file…'): Promise<void> {
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: button }).click();
  await (await chooser).setFiles(file);
}

/** Chooses in a select of the kit: a button that opens a list. */
export async function choose(within: Page | Locator, label: string | RegExp, option: string | RegExp): Promise<void> {
  await within.getByRole('button', { name: label }).click();
  const page = 'page' in within ? within.page() : within;
  await page.getByRole('option', { name: option }).click();
}

/** Types into an open list of choices and takes the first. */
export async function pick(page: Page, text: string): Promise<void> {
  const list = page.getByRole('dialog').last();
  await list.getByRole('searchbox').or(list.getByRole('textbox')).first().fill(text);
  await list.getByRole('menuitem').or(list.getByRole('menuitemradio')).filter({ hasText: text }).first().click();
}

/** Drags like a hand: the first pixels start it, the rest moves it. */
export async function drag(page: Page, from: Locator, to: { x: number; y: number }): Promise<void> {
  const box = (await from.boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 4, box.y + box.height / 2 + 6, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 12 });
  await page.mouse.move(to.x, to.y + 1);
  await page.mouse.up();
}
