/** `onError: 'retry'`: what needs a person stops one destination alone; what passes is waited for. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { errorCode } from '../../src/pg/error-code.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { TableLock } from '../support/databases/table-lock.js';
import { endSessions } from '../support/installation/bad-weather.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { connectTo } from '../support/postgres/databases.js';
import { needsPasswordCheck } from '../support/postgres/needs.js';
import { until } from '../support/until.js';

const BAD = 1;

const WRONG_PASSWORD = 'has another password';

/** Each spoils the destination. @returns how it is reached from then on. */
const troubles: Record<string, (all: Installation, bad: ConnectionParams) => Promise<ConnectionParams>> = {
  'has no table': async (all, bad) => {
    await all.query(bad, 'DROP TABLE events');
    return bad;
  },
  'has a column of another type': async (all, bad) => {
    await all.query(bad, 'ALTER TABLE events ALTER ts TYPE timestamp');
    return bad;
  },
  'does not exist': async (_, bad) => ({ ...bad, databaseName: `${bad.databaseName}_gone` }),
  [WRONG_PASSWORD]: async (_, bad) => ({ ...bad, password: 'wrong' }),
};

describe.concurrent('with onError "retry" a destination is stopped alone, and the others go on, when it', () => {
  test.for(Object.entries(troubles))('%s', async ([trouble, spoil], context) => {
    if (trouble === WRONG_PASSWORD) needsPasswordCheck(context);
    await using all = await createInstallation({ destinations: 3 });
    await all.append(10);
    const bad = await spoil(all, all.destination(BAD));
    const replicationDestinations = all.destinations.map((params, n) => (n === BAD ? bad : params));
    await using running = all.start({ onError: 'retry', replicationDestinations });
    await running.log.until('destination stopped: a person must act');
    const good = [all.destination(0), all.destination(2)];
    await all.untilEqual(good);
    await all.append(10);
    await all.untilEqual(good);
    expect(running.replicator.destinations.map(({ state }) => state)).toEqual(['live', 'stopped', 'live']);
    await running.stop();
  });

  test('loses a right in the middle of a run', async () => {
    await using all = await createInstallation({ destinations: 2 });
    const on = all.destination(BAD);
    await using role = await RestrictedRole.create(all, [{ on, rights: 'SELECT, INSERT' }]);
    await using running = all.start({
      onError: 'retry',
      replicationDestinations: [all.destination(0), role.in(on)],
    });
    await running.log.until('caught up', { count: 2 });
    await all.query(on, `REVOKE INSERT ON events FROM ${role.in(on).user}`);
    await all.append(10);
    const [stopped] = await running.log.until('destination stopped: a person must act');
    expect(stopped?.['destination']).toContain(on.databaseName);
    await all.untilEqual([all.destination(0)]);
    expect(await all.count(on)).toBe(0);
    await running.stop();
  });
});

test('with onError "retry" sessions that an administrator ends, and queries that he cancels, are tried again', async () => {
  await using all = await createInstallation();
  await using running = all.start({ onError: 'retry' });
  await running.log.until('caught up');
  for (const end of ['pg_terminate_backend', 'pg_cancel_backend']) {
    const lock = await TableLock.take(all.destination(), 'SHARE');
    await all.append(10);
    await lock.untilWaitedFor();
    await all.query(
      all.destination(),
      `SELECT ${end}(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    await running.log.until('destination failed: trying again');
    await lock.release();
    await all.untilEqual();
  }
  expect(await endSessions(all.source, 'slate-replicator')).toBeGreaterThan(0);
  await all.append(10);
  await all.untilEqual();
});

test('with onError "retry" a role that may open no more sessions is tried again until it may', async () => {
  await using all = await createInstallation();
  const on = all.destination();
  await using role = await RestrictedRole.create(all, [{ on, rights: 'SELECT, INSERT' }]);
  const limitSessions = (to: number) =>
    all.query(on, `ALTER ROLE ${role.in(on).user} CONNECTION LIMIT ${to}`);
  await all.append(10);
  await using running = all.start({ onError: 'retry', replicationDestinations: [role.in(on)] });
  await running.log.until('caught up');
  await limitSessions(1);
  await all.query(on, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [
    role.in(on).user,
  ]);
  await all.append(10);
  await until('the role could open no more', () => codesOf(running).has('53300'));
  await limitSessions(-1);
  await all.untilEqual();
  await running.stop();
});

test('with onError "retry" a batch that ends a deadlock is written again', async () => {
  await using all = await createInstallation();
  const on = all.destination();
  await using other = await connectTo(on);
  await using obstacle = await connectTo(on);
  // It is never the other that gives way.
  await other.query(`SET deadlock_timeout = '1h'`);
  await other.query(`BEGIN; INSERT INTO events VALUES (9, now(), '{}')`);
  await obstacle.query(`BEGIN; INSERT INTO events VALUES (5, now(), '{}')`);
  await all.append(10);
  await using running = all.start({ onError: 'retry' });
  await until('the batch waited', async () => (await waitingSessions(all, on)) === 1);
  const inserting = other.query(`INSERT INTO events VALUES (1, now(), '{}')`);
  await until('the other waited too', async () => (await waitingSessions(all, on)) === 2);
  await obstacle.query('ROLLBACK');
  await inserting;
  await running.log.until('destination failed: trying again');
  expect(codesOf(running)).toEqual(new Set(['40P01']));
  await other.query('ROLLBACK');
  await all.untilEqual();
});

/** Sessions that wait for another one's transaction. */
async function waitingSessions(all: Installation, params: ConnectionParams): Promise<number> {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return (await all.query(params, sql)).length;
}

/** What the destination failed with, as SQLSTATEs. */
function codesOf({ log }: RunningReplicator): Set<string | undefined> {
  return new Set(log.of('destination failed: trying again').map(({ err }) => errorCode(err)));
}
