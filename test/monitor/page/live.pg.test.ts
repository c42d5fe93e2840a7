/** The page of a replicator that runs, with real databases behind it. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Status as PageStatus } from '../../../src/monitor/page/status.js';
import { statusOf } from '../../../src/monitor/status.js';
import { createInstallation } from '../../support/installation/installation.js';
import type { RunningReplicator } from '../../support/installation/running-replicator.js';
import { SERVED } from '../../support/installation/served.js';
import { FaultProxy } from '../../support/network/proxy.js';
import { needsChromium, startChromium } from '../../support/page/browser.js';
import { openPage } from '../../support/page/open-page.js';

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await startChromium();
});
afterAll(async () => browser?.close());
beforeEach(needsChromium);

async function openPageOf(replicator: RunningReplicator) {
  const { url } = await replicator.get('status');
  return openPage(browser, new URL('/', url).href);
}

it('shows what is appended to the source, without being loaded again', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(1000);
  await using replicator = all.start({ http: SERVED });
  await replicator.log.until('caught up', { count: 2 });
  await using opened = await openPageOf(replicator);
  const newest = opened.page.locator('[data-fact=id]');
  await newest.getByText('1,000').waitFor();
  await all.append(234);
  await newest.getByText('1,234').waitFor();
  await opened.page.locator('#source-id').getByText('1,234').waitFor();
  expect(await opened.page.getByRole('button', { name: '2 live' }).count()).toBe(1);
  expect(opened.complaints).toEqual([]);
  await replicator.stop();
});

it('shows why a destination fails, and when it is back', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await using proxy = await FaultProxy.inFrontOf(all.destination(1));
  const failing = { ...proxy.through(all.destination(1)), name: 'warehouse' };
  const replicationDestinations = [{ ...all.destination(0), name: 'reporting' }, failing];
  await all.append(10);
  await using replicator = all.start({ http: SERVED, onError: 'retry', replicationDestinations });
  await replicator.log.until('caught up', { count: 2 });
  await using opened = await openPageOf(replicator);
  const { page } = opened;
  const row = page.getByRole('row', { name: /warehouse/ });
  await row.getByText('live', { exact: true }).waitFor();
  {
    using _ = proxy.impose({ kind: 'refuse' });
    proxy.cut();
    await page.getByRole('button', { name: '1 failing' }).waitFor();
    await row.locator('.error span').getByText(/./).waitFor();
    await page.getByText('warehouse is in trouble.').waitFor({ state: 'attached' });
  }
  await row.getByText('live', { exact: true }).waitFor();
  await page.getByText('warehouse is out of trouble.').waitFor({ state: 'attached' });
  expect(opened.complaints).toEqual([]);
  await replicator.stop();
});

it('shows what to do about a destination that was edited', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(10);
  await using replicator = all.start({ http: SERVED, onError: 'retry', pollIntervalMs: 200 });
  await replicator.log.until('caught up', { count: 2 });
  await using opened = await openPageOf(replicator);
  await all.query(all.destination(1), `UPDATE events SET event = '{"edited": 1}' WHERE id = 9`);
  await opened.page.getByRole('button', { name: '1 stopped' }).click();
  await opened.page.locator('tbody tr', { hasText: 'stopped' }).click();
  await opened.page.locator('[data-fact=hint]').getByText('slate-eventsDiff').waitFor();
  await replicator.stop();
});

it('is sent what it reads: the compiler compares', () => {
  const sent: (...given: Parameters<typeof statusOf>) => PageStatus = statusOf;
  expect(sent).toBe(statusOf);
});
