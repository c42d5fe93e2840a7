/** A source that is a hot standby of another server: it cannot notify, and is looked at by the clock. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { checkOnly } from '../../src/replicate/check.js';
import { append } from '../support/databases/events-table.js';
import { createInstallation } from '../support/installation/installation.js';
import { LogRecords } from '../support/installation/log-records.js';
import { SERVED, untilStatus } from '../support/installation/served.js';
import { connectTo, createSource } from '../support/postgres/databases.js';
import type { PostgresServer } from '../support/postgres/postgres-server.js';
import { startPostgres } from '../support/postgres/server.js';
import { until } from '../support/until.js';

const NEVER_MS = 3_600_000;
const NOTICE = 'source is a hot standby: it cannot notify and is polled';

let primary: PostgresServer;
let source: ConnectionParams;

beforeAll(async () => {
  primary = await startPostgres({ settings: { max_standby_streaming_delay: '0' } });
  source = await createSource(primary);
});

afterAll(() => primary[Symbol.asyncDispose]());

async function appendAtPrimary(events: number): Promise<bigint> {
  await using writing = await connectTo(source);
  return await append(writing, events);
}

async function startStandby(skip: (condition: boolean, note: string) => void): Promise<PostgresServer> {
  skip(primary.standby === undefined, 'This server cannot have a standby.');
  const standby = await primary.standby?.();
  if (standby === undefined) throw new Error('there is no standby');
  return standby;
}

function warningsOf(log: LogRecords): string[] {
  return log.all.filter(({ level }) => level >= 40).map(({ msg }) => msg);
}

test.for(['exit', 'retry'] as const)(
  'is copied from with one warning, before and after its promotion (onError: %s)',
  async (onError, { skip }) => {
    await appendAtPrimary(10);
    await using standby = await startStandby(skip);
    await using all = await createInstallation();
    const eventSource = { ...source, port: standby.port };
    const config = { eventSource, onError, pollIntervalMs: NEVER_MS, standbyPollIntervalMs: 200 };

    const log = new LogRecords();
    await checkOnly(all.config(config), log.logger);
    expect(warningsOf(log)).toEqual([NOTICE]);
    await using once = all.start({ ...config, once: true });
    await once.ended();
    expect(warningsOf(once.log)).toEqual([NOTICE]);

    await using replicator = all.start({ ...config, http: SERVED });
    await replicator.log.until('caught up');
    await untilStatus(
      replicator,
      'it was polled and measured',
      ({ source: { state, maxId } }) => state === 'polling' && maxId !== null,
    );
    for (let n = 0; n < 3; n++) await all.untilCopied(await appendAtPrimary(1));
    expect(warningsOf(replicator.log)).toEqual([NOTICE]);

    await using promoted = await connectTo(eventSource);
    await promoted.query('SELECT pg_promote()');
    await replicator.log.until('source is no hot standby any more');
    await untilStatus(replicator, 'it was listened to', ({ source: { state } }) => state === 'listening');
    // Nobody looks by the clock any more: what arrives was notified.
    for (let n = 0; n < 3; n++) await all.untilCopied(await append(promoted, 1));
    expect(warningsOf(replicator.log)).toEqual([NOTICE]);
    await replicator.stop();
  },
);

/** Makes the standby end what reads `events`, until it has done so a few times. */
async function causeConflicts(standby: Connection): Promise<number> {
  await using locking = await connectTo(source);
  const ended = async () => {
    const [row] = await standby.query<{ ended: bigint }>(
      'SELECT confl_lock AS ended FROM pg_stat_database_conflicts WHERE datname = current_database()',
    );
    return Number(row?.ended ?? 0n);
  };
  await until('recovery had ended three statements', async () => {
    await locking.query('BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE; COMMIT');
    return (await ended()) >= 3;
  });
  return await ended();
}

test('what recovery ends while it reads is read again, also with onError "exit"', async ({ skip }) => {
  await using writing = await connectTo(source);
  await writing.query(
    `SET session_replication_role = replica;
     INSERT INTO events SELECT g, now(), '{}' FROM generate_series(100001, 400000) AS g; UPDATE id SET id = 400001`,
  );
  await using standby = await startStandby(skip);
  await using all = await createInstallation();
  const eventSource = { ...source, port: standby.port };
  await using watching = await connectTo(eventSource);
  await using replicator = all.start({ eventSource, once: true });
  const outcome = replicator.ended();
  const [conflicts] = await Promise.all([causeConflicts(watching), outcome]);
  expect(conflicts).toBeGreaterThanOrEqual(3);
  expect(await all.digest(all.destination())).toBe(await all.digest(eventSource));
});
