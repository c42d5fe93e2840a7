import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { needsChromium, startChromium } from '../../support/page/browser.js';
import { madeDestination, madeError, madeStatus, NOW, secondsAgo } from '../../support/page/made-status.js';
import { openPage, shownNames } from '../../support/page/open-page.js';
import { PageServer } from '../../support/page/page-server.js';
import { until } from '../../support/until.js';

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => browser?.close());
beforeEach(needsChromium);

const refused = {
  ...madeError('connect ECONNREFUSED 10.0.0.7:5432'),
  hint: 'Is the server running?',
};

const FAILING = madeDestination({
  name: 'search',
  state: 'backing off',
  since: secondsAgo(8),
  lagEvents: 18_342,
  lagSeconds: 65,
  measuredAt: secondsAgo(63),
  writer: null,
  lastError: refused,
});

const LOADING = madeDestination({
  name: 'warehouse',
  state: 'catching up',
  lagEvents: 1_842_135,
  lagSeconds: 4380,
  eventsPerSecond: 9282,
  bytesPerSecond: 5_700_000,
  secondsToLive: 208,
});

const THREE = madeStatus([madeDestination({ eventsPerSecond: 430 }), LOADING, FAILING]);

/** `db1` to `db200`, live, each some events behind. */
function twoHundred() {
  return Array.from({ length: 200 }, (_, index) =>
    madeDestination({ name: `db${index + 1}`, lagEvents: (index * 37) % 200 }),
  );
}

describe('every destination in one view', () => {
  it('tells state, lag, rate, estimate, writer and the last error with its hint', async () => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url);
    const rows = await opened.page
      .locator('tbody tr')
      .evaluateAll((rows) => rows.map((row) => row.innerText));
    const cells = (rows as string[]).map((row) => row.split(/\s*[\n\t]\s*/).filter(Boolean));
    const address = 'db1:5432/events_replica';
    expect(cells.map((cell) => cell.join(' | '))).toEqual([
      `search | ${address} | backing off | for 8 s | 18,342 | 1 min ago | 1 min 5 s | 0/s | – | ` +
        'connect ECONNREFUSED 10.0.0.7:5432 | Is the server running?',
      `warehouse | ${address} | catching up | for 1 h | 1,842,135 | 1 h 13 min | live in 3 min | ` +
        '9,282/s | 5.7 MB/s | this process | for 1 h',
      `reporting | ${address} | live | for 1 h | 0 | 0 s | 430/s | this process | for 1 h`,
    ]);
  });

  it('shows the worst one in full at once, and another one when it is chosen', async () => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url);
    const details = opened.page.locator('#details');
    await details.getByText('What to do: ').or(details.getByText('Is the server running?')).first().waitFor();
    await opened.page.getByRole('row', { name: /warehouse/ }).click();
    await opened.page.getByRole('heading', { name: 'warehouse' }).waitFor();
    expect(await details.getByRole('definition').allTextContents()).toContain('1,842,135 events, 1 h 13 min');
    expect(opened.complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('says so when the source cannot be read', async () => {
    const source = { ...THREE.source, state: 'reconnecting', lastError: refused };
    await using server = await PageServer.start({ ...THREE, source });
    await using opened = await openPage(browser, server.url);
    expect(await opened.page.getByRole('alert').innerText()).toContain('Is the server running?');
    server.send(THREE);
    await opened.page.getByRole('alert').waitFor({ state: 'hidden' });
  });
});

