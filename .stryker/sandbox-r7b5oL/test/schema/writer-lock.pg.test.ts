/** Who holds the lock of the one writer: alive, or left behind by a replicator that was killed? */
// @ts-nocheck

import { expect, test } from 'vitest';
import { connect } from '../../src/pg/connect.js';
import { takeWriterLock, tryWriterLock } from '../../src/schema/writer-lock.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { until } from '../support/until.js';

function openControl(all: Installation) {
  const applicationName = 'slate-replicator/control:test';
  return connect(all.destination(), { applicationName, connectTimeoutMs: 10_000 });
}

/** Waits until the server carries out a statement that matches. */
async function untilItSleeps(all: Installation): Promise<void> {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT pg_sleep%'`;
  await until('it was at work', async () => (await all.query(all.destination(), sql)).length > 0);
}

test('a replicator that was killed keeps nobody from starting, though its server still carries out a statement', async () => {
  await using all = await createInstallation();
  await using killed = await openControl(all);
  expect(await tryWriterLock(killed)).toBe(true);
  const working = killed.query('SELECT pg_sleep(1.5)').catch(() => {});
  await untilItSleeps(all);
  killed.destroy();
  await working;
  await using next = await openControl(all);
  expect(await takeWriterLock(next)).toBeUndefined();
});

test('a replicator that asks its server something is alive, and is named', async () => {
  await using all = await createInstallation();
  await using holder = await openControl(all);
  expect(await tryWriterLock(holder)).toBe(true);
  await using other = await openControl(all);
  const taking = takeWriterLock(other);
  const isDone = taking.then(() => true);
  while (!(await Promise.race([isDone, holder.query('SELECT 1').then(() => false)])));
  expect(await taking).toContain('slate-replicator/control:test');
});

test('a session of somebody else that holds the lock is not waited for', async () => {
  await using all = await createInstallation();
  await using holder = await connect(all.destination(), {
    applicationName: 'somebody',
    connectTimeoutMs: 10_000,
  });
  expect(await tryWriterLock(holder)).toBe(true);
  await using other = await openControl(all);
  expect(await takeWriterLock(other)).toContain('somebody');
});
