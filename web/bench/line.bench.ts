import { signIn, test } from '../e2e/fixtures';
import type { Demo } from '../e2e/fixtures';
import { report } from './paints';

// Started by `cargo xtask bench` beside a server with a large plan: from the address until the browser has painted the
// picture of the whole line. It writes figures and asserts nothing about them.
const visits = Number(process.env.THROUGHLINE_BENCH_VISITS);

/** Notes the milliseconds since the page was asked for until the first stop of the line was painted. */
function watchLine(): void {
  const observer = new MutationObserver(() => {
    if (!document.querySelector('.line-node')) return;
    observer.disconnect();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener('message', () => Object.assign(window, { painted: performance.now() }));
      port1.start();
      port2.postMessage(null);
    });
  });
  observer.observe(document, { childList: true, subtree: true });
}

test('the whole line of a large plan', async ({ browser }) => {
  const demo = JSON.parse(process.env.THROUGHLINE_BENCH_SAMPLE!) as Demo;
  const context = await browser.newContext({ baseURL: demo.url });
  await signIn(context.request, demo.people.find(({ roles }) => roles.includes('product_owner'))!.email, demo.password);
  const page = await context.newPage();
  await page.addInitScript(watchLine);
  const took: number[] = [];
  for (let visit = 0; visit < visits; visit += 1) {
    await page.goto(`/p/${demo.product}/line`);
    const painted = await page.waitForFunction(() => (window as unknown as { painted?: number }).painted);
    took.push(Number(await painted.jsonValue()));
  }
  report([{ what: 'the whole line, address to paint', took }]);
  await context.close();
});
