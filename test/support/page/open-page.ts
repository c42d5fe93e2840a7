import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** What the browser complained of: errors of scripts, of loading, and of the content security policy. */
  readonly complaints: string[];
}

/** Opens an address in a profile of its own, and waits for the first row. */
export async function openPage(
  browser: Browser | undefined,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  if (browser === undefined) throw new Error('There is no browser.');
  const context = await browser.newContext({ viewport: { width: 1600, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await page.goto(url);
  await page.locator('tbody tr').first().waitFor();
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** Names of the destinations, as they stand in the table. */
export function shownNames(page: Page): Promise<string[]> {
  return page.locator('tbody th button').allTextContents();
}
