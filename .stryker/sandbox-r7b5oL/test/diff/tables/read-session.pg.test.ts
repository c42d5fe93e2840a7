/** What a server cancels because something else needs it out of the way, as a hot standby does, is read again. */
// @ts-nocheck

import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { DigestedRange } from '../../../src/diff/tables/digest-series.js';
import { EventsTable } from '../../../src/diff/tables/events-table.js';
import { DIFF_APPLICATION, ReadSession } from '../../../src/diff/tables/read-session.js';
import { walkRanges } from '../../../src/diff/tables/walk-ranges.js';
import type { IdRange } from '../../../src/events/id-range.js';
import type { Connection } from '../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { partitionEvents } from '../../support/databases/partitioned-events.js';
import { createInstallation, type Installation } from '../../support/installation/installation.js';
import { connectTo } from '../../support/postgres/databases.js';
import { until } from '../../support/until.js';

const CONNECT = { connectTimeoutMs: 15_000 };
const PID_SQL = 'SELECT pg_backend_pid() AS pid';

test('where a server has ended the session for a conflict, the same is read in another one', async () => {
  await using all = await createInstallation();
  await using session = await ReadSession.open(all.source, CONNECT);
  const pids: number[] = [];
  const found = await session.run(async (connection) => {
    const [row] = await connection.query<{ pid: number }>(PID_SQL);
    pids.push(row?.pid ?? 0);
    if (pids.length > 1) return 'read';
    const ended = connection.query('SELECT pg_terminate_backend(pg_backend_pid())');
    await expect(ended).rejects.toThrow();
    throw Object.assign(new Error('terminating connection due to conflict with recovery'), { code: '40001' });
  });
  expect(found).toBe('read');
  expect(new Set(pids).size).toBe(2);
});

test('a session that ended for any other reason is not replaced unseen', async () => {
  await using all = await createInstallation();
  await using session = await ReadSession.open(all.source, CONNECT);
  const ended = session.run((connection) =>
    connection.query('SELECT pg_terminate_backend(pg_backend_pid())'),
  );
  await expect(ended).rejects.toThrow('57P01');
  await expect(session.run((connection) => connection.query(PID_SQL))).rejects.toThrow('Cannot read events');
});

test('where a server has ended a session for a conflict, all that was under way in it is read in another one', async () => {
  await using all = await createInstallation();
  await using session = await ReadSession.open(all.source, { ...CONNECT, pipeline: true });
  const pidOf = (connection: Connection) => connection.query<{ pid: number }>(PID_SQL);
  let isFirst = true;
  const ended = session.run(async (connection) => {
    if (!isFirst) return pidOf(connection);
    isFirst = false;
    const ending = connection.query('SELECT pg_terminate_backend(pg_backend_pid())');
    await expect(ending).rejects.toThrow();
    throw Object.assign(new Error('terminating connection due to conflict with recovery'), { code: '40001' });
  });
  // A server tells of the conflict first; here the end of the session may be known to all at once.
  const afterwards = (connection: Connection) =>
    pidOf(connection).catch(async (error) => {
      await setImmediate();
      throw error;
    });
  const behind = [session.run(afterwards), session.run(afterwards)];
  const pids = (await Promise.all([ended, ...behind])).map(([row]) => row?.pid);
  expect(new Set(pids).size).toBe(1);
});

test('a session that was closed is not opened again for what was to be read again', async () => {
  await using all = await createInstallation();
  const session = await ReadSession.open(all.source, CONNECT);
  const { promise: hasConflict, resolve } = withResolver();
  const reading = session.run(async (connection) => {
    await connection.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(resolve);
    throw Object.assign(new Error('terminating connection due to conflict with recovery'), { code: '40001' });
  });
  const told = expect(reading).rejects.toThrow('The session was closed.');
  await hasConflict;
  await session[Symbol.asyncDispose]();
  await told;
  const sql = 'SELECT FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()';
  expect(await all.query(all.source, sql, [DIFF_APPLICATION])).toEqual([]);
});

function withResolver() {
  let resolve = (): void => {};
  const promise = new Promise<void>((resolved) => {
    resolve = resolved;
  });
  return { promise, resolve };
}

test('a session that has digested nothing yet says that it cannot go on, not that there is nothing more', async () => {
  await using all = await createInstallation();
  await all.append(10);
  await using table = await EventsTable.open(all.source, CONNECT);
  expect(await table.continueWalk(10n)).toBeUndefined();
  expect((await table.beginWalk({ from: 1n, to: 5n })).digest.count).toBe(5n);
  expect((await table.continueWalk(10n))?.digest.count).toBe(5n);
});

/** Locks partition `high` until the reader, which waits for it, is cancelled for that. */
async function cancelReader(all: Installation, other: Connection, read: () => Promise<unknown>) {
  await other.query(`SET deadlock_timeout = '1h'`);
  await other.query('BEGIN; LOCK TABLE high IN ACCESS EXCLUSIVE MODE');
  const reading = read();
  const waiting = `SELECT FROM pg_locks WHERE relation = 'high'::regclass AND NOT granted`;
  await until('the reader waited', async () => (await all.query(all.destination(), waiting)).length > 0);
  await other.query('LOCK TABLE low IN ACCESS EXCLUSIVE MODE');
  await other.query('ROLLBACK');
  await reading;
}

/** A partitioned table, whose readers look for a deadlock when there is one; who locks it never does. */
async function cancellable(all: Installation): Promise<ConnectionParams> {
  const params = all.destination();
  await partitionEvents(all, params);
  await all.query(params, `ALTER DATABASE "${params.databaseName}" SET deadlock_timeout = '5s'`);
  return params;
}

test('a digest that was cancelled is read again, of fewer events at a time', async () => {
  await using all = await createInstallation();
  const params = await cancellable(all);
  await using table = await EventsTable.open(params, { ...CONNECT, maxEventsPerRead: 8_000 });
  await using other = await connectTo(params);
  let reading: Promise<DigestedRange> | undefined;
  await cancelReader(all, other, () => {
    reading = table.digestFirst({ from: 1n, to: 20_000n });
    return reading;
  });
  const found = await reading;
  expect(found).toMatchObject({ range: { from: 1n, to: 2_000n }, digest: { count: 2_000n } });
});

test('a walk of which one question was cancelled among several comes by every event once', async () => {
  await using all = await createInstallation();
  const params = await cancellable(all);
  const options = { ...CONNECT, maxEventsPerRead: 8_000, pipeline: true };
  await using table = await EventsTable.open(params, options);
  await using other = await connectTo(params);
  const walk = walkRanges(table, { from: 1n, to: 20_000n }, 1);
  const ranges: IdRange[] = [];
  const first = (await walk.next()).value;
  if (first !== undefined) ranges.push(first.range);
  await cancelReader(all, other, async () => {
    for await (const { range } of walk) ranges.push(range);
  });
  // Which of the questions was cancelled is up to the server.
  const begins = [1n, ...ranges.map(({ to }) => to + 1n)];
  expect(ranges.map(({ from }) => from)).toEqual(begins.slice(0, -1));
  expect(begins.at(-1)).toBe(20_001n);
  expect(ranges).toContainEqual({ from: 18_001n, to: 20_000n });
});
