/** What a server cancels because something else needs it out of the way, as a hot standby does, is read again. */
import { expect, test } from 'vitest';
import { EventsTable } from '../../src/diff/events-table.js';
import { ReadSession } from '../../src/diff/read-session.js';
import { connectTo } from '../postgres/databases.js';
import { createInstallation } from '../replicate/installation.js';
import { until } from '../replicate/until.js';

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

test('a digest that was cancelled is read again, of fewer events at a time', async () => {
  await using all = await createInstallation();
  const partitioned = all.destination();
  await all.query(
    partitioned,
    `ALTER TABLE events RENAME TO whole; ALTER TABLE whole DROP CONSTRAINT events_pkey;
     CREATE TABLE events (LIKE whole, PRIMARY KEY (id)) PARTITION BY RANGE (id);
     CREATE TABLE low PARTITION OF events FOR VALUES FROM (MINVALUE) TO (10000);
     CREATE TABLE high PARTITION OF events FOR VALUES FROM (10000) TO (MAXVALUE);
     INSERT INTO events SELECT n, now(), '{}' FROM generate_series(1, 20000) AS n`,
  );
  // The reader looks for a deadlock when there is one; the other never does, so it is the reader that is cancelled.
  await all.query(partitioned, `ALTER DATABASE "${partitioned.databaseName}" SET deadlock_timeout = '5s'`);
  await using table = await EventsTable.open(partitioned, { ...CONNECT, maxEventsPerRead: 8_000 });
  await using other = await connectTo(partitioned);
  await other.query(`SET deadlock_timeout = '1h'`);
  await other.query('BEGIN; LOCK TABLE high IN ACCESS EXCLUSIVE MODE');
  const reading = table.digestFirst({ from: 1n, to: 20_000n });
  const waiting = `SELECT FROM pg_locks WHERE relation = 'high'::regclass AND NOT granted`;
  await until('the reader waited', async () => (await all.query(partitioned, waiting)).length > 0);
  await other.query('LOCK TABLE low IN ACCESS EXCLUSIVE MODE');
  await other.query('ROLLBACK');
  const { range, digest } = await reading;
  expect({ range, count: digest.count }).toEqual({ range: { from: 1n, to: 2_000n }, count: 2_000n });
});
