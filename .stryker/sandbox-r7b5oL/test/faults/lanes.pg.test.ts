/** Lanes copy at the same time and finish in any order; a reader of the destination must never see it. */
// @ts-nocheck

import { expect, test } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { PrefixObserver } from '../support/installation/prefix-observer.js';
import { connectTo } from '../support/postgres/databases.js';
import { until } from '../support/until.js';

/** The stride of batches: heavy and light ones take turns, so that a later one is done before an earlier one. */
const BATCH = 9_000;
const KILLS = 5;

async function appendUneven(all: Installation): Promise<void> {
  for (const repetitions of [25, 0, 25, 0, 25, 0, 25, 0]) {
    for (let half = 0; half < 2; half++) {
      await all.query(
        all.source,
        `SELECT append_events(array_agg(jsonb_build_object('n', n, 'text', repeat(md5(n::text), $1::int))))
           FROM generate_series(1, $2::int) AS n`,
        [repetitions, BATCH / 2],
      );
    }
  }
}

/** Ends one of the sessions that write, whatever it is doing. @returns how many: one or none. */
async function killOneLane(all: Installation, params: ConnectionParams): Promise<number> {
  const killed = await all.query(
    params,
    `SELECT pg_terminate_backend(pid) FROM (
       SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'
          AND starts_with(application_name, 'slate-replicator:') ORDER BY random() LIMIT 1) AS lane`,
  );
  return killed.length;
}

test('1 prefix: lanes with batches of uneven size commit in order, and none has to do its work again', async () => {
  await using all = await createInstallation();
  const observer = new PrefixObserver(all.source, all.destination());
  await appendUneven(all);
  await using running = all.start({ lanes: 4, onError: 'retry' });
  await running.log.until('caught up').finally(() => observer.stop());
  expect(observer.violations).toEqual([]);
  expect(running.log.of('destination failed: trying again')).toEqual([]);
  await all.untilEqual();
});

/** Waits until a lane has written all rows of its batch, whatever it does with them afterwards. */
function untilOneLaneHasCopied(all: Installation, params: ConnectionParams): Promise<void> {
  const sql = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle%'
                  AND starts_with(application_name, 'slate-replicator:') AND query LIKE '%COPY%'`;
  return until('a lane had copied its batch', async () => (await all.query(params, sql)).length > 0);
}

test('1 prefix: a lane that has written its rows while the batch before it is held shows none of them', async () => {
  await using all = await createInstallation();
  for (let batch = 0; batch < 4; batch++) await all.append(9);
  await using holder = await connectTo(all.destination());
  await holder.query(`BEGIN; INSERT INTO events (id, ts, event) VALUES (1, now(), '{}')`);
  await using running = all.start({ lanes: 2, maxEventsPerWrite: 10, onError: 'retry' });
  await untilOneLaneHasCopied(all, all.destination());
  expect(await all.count(all.destination())).toBe(0);
  await holder.query('ROLLBACK');
  await all.untilEqual();
  expect(running.log.of('destination failed: trying again')).toEqual([]);
});

test('1 prefix, 2 whole transactions: whichever lane is killed at whatever moment, ids are 1…N and N ends a transaction', async () => {
  await using all = await createInstallation();
  const observer = new PrefixObserver(all.source, all.destination());
  await appendUneven(all);
  {
    await using _running = all.start({ lanes: 4, onError: 'retry' });
    for (let kill = 0; kill < KILLS; kill++) {
      await until('a lane was killed', async () => {
        // So that there is always a lane at work, however fast it copies.
        await all.append(BATCH);
        return (await killOneLane(all, all.destination())) > 0;
      });
      const before = await all.count(all.destination());
      await until('it went on', async () => (await all.count(all.destination())) > before);
    }
    await all.untilEqual();
    await observer.stop();
  }
  expect(observer.violations).toEqual([]);
  expect(observer.prefixesSeen.size).toBeGreaterThan(3);
});

/** What a crash does that nobody notices: the last commits are gone, and the session that made them. */
async function loseLatest(all: Installation, above: number): Promise<void> {
  await all.query(
    all.destination(),
    `WITH lost AS (DELETE FROM events WHERE id > $1::int)
     SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND starts_with(application_name, 'slate-replicator:')`,
    [above],
  );
}

test.each([
  ['in a batch', {}],
  ['through the pipe', { memoryBudgetBytes: 1 }],
])(
  '4 once: a destination that lost its latest events in a crash, unnoticed, is not given what comes after them %s',
  async (_, overrides) => {
    await using all = await createInstallation();
    await all.append(7);
    await all.append(3);
    await using running = all.start({ ...overrides, onError: 'retry', pollIntervalMs: 3_600_000 });
    await running.log.until('caught up');
    await all.append(1);
    await all.untilEqual();
    const observer = new PrefixObserver(all.source, all.destination());
    await loseLatest(all, 7);
    await all.append(1);
    await all.untilEqual().finally(() => observer.stop());
    expect(observer.violations).toEqual([]);
  },
);

test('4 once: through the pipe, each write looks for its predecessor, also in a session that has found one', async () => {
  await using all = await createInstallation();
  await using running = all.start({ memoryBudgetBytes: 1, onError: 'retry' });
  await running.log.until('caught up');
  for (let n = 0; n < 3; n++) {
    await all.append(1);
    await all.untilEqual();
  }
  const observer = new PrefixObserver(all.source, all.destination());
  await all.query(all.destination(), 'DELETE FROM events WHERE id > 2');
  await all.append(1);
  await all.untilEqual().finally(() => observer.stop());
  expect(observer.violations).toEqual([]);
});
