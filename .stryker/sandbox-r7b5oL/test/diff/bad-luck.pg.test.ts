/** What happens to a comparison while many questions are under way. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { compareTables } from '../../src/diff/compare/compare-tables.js';
import { DIFF_APPLICATION } from '../../src/diff/tables/read-session.js';
import { partitionEvents } from '../support/databases/partitioned-events.js';
import { TableLock } from '../support/databases/table-lock.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { FaultProxy } from '../support/network/proxy.js';
import { until } from '../support/until.js';

const EVENTS_PER_READ = 1_000;

/** Two equal tables of which a test can lock the upper half. */
async function equalTables(): Promise<Installation> {
  const all = await createInstallation();
  for (const params of [all.source, all.destination()]) await partitionEvents(all, params);
  return all;
}

/** What a comparison says when something is done to the server of one table in its middle. */
async function interrupt(
  all: Installation,
  side: 'left' | 'right',
  harm: (proxy: FaultProxy) => Promise<void>,
) {
  await using proxy = await FaultProxy.inFrontOf(all.source);
  const [left, right] = [all.source, all.destination()];
  const tables =
    side === 'left' ? ([proxy.through(left), right] as const) : ([left, proxy.through(right)] as const);
  let harmed: Promise<void> | undefined;
  const onProgress = () => {
    harmed ??= harm(proxy);
  };
  const comparing = compareTables(...tables, { maxEventsPerRead: EVENTS_PER_READ, onProgress });
  const said = await comparing.then(
    () => 'nothing',
    (error: Error) => error.message,
  );
  await harmed;
  return said;
}

/** Ends what the command's sessions are. */
const ENDED_SQL = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = '${DIFF_APPLICATION}' AND datname = current_database()`;

describe.each(['left', 'right'] as const)('a comparison whose %s server', (side) => {
  const paramsOf = (all: Installation) => (side === 'left' ? all.source : all.destination());

  test('is gone in the middle says that it could not read there', async () => {
    await using all = await equalTables();
    const said = await interrupt(all, side, async (proxy) => void proxy.cut());
    expect(said).toMatch(/^Cannot read events from /);
    expect(said).toContain(paramsOf(all).databaseName);
  });

  // Where statements were on their way to it, the end of the connection may come before what the server said of it.
  test('ends the session in the middle says that it ended', async () => {
    await using all = await equalTables();
    const said = await interrupt(all, side, async (proxy) => {
      using _held = proxy.impose({ kind: 'hold' }, { direction: 'to-client' });
      await all.query(paramsOf(all), ENDED_SQL);
    });
    expect(said).toMatch(/\[(57P01|08006|ECONNRESET|EPIPE)\]$/);
    expect(said).toContain(paramsOf(all).databaseName);
  });
});

const WAITING_SQL = `SELECT pid FROM pg_stat_activity WHERE application_name = '${DIFF_APPLICATION}'
                        AND datname = current_database() AND wait_event_type = 'Lock'`;

/** Whether a comparison still has a session in the right database. */
async function hasSession(all: Installation): Promise<boolean> {
  const sql = 'SELECT FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()';
  return (await all.query(all.destination(), sql, [DIFF_APPLICATION])).length > 0;
}

/** Locks events that are still to be read; answers wait meanwhile. */
async function lockHigh(all: Installation, proxy: FaultProxy): Promise<TableLock> {
  using _held = proxy.impose({ kind: 'hold' }, { direction: 'to-client' });
  return await TableLock.take(all.destination(), 'ACCESS EXCLUSIVE', 'high');
}

/** Acts when a comparison waits for a lock in its middle. @returns what it fails with, while the lock is still there. */
async function whileItWaits(all: Installation, act: () => unknown, signal = new AbortController().signal) {
  await using proxy = await FaultProxy.inFrontOf(all.source);
  let lock: Promise<TableLock> | undefined;
  const onProgress = () => {
    lock ??= lockHigh(all, proxy);
  };
  const options = { maxEventsPerRead: EVENTS_PER_READ, onProgress, signal };
  const comparing = compareTables(all.source, proxy.through(all.destination()), options);
  const failing = comparing.then(
    () => undefined,
    (error: unknown) => error,
  );
  await until('a question waited for the lock', async () => {
    return (await all.query(all.destination(), WAITING_SQL)).length > 0;
  });
  await act();
  const failure = await failing;
  await until('its sessions had ended', async () => !(await hasSession(all)));
  await (await lock)?.release();
  return failure;
}

test('one question that the server cancels is told, and those behind it are not waited for', async () => {
  await using all = await equalTables();
  const cancelSql = `SELECT pg_cancel_backend(pid) FROM (${WAITING_SQL}) AS waiting`;
  const failure = await whileItWaits(all, () => all.query(all.destination(), cancelSql));
  expect(String(failure)).toMatch(/Cannot read events from .*\[57014\]/);
});

test('a stop ends it within two seconds while many questions wait, and leaves none at the server', async () => {
  await using all = await equalTables();
  const stop = new AbortController();
  let stoppedAtMs = 0;
  const act = () => {
    stoppedAtMs = performance.now();
    stop.abort(new Error('stopped by SIGINT'));
  };
  const failure = await whileItWaits(all, act, stop.signal);
  expect(performance.now() - stoppedAtMs).toBeLessThan(2_000);
  expect(failure).toBe(stop.signal.reason);
});