describe('what comes is shown in place', () => {
  it('a change is in the same cells, and no row is made anew', async () => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url);
    const row = opened.page.getByRole('row', { name: /warehouse/ });
    await row.evaluate((element) => element.setAttribute('data-marked', ''));
    server.send(madeStatus([{ ...LOADING, lagEvents: 77 }]));
    await row.getByRole('cell', { name: '77' }).first().waitFor();
    expect(await row.getAttribute('data-marked')).toBe('');
    expect(await shownNames(opened.page)).toEqual(['warehouse']);
  });

  it('a row that has the focus keeps it when others get worse and pass it', async () => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url);
    expect(await shownNames(opened.page)).toEqual(['search', 'warehouse', 'reporting']);
    await opened.page.getByRole('button', { name: 'warehouse' }).focus();
    const swapped = madeStatus([
      madeDestination({ state: 'stopped' }),
      LOADING,
      madeDestination({ name: 'search' }),
    ]);
    await until('the others have changed places', async () => {
      server.send(swapped);
      return (await shownNames(opened.page)).join() === 'reporting,warehouse,search';
    });
    expect(await opened.page.evaluate('document.activeElement.textContent')).toBe('warehouse');
  });

  it('rows stay where they are while the pointer is on one of them', async () => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url);
    const { page } = opened;
    await page.getByRole('row', { name: /warehouse/ }).hover();
    await page.evaluate('Date.now = ((now) => () => now() + 60_000)(Date.now)');
    server.send(madeStatus([{ ...LOADING, lagEvents: 5 }, madeDestination({ state: 'stopped' }), FAILING]));
    await page.getByRole('button', { name: '1 stopped' }).waitFor();
    expect(await shownNames(page)).toEqual(['search', 'warehouse', 'reporting']);
    await page.mouse.move(5, 5);
    server.send(madeStatus([{ ...LOADING, lagEvents: 4 }, madeDestination({ state: 'stopped' }), FAILING]));
    await until('they are sorted', async () => (await shownNames(page))[0] === 'reporting');
  });

  it('a screen reader is told who began to fail', async () => {
    await using server = await PageServer.start(madeStatus([LOADING]));
    await using opened = await openPage(browser, server.url);
    server.send(madeStatus([{ ...LOADING, state: 'stopped' }]));
    await until('it is told', async () => {
      const told = await opened.page.locator('[aria-live=polite]').textContent();
      return told === 'warehouse is in trouble.';
    });
    expect(await opened.page.title()).toBe('(1) events_source – slate-replicator');
  });
});

describe('200 destinations', () => {
  it('are filtered by typing, and by what they do', async () => {
    const stopped = madeDestination({ name: 'db7', state: 'stopped' });
    await using server = await PageServer.start(madeStatus(twoHundred().with(6, stopped)));
    await using opened = await openPage(browser, server.url);
    expect((await shownNames(opened.page)).slice(0, 3)).toEqual(['db7', 'db1', 'db2']);
    await opened.page.getByRole('searchbox', { name: 'Filter' }).fill('DB19');
    expect((await shownNames(opened.page)).length).toBe(11);
    await opened.page.getByRole('searchbox').fill('');
    await opened.page.getByRole('button', { name: '1 stopped' }).click();
    expect(await shownNames(opened.page)).toEqual(['db7']);
    await opened.page.getByRole('searchbox').fill('nothing like this');
    await opened.page.getByText('No destination matches.').waitFor();
  });

  it('are sorted with the keyboard, and the header says how', async () => {
    await using server = await PageServer.start(madeStatus(twoHundred()));
    await using opened = await openPage(browser, server.url);
    const header = opened.page.getByRole('columnheader', { name: 'Events behind' });
    await header.getByRole('button').focus();
    await opened.page.keyboard.press('Enter');
    expect(await header.getAttribute('aria-sort')).toBe('descending');
    expect((await shownNames(opened.page))[0]).toBe('db28');
    await opened.page.keyboard.press('Space');
    expect(await header.getAttribute('aria-sort')).toBe('ascending');
    expect((await shownNames(opened.page))[0]).toBe('db1');
  });

  it('are walked through with the arrow keys, and one is chosen with Enter', async () => {
    await using server = await PageServer.start(madeStatus(twoHundred()));
    await using opened = await openPage(browser, server.url);
    await opened.page.getByRole('button', { name: 'db1', exact: true }).focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowUp', 'Enter']) await opened.page.keyboard.press(key);
    await opened.page.getByRole('heading', { name: 'db2', exact: true }).waitFor();
  });
});

