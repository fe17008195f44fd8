import type { Page } from '@playwright/test';
import { expect, signIn, test } from '../e2e/fixtures';
import type { Demo } from '../e2e/fixtures';
import { Server } from '../e2e/server';
import { report } from './paints';

// Started by `cargo xtask bench`: from the press of a key until the browser has painted what it did, in a backlog of
// ten thousand items. It writes figures and asserts nothing about them.
const items = Number(process.env.THROUGHLINE_BENCH_ITEMS ?? 10_000);
const presses = Number(process.env.THROUGHLINE_BENCH_PRESSES ?? 120);

/** Notes, for every key but those that are only held, the milliseconds until the frame after it was painted. */
function watchPaints(): void {
  const took: number[] = [];
  Object.assign(window, { took });
  window.addEventListener('keydown', (event) => {
    if (event.key === 'Alt' || event.key === 'Shift') return;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => took.push(performance.now() - event.timeStamp));
      port1.start();
      port2.postMessage(null);
    });
  }, { capture: true });
}

async function measure(page: Page, keys: string[]): Promise<number[]> {
  await page.evaluate(() => { (window as unknown as { took: number[] }).took.length = 0 });
  for (let press = 0; press < presses; press += 1) {
    await page.keyboard.press(keys[press % keys.length]!);
    await page.waitForFunction((count) => (window as unknown as { took: number[] }).took.length >= count, press + 1);
  }
  return page.evaluate(() => (window as unknown as { took: number[] }).took);
}

test('keys in a large backlog', async ({ browser }) => {
  const server = await Server.start('demo', '--items', String(items), '--json');
  try {
    const demo = JSON.parse(server.said) as Demo;
    const context = await browser.newContext({ baseURL: demo.url });
    await signIn(context.request, demo.people.find(({ roles }) => roles.includes('product_owner'))!.email, demo.password);
    const page = await context.newPage();
    await page.addInitScript(watchPaints);
    await page.goto(`/p/${demo.product}/backlog?show=all`);
    const grid = page.getByRole('grid', { name: 'Backlog, in order' });
    await expect.poll(async () => Number(await grid.getAttribute('aria-rowcount'))).toBeGreaterThanOrEqual(items);
    await grid.focus();
    // From the middle, where a move touches what is above and below.
    await page.keyboard.press('End');
    for (let jump = 0; jump < 20; jump += 1) await page.keyboard.press('PageUp');
    report([
      { what: 'key to paint, next item', took: await measure(page, ['j']) },
      { what: 'key to paint, rank by one', took: await measure(page, ['Alt+ArrowUp']) },
      { what: 'key to paint, rank by ten', took: await measure(page, ['Alt+Shift+ArrowDown', 'Alt+Shift+ArrowUp']) },
      { what: 'key to paint, a page down', took: await measure(page, ['PageDown', 'PageUp']) },
    ]);
    await context.close();
  } finally {
    await server.stop();
  }
});
