import type { Page } from '@playwright/test';

/** What a page should not do, gathered from now on: errors in the console, exceptions, dialogs, requests elsewhere. */
export function watch(page: Page, origin: string): string[] {
  const troubles: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error') troubles.push(`console: ${message.text()} (${message.location().url})`) });
  page.on('pageerror', (error) => troubles.push(`exception: ${error.message}`));
  page.on('dialog', (dialog) => {
    troubles.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = request.url();
    if (new URL(url).origin !== origin && !/^(data|blob):/.test(url)) troubles.push(`request: ${url}`);
  });
  return troubles;
}