describe('a connection that is lost', () => {
  it('is told with the time of the last sign, and goes on by itself after a failing proxy too', async () => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url);
    const status = opened.page.getByRole('status');
    server.isBroken = true;
    server.hangUp();
    await status.getByText(/^connection lost, last seen \d\d:\d\d:\d\d$/).waitFor();
    await until('the browser has been told that it need not try again', () => server.refusals > 0);
    server.isBroken = false;
    await status.getByText('connected').waitFor();
  });

  it('is told too when the server only falls silent, and another one is opened', async () => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url);
    const first = [...server.listeners][0];
    await until(
      'another connection is opened',
      () => server.listeners.size === 1 && ![...server.listeners].some((listener) => listener === first),
    );
    await opened.page.getByRole('status').getByText('connected').waitFor();
  });

  it('is not held back by a proxy that would keep answers until they are complete', async () => {
    await using server = await PageServer.start(THREE);
    const response = await fetch(`${server.url}events`, { signal: AbortSignal.timeout(60_000) });
    expect(response.headers.get('x-accel-buffering')).toBe('no');
    await response.body?.cancel();
  });

  it('is given back while the page is hidden', async () => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url);
    const hide = (isHidden: boolean) =>
      opened.page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'))`);
    await hide(true);
    await until('the page has hung up', () => {
      server.send(THREE);
      return server.listeners.size === 0;
    });
    await hide(false);
    await until('the page listens again', () => server.listeners.size === 1);
  });
});

describe('a stranger who names a database or causes an error', () => {
  it('gets letters on the page, and no markup', async () => {
    const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const evil = madeDestination({
      name: markup,
      state: 'stopped',
      heldBy: markup,
      lastError: madeError(markup),
    });
    const source = { ...THREE.source, name: markup };
    await using server = await PageServer.start({ ...madeStatus([evil]), source });
    await using opened = await openPage(browser, server.url);
    await opened.page.getByRole('button', { name: markup, exact: true }).click();
    expect(await opened.page.getByRole('heading', { name: markup }).count()).toBe(1);
    expect(await opened.page.locator('main img, main script').count()).toBe(0);
    expect(await opened.page.title()).toBe(`(1) ${markup} – slate-replicator`);
    expect(opened.complaints.filter((text) => !text.includes('404'))).toEqual([]);
  });

  it('cannot have HTML inserted even by a mistake of this page', async () => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url);
    const inserted = opened.page.evaluate("document.body.innerHTML = '<b>x</b>'");
    await expect(inserted).rejects.toThrow(/TrustedHTML/);
  });
});

describe('whoever reads', () => {
  it.each([
    ['light', 'rgb(244, 245, 247)'],
    ['dark', 'rgb(18, 22, 28)'],
  ] as const)('gets the %s colours that the system has', async (colorScheme, background) => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url, { colorScheme });
    const shown = await opened.page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(shown).toBe(background);
  });

  it('gets a chart with the same in words', async () => {
    await using server = await PageServer.start(madeStatus([LOADING]));
    await using opened = await openPage(browser, server.url);
    await opened.page.locator('#lag-chart canvas').waitFor();
    const figure = opened.page.getByRole('figure', { name: /Events behind/ });
    expect(await figure.innerText()).toMatch(/now 1,842,135 events; highest 1,842,135 at \d\d:\d\d:\d\d/);
  });

  it('on a narrow screen opens the details over the table, and comes back to the row', async () => {
    await using server = await PageServer.start(THREE);
    await using opened = await openPage(browser, server.url, { viewport: { width: 390, height: 800 } });
    const details = opened.page.getByRole('region', { name: 'warehouse' });
    expect(await details.count()).toBe(0);
    await opened.page.getByRole('button', { name: 'warehouse' }).click();
    await details.getByRole('button', { name: 'Close' }).waitFor();
    await opened.page.keyboard.press('Escape');
    expect(await opened.page.evaluate('document.activeElement.textContent')).toBe('warehouse');
    expect(await details.count()).toBe(0);
    const overflow = await opened.page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
  });

  it('finds a table with named rows and columns', async () => {
    await using server = await PageServer.start({ ...THREE, at: NOW });
    await using opened = await openPage(browser, server.url);
    const table = opened.page.getByRole('table', { name: 'Destinations' });
    expect(await table.getByRole('columnheader').allTextContents()).toHaveLength(7);
    expect(await table.getByRole('rowheader', { name: /search/ }).count()).toBe(1);
  });
});
