/**
 * Guarantee 7: a source that lost events and gave their ids out again, as after a crash, a failover or a restore, is found
 * before anything of its new past is written, whatever the replicator is doing at that moment.
 */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { placeOf } from '../../src/pg/connection-params.js';
import {
  createInstallation,
  type Installation,
  type StartOptions,
} from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { until } from '../support/until.js';

interface Loss {
  /** Ids above this one are lost. */
  readonly after: number;
  /** So many others get ids from there on; 0: nobody has appended since. */
  readonly others: number;
  /** Without a notification, only the poll can find it. */
  readonly silently?: boolean;
}

/** In one transaction: nobody sees the state between. */
async function loseEvents(all: Installation, { after, others, silently = false }: Loss): Promise<void> {
  const role = silently ? 'replica' : 'origin';
  const append =
    others === 0
      ? ''
      : `SELECT append_events(ARRAY(SELECT jsonb_build_object('other', n) FROM generate_series(1, ${others}) n));`;
  await all.query(
    all.source,
    `BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM events WHERE id > ${after};
     UPDATE id SET id = ${after + 1}; SET LOCAL session_replication_role = ${role}; ${append} COMMIT`,
  );
}

async function endSourceSessions(all: Installation): Promise<void> {
  await all.query(
    all.source,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name LIKE 'slate-replicator%'`,
  );
}

/** Every event of the destination is one that the source handed out before the loss. */
async function expectNothingOther(all: Installation): Promise<void> {
  const sql = "SELECT count(*) AS others FROM events WHERE event ? 'other'";
  expect(await all.query(all.destination(), sql)).toEqual([{ others: 0n }]);
}

async function expectStopped(
  all: Installation,
  { log }: RunningReplicator,
  firstLost: number,
): Promise<void> {
  const [stopped] = await log.until('destination stopped: a person must act');
  const message = expect.stringMatching(new RegExp(`event (that differs is )?${firstLost}`));
  expect(stopped).toMatchObject({ level: 50, err: { name: 'DivergenceError', exitCode: 3, message } });
  await expectNothingOther(all);
}

const losses: Readonly<Record<string, Loss>> = {
  'and gave few ids out again': { after: 95, others: 10 },
  'and gave more ids out again than are read at a time': { after: 95, others: 300 },
  'and exactly as many as it had lost': { after: 95, others: 5 },
  'and nobody has appended since': { after: 50, others: 0 },
  'and no notification tells of it': { after: 95, others: 10, silently: true },
};

async function live(all: Installation, options: StartOptions = {}): Promise<RunningReplicator> {
  await all.append(100);
  const replicator = all.start({ onError: 'retry', pollIntervalMs: 500, ...options });
  await replicator.log.until('caught up', { count: all.destinations.length });
  return replicator;
}

describe.concurrent('7 refusal: a source that lost events while a replicator is live', () => {
  test.each(Object.entries(losses))('is found: it lost them %s', async (_, loss) => {
    await using all = await createInstallation();
    await using replicator = await live(all);
    await loseEvents(all, loss);
    await expectStopped(all, replicator, loss.after + 1);
    expect(await all.count(all.destination())).toBe(100);
  });

  test('is found when its sessions ended too, as in a failover', async () => {
    await using all = await createInstallation();
    await using replicator = await live(all);
    await loseEvents(all, losses['and gave few ids out again'] as Loss);
    await endSourceSessions(all);
    await expectStopped(all, replicator, 96);
  });

  test('ends the process with 3 where it ends on exceptions', async () => {
    await using all = await createInstallation();
    await using replicator = await live(all, { onError: 'exit' });
    await loseEvents(all, losses['and gave few ids out again'] as Loss);
    expect(await replicator.failure()).toMatchObject({ name: 'DivergenceError', exitCode: 3 });
    await expectNothingOther(all);
  });

  test('is found by every destination, and one that is not as far goes on with the new past', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(100);
    await all.copyOnce();
    await all.query(all.destination(1), 'DELETE FROM events WHERE id > 90');
    // The second one cannot write meanwhile.
    const holder = await all.session(all.destination(1));
    await holder.query('BEGIN; LOCK TABLE events IN SHARE MODE');
    await using replicator = all.start({ onError: 'retry', pollIntervalMs: 500 });
    await replicator.log.until('caught up', { destination: nameOfFirst(all) });
    await loseEvents(all, { after: 95, others: 10 });
    await replicator.log.until('destination stopped: a person must act', { destination: nameOfFirst(all) });
    await holder.query('COMMIT');
    await all.untilEqual([all.destination(1)]);
    await expectNothingOther(all);
  });

  test('is found while a large backlog is being copied', async () => {
    await using all = await createInstallation();
    for (let n = 0; n < 30; n++) await all.append(2_000);
    const holder = await all.session(all.destination());
    await using replicator = all.start({ onError: 'retry', lanes: 1 });
    await until('some of it was there', async () => (await all.count(all.destination())) > 0);
    await holder.query('BEGIN; LOCK TABLE events IN SHARE MODE');
    const there = await all.count(all.destination());
    await loseEvents(all, { after: there - 500, others: 5_000 });
    await holder.query('COMMIT');
    await expectStopped(all, replicator, there - 499);
  });

  test('is found between two gaps that are filled', async () => {
    await using all = await createInstallation();
    for (let n = 0; n < 10; n++) await all.append(100);
    await all.copyOnce();
    await all.query(
      all.destination(),
      'DELETE FROM events WHERE id BETWEEN 101 AND 200 OR id BETWEEN 661 AND 700',
    );
    const holder = await all.session(all.destination());
    await holder.query('BEGIN; LOCK TABLE events IN SHARE MODE');
    await using replicator = all.start({ onError: 'retry', pollIntervalMs: 500 });
    await until('it wrote the first', async () => {
      const waiting = await all.query(
        all.destination(),
        `SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
          WHERE datname = current_database() AND relation = 'events'::regclass AND NOT granted`,
      );
      return waiting.length > 0;
    });
    await loseEvents(all, { after: 650, others: 400 });
    await holder.query('COMMIT');
    await expectStopped(all, replicator, 651);
    expect(await all.count(all.destination())).toBe(960);
  });

  test('is found while a transaction too large for memory is being piped', async () => {
    await using all = await createInstallation();
    await all.append(10);
    const holder = await all.session(all.destination());
    await using replicator = all.start({ onError: 'retry', memoryBudgetBytes: 1_000_000 });
    await replicator.log.until('caught up');
    await holder.query('BEGIN; LOCK TABLE events IN SHARE MODE');
    await all.query(
      all.source,
      `SELECT append_events(ARRAY(SELECT jsonb_build_object('text', repeat(md5(n::text), 20)) FROM generate_series(1, 20000) n))`,
    );
    await replicator.log.until('piping a transaction too large for memory');
    await loseEvents(all, { after: 5_000, others: 20_000 });
    await holder.query('COMMIT');
    await replicator.log.until('destination failed: trying again');
    await all.untilEqual();
    expect(replicator.log.of('destination failed: trying again')).toMatchObject([
      { err: { message: expect.stringMatching(/no longer holds event \d+/) } },
    ]);
  });
});

function nameOfFirst(all: Installation): string {
  return placeOf(all.destination());
}
