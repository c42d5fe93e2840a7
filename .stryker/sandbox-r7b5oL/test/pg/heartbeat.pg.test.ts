// @ts-nocheck
import { expect, test } from 'vitest';
import { connect } from '../../src/pg/connect.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { keepAsking } from '../../src/pg/heartbeat.js';
import { createInstallation } from '../support/installation/installation.js';
import { LogRecords } from '../support/installation/log-records.js';
import { FaultProxy } from '../support/network/proxy.js';
import { until } from '../support/until.js';

const LOCK = 'SELECT pg_advisory_lock(7)';
const COMPLAINT = 'cannot ask the server about a statement that takes long: waiting for it';

/** A session that is looked after every few milliseconds. */
function watched(params: ConnectionParams, log = new LogRecords()): Promise<Connection> {
  return connect(params, {
    applicationName: 'slate-test',
    connectTimeoutMs: 2_000,
    heartbeatIntervalMs: 20,
    log: log.logger,
  });
}

test.each(['refuse', 'swallow'] as const)(
  'a long statement is waited for while new connections meet the fault %s, and why is said once',
  async (kind) => {
    await using all = await createInstallation();
    await using proxy = await FaultProxy.inFrontOf(all.source);
    const holder = await all.session(all.source);
    await holder.query(LOCK);
    const log = new LogRecords();
    await using session = await watched(proxy.through(all.source), log);
    using _fault = proxy.impose({ kind }, { role: 'watch' });
    const waiting = session.query(LOCK);
    const [told] = await log.until(COMPLAINT);
    expect(told).toMatchObject({ level: 40, err: { message: expect.stringContaining('Cannot connect to') } });
    if (kind === 'refuse') await until('it had tried some times', () => proxy.refused > 5);
    await holder.query('SELECT pg_advisory_unlock(7)');
    await waiting;
    expect(session.lost.aborted).toBe(false);
    expect(log.of(COMPLAINT)).toHaveLength(1);
  },
);

test('a statement that another server knows nothing of is waited for', async () => {
  await using all = await createInstallation();
  const holder = await all.session(all.source);
  await holder.query(LOCK);
  await using session = await watched(all.source);
  // As behind a name that leads to several servers: this one was started at another time.
  Object.assign(session, { serverStartedAt: 'another time', backendPid: 0 });
  const waiting = session.query(LOCK);
  const watchers = new Set<number>();
  await until('it was asked about several times', async () => {
    const asking = await holder.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE application_name = 'slate-replicator/watch'",
    );
    for (const { pid } of asking) watchers.add(pid);
    return watchers.size > 2;
  });
  await holder.query('SELECT pg_advisory_unlock(7)');
  await waiting;
});

test('a statement that another server knows nothing of is given up when nothing has come for long', async () => {
  await using all = await createInstallation();
  const holder = await all.session(all.source);
  await holder.query(LOCK);
  await using session = await connect(all.source, { applicationName: 'slate-test', connectTimeoutMs: 2_000 });
  // As after a crash of the server, of which a path that lost everything did not tell.
  Object.assign(session, { serverStartedAt: 'another time', backendPid: 0 });
  const waiting = session.query(LOCK);
  keepAsking(session, { heartbeatIntervalMs: 20, stallMs: 200 });
  await expect(waiting).rejects.toMatchObject({ message: expect.stringContaining('another server answers') });
  await holder.query('SELECT pg_advisory_unlock(7)');
});

test('a statement whose session has ended at the server is given up', async () => {
  await using all = await createInstallation();
  await using proxy = await FaultProxy.inFrontOf(all.source);
  const holder = await all.session(all.source);
  await holder.query(LOCK);
  await using session = await watched(proxy.through(all.source));
  const waiting = session.query(LOCK);
  const others = (condition: string) =>
    holder.query(`SELECT FROM pg_stat_activity WHERE pid = $1::int AND ${condition}`, [session.backendPid]);
  await until('it waited for the lock', async () => (await others("wait_event_type = 'Lock'")).length > 0);
  using _silence = proxy.impose({ kind: 'swallow' }, { role: 'other' });
  await holder.query('SELECT pg_terminate_backend($1::int)', [session.backendPid]);
  await expect(waiting).rejects.toMatchObject({
    message: 'The server has ended the session.',
    code: '08006',
  });
});

test('an idle session that another server process answers is given up: a pooler has taken the old one away', async () => {
  await using all = await createInstallation();
  await using session = await watched(all.source);
  // As if the session had been opened in another server process.
  Object.assign(session, { backendPid: 1 });
  await until('the session was given up', () => session.lost.aborted);
  expect(session.lost.reason).toMatchObject({
    name: 'ConfigurationError',
    message: expect.stringMatching(/A connection pooler answers .* different server processes \(1, \d+\)/),
  });
});
