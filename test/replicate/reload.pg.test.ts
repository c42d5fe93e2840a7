/** Destinations that come, go, change and pause while a replicator runs. */
import { describe, expect, it } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { TableLock } from '../support/databases/table-lock.js';
import { untilState } from '../support/installation/holding.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { freePort } from '../support/postgres/free-port.js';
import { until } from '../support/until.js';

/** A replicator that is live at the first destination. The others are not configured yet. */
async function startWithFirst(
  all: Installation,
  options: { readonly onError?: 'exit' | 'retry' } = {},
): Promise<RunningReplicator> {
  await all.append(10);
  const replicator = all.start({ replicationDestinations: [all.destination()], ...options });
  await replicator.log.until('caught up');
  return replicator;
}

/** The server processes of the replicator at a destination. */
async function sessionsAt(all: Installation, params: ConnectionParams): Promise<unknown[]> {
  return all.query(
    params,
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database()
        AND application_name ~ '^slate-replicator(:|/control)' ORDER BY pid`,
  );
}

const failures = ({ log }: RunningReplicator) => log.of('destination failed: trying again');

describe('when the configuration is read again', () => {
  it('a new destination is copied to, and the one of before keeps its sessions', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await using replicator = await startWithFirst(all);
    const before = await sessionsAt(all, all.destination());
    expect(before).not.toEqual([]);
    await replicator.reload(all.destinations);
    await all.untilEqual();
    await all.append(1);
    await all.untilEqual();
    expect(await sessionsAt(all, all.destination())).toEqual(before);
    expect(replicator.log.of('configuration read again')).toMatchObject([
      { added: [expect.any(String)], removed: [], startedAgain: [] },
    ]);
  });

  it('a destination that is gone ends with all its sessions, and its copied events are told', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(10);
    await using replicator = all.start();
    await replicator.log.until('caught up', { count: 2 });
    await replicator.reload([all.destination()]);
    expect(await sessionsAt(all, all.destination(1))).toEqual([]);
    await all.untilCopied(await all.append(1), [all.destination()]);
    expect(await all.count(all.destination(1))).toBe(10);
    expect(replicator.log.of('summary')).toMatchObject([{ events: 10 }]);
    expect(replicator.replicator.destinations).toHaveLength(1);
  });

  it('a destination that only has another name goes on under it, and no second writer fights the first', async () => {
    await using all = await createInstallation();
    await using replicator = await startWithFirst(all);
    await replicator.reload([{ ...all.destination(), name: 'berlin' }]);
    await untilState(replicator, 'live');
    await all.untilCopied(await all.append(1));
    expect(replicator.log.of('state', { destination: 'berlin', state: 'live' })).toHaveLength(1);
    expect(failures(replicator)).toEqual([]);
  });

  it('a name that goes to another database takes the place of the one before', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(10);
    const [first, second] = all.destinations.map((params) => ({ ...params, name: 'berlin' }));
    await using replicator = all.start({ replicationDestinations: [first as ConnectionParams] });
    await replicator.log.until('caught up');
    await replicator.reload([second as ConnectionParams]);
    await all.untilCopied(10n, [all.destination(1)]);
    expect(await sessionsAt(all, all.destination())).toEqual([]);
  });

  it('a destination is paused without a session, and goes on when it is paused no longer', async () => {
    await using all = await createInstallation();
    await using replicator = await startWithFirst(all);
    await replicator.reload([{ ...all.destination(), paused: true }]);
    await untilState(replicator, 'paused');
    await all.append(1);
    expect(await sessionsAt(all, all.destination())).toEqual([]);
    expect(replicator.log.of('destination is paused')).toHaveLength(1);
    expect(await all.count(all.destination())).toBe(10);
    await replicator.reload([all.destination()]);
    await all.untilEqual();
    expect(replicator.log.of('configuration read again')).toMatchObject([
      { startedAgain: [expect.any(String)] },
      { startedAgain: [expect.any(String)] },
    ]);
  });

  it.each(['exit', 'retry'] as const)(
    'with onError: %s, a new destination that cannot be reached is tried again, and the others go on',
    async (onError) => {
      await using all = await createInstallation();
      await using replicator = await startWithFirst(all, { onError });
      const lost = { ...all.destination(), port: await freePort(), name: 'lost' };
      await replicator.reload([all.destination(), lost]);
      await replicator.log.until('destination failed: trying again', { destination: 'lost' });
      await all.untilCopied(await all.append(1));
      await replicator.reload([all.destination()]);
      await all.untilCopied(await all.append(1));
    },
  );

  it('a new destination that is none is stopped, and started again when the file is read once more', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await using replicator = await startWithFirst(all);
    const second = all.destination(1);
    await all.query(second, 'ALTER TABLE events RENAME TO elsewhere');
    await replicator.reload(all.destinations);
    await replicator.log.until('destination stopped: a person must act');
    await all.query(second, 'ALTER TABLE elsewhere RENAME TO events');
    await all.append(1);
    await replicator.reload(all.destinations);
    await all.untilEqual();
  });

  it('a destination that waits for a lock ends all the same, and nothing is written there later', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(10);
    await using replicator = all.start({ onError: 'retry' });
    await replicator.log.until('caught up', { count: 2 });
    await using lock = await TableLock.take(all.destination(1), 'ACCESS EXCLUSIVE');
    await all.append(1);
    await lock.untilWaitedFor();
    await replicator.reload([all.destination()]);
    expect(await sessionsAt(all, all.destination())).not.toEqual([]);
    await until(
      'its sessions were gone',
      async () => (await sessionsAt(all, all.destination(1))).length === 0,
    );
    await lock.release();
    expect(await all.count(all.destination(1))).toBe(10);
  });

  it('nothing changes where a server has too little room for a new destination', async () => {
    await using all = await createInstallation({ destinations: 2 });
    const grants = all.destinations.map((on) => ({ on, rights: 'SELECT, INSERT' }));
    await using role = await RestrictedRole.create(all, grants);
    const [first, second] = all.destinations.map((params) => role.in(params)) as [
      ConnectionParams,
      ConnectionParams,
    ];
    await all.append(10);
    await using replicator = all.start({ replicationDestinations: [first] });
    await replicator.log.until('caught up');
    await all.query(all.source, `ALTER ROLE ${first.user} CONNECTION LIMIT 3`);
    await expect(replicator.reload([first, second])).rejects.toThrow(/has too few connections: 5 are needed/);
    expect(replicator.log.of('configuration read again')).toEqual([]);
    await until('nothing was left open', async () => (await sessionsAt(all, second)).length === 0);
    await all.untilCopied(await all.append(1), [all.destination()]);
  });

  it('a stop ends what comes and goes at that time', async () => {
    await using all = await createInstallation({ destinations: 2 });
    const replicator = await startWithFirst(all);
    const reloading = replicator.reload([all.destination(1)]).catch(() => {});
    await replicator.stop();
    await reloading;
    await replicator[Symbol.asyncDispose]();
    expect((await all.foreignSessions()).filter((session) => !session.includes('slate-test'))).toEqual([]);
  });
});

it('a paused destination is left out of a run with --once, which says so', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(10);
  const paused = { ...all.destination(1), paused: true } as const;
  await using replicator = all.start({ once: true, replicationDestinations: [all.destination(), paused] });
  await replicator.ended();
  expect(await all.count(all.destination())).toBe(10);
  expect(await all.count(all.destination(1))).toBe(0);
  expect(replicator.log.of('destination is paused')).toHaveLength(1);
});
