/** The oracle believes nothing that it did not see: what keeps it from looking or loading must show in the verdict. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { createRandom } from '../../../../src/load/data/random.js';
import type { ConnectionParams } from '../../../../src/pg/connection-params.js';
import { endSessions } from '../../installation/bad-weather.js';
import { createInstallation } from '../../installation/installation.js';
import { until } from '../../until.js';
import { keepRunning } from './keep-running.js';
import { Loader } from './loader.js';
import { Observer } from './observer.js';

const MISSPELLED = 'ALTER TABLE events RENAME TO evnets';
const LOOKS = 5;

async function observe(destination: ConnectionParams, work: (observer: Observer) => Promise<unknown>) {
  const observer = new Observer(destination);
  const watching = keepRunning([observer]);
  await until('it was looked at', () => observer.looks >= LOOKS);
  await work(observer).finally(() => watching.stop());
  return observer;
}

test('an observer that cannot read the table has failed, and does not go on as if it had looked', async () => {
  await using all = await createInstallation();
  const observer = await observe(all.destination(), async ({ session }) => {
    await all.query(all.destination(), MISSPELLED);
    await until('it failed', () => session.failure !== undefined);
  });
  expect(String(observer.session.failure)).toContain('relation "public.events" does not exist');
  expect(observer.session.outages).toBe(0);
});

test('an observer whose session is ended looks again, and counts that', async () => {
  await using all = await createInstallation();
  const observer = await observe(all.destination(), async (it) => {
    await endSessions(all.destination(), 'slate-test-observer');
    await until('its session was lost', () => it.session.outages === 1);
    const before = it.looks;
    await until('it looked again', () => it.looks >= before + LOOKS);
  });
  expect(observer.session.failure).toBeUndefined();
});

test('a loader that cannot append has failed', async () => {
  await using all = await createInstallation();
  const loader = new Loader(all.source, createRandom(1));
  const loading = keepRunning([loader]);
  await until('it had loaded', () => loader.transactions > 0);
  await all.query(all.source, MISSPELLED);
  await until('it failed', () => loader.session.failure !== undefined);
  await loading.stop();
  expect(String(loader.session.failure)).toContain('relation "public.events" does not exist');
});
