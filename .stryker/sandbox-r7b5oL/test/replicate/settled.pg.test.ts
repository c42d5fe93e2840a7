/**
 * Guarantee 8, settled: nothing beyond a hole is copied while a transaction that could fill it is running. Events whose ids
 * come from a sequence, committed out of order, arrive complete and in order.
 */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { connectTo } from '../support/postgres/databases.js';
import { until } from '../support/until.js';

const INSERT = `INSERT INTO events (id, ts, event) VALUES (nextval('event_ids'), clock_timestamp(), '{}') RETURNING id`;

async function createSequence(all: Installation, start = 1): Promise<void> {
  await all.query(all.source, `CREATE SEQUENCE event_ids START ${start}`);
}

/** An open transaction that has taken the next id. */
async function insertOpen(all: Installation): Promise<Connection> {
  const writer = await connectTo(all.source);
  await writer.query('BEGIN');
  await writer.query(INSERT);
  return writer;
}

async function copiedIds(all: Installation): Promise<bigint[]> {
  const rows = await all.query<{ id: bigint }>(all.destination(), 'SELECT id FROM events ORDER BY id');
  return rows.map(({ id }) => id);
}

/** Waits until the replicator has asked who could still fill a hole. */
async function untilItWaits(all: Installation): Promise<void> {
  await until('it looked for transactions that could fill the hole', async () => {
    const asked = await all.query(
      all.source,
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%AS ended%' AND pid <> pg_backend_pid()`,
    );
    return asked.length > 0;
  });
}

/** Waits until a poll has found event `id`, which nobody announces. */
async function untilPolled(all: Installation, id: bigint): Promise<void> {
  await all.query(
    all.source,
    `SET session_replication_role = replica; ${INSERT}; RESET session_replication_role`,
  );
  await all.untilCopied(id);
}

describe.concurrent('8 settled:', () => {
  test.each([
    ['retry', false],
    ['exit', false],
    ['exit', true],
  ] as const)(
    'an event waits for the one before it that is not committed (%s, once: %s)',
    async (onError, once) => {
      await using all = await createInstallation();
      await createSequence(all);
      await all.query(all.source, INSERT);
      await using first = await insertOpen(all);
      await all.query(all.source, INSERT);
      await using replicator = all.start({ onError, once });
      await all.untilCopied(1n);
      await untilItWaits(all);
      expect(await copiedIds(all)).toEqual([1n]);
      await first.query('COMMIT');
      await all.untilCopied(3n);
      expect(await copiedIds(all)).toEqual([1n, 2n, 3n]);
      if (once) await replicator.ended();
      else await replicator.stop();
      expect(replicator.log.all.filter(({ level }) => level >= 50)).toEqual([]);
    },
  );

  test('an event behind an id that was rolled back is copied, and that is said once', async () => {
    await using all = await createInstallation();
    await createSequence(all);
    await using replicator = all.start({ onError: 'retry' });
    await replicator.log.until('caught up');
    for (let n = 0; n < 3; n++) {
      await using rolledBack = await insertOpen(all);
      await all.query(all.source, INSERT);
      await rolledBack.query('ROLLBACK');
    }
    await all.untilCopied(6n);
    expect(await copiedIds(all)).toEqual([2n, 4n, 6n]);
    expect(replicator.log.all.filter(({ msg }) => /missing in the source/.test(msg))).toHaveLength(1);
  });

  test('a destination that is loaded for the first time waits as well', async () => {
    await using all = await createInstallation();
    await createSequence(all);
    await using first = await insertOpen(all);
    await all.query(all.source, INSERT);
    await using replicator = all.start({ onError: 'retry' });
    await untilItWaits(all);
    expect(await copiedIds(all)).toEqual([]);
    await first.query('COMMIT');
    await all.untilCopied(2n);
    expect(await copiedIds(all)).toEqual([1n, 2n]);
    await replicator.stop();
  });

  test.each([
    ['retry', false],
    ['exit', true],
  ] as const)(
    'no event of a large transaction that was open at the start is late (%s, once: %s)',
    async (onError, once) => {
      await using all = await createInstallation();
      await createSequence(all);
      await all.query(all.source, INSERT);
      await all.copyOnce();
      await using open = await insertOpen(all);
      for (let n = 0; n < 800; n++) await open.query(INSERT);
      await all.query(all.source, INSERT);
      await using replicator = all.start({ onError, once, pollIntervalMs: 100 });
      await untilItWaits(all);
      await open.query('COMMIT');
      await all.untilCopied(803n);
      await all.untilEqual();
      if (once) await replicator.ended();
      else await untilPolled(all, 804n);
      await replicator.stop();
      expect(replicator.log.all.filter(({ level, msg }) => level >= 40 || /appeared/.test(msg))).toEqual([]);
    },
  );

  test('many writers with a sequence, of whom some roll back: all arrives, and each prefix was one of the source', async () => {
    await using all = await createInstallation();
    await createSequence(all);
    await using replicator = all.start({ onError: 'retry', pollIntervalMs: 60_000 });
    await replicator.log.until('caught up');
    const order: bigint[] = [];
    const watching = new AbortController();
    const observing = observeOrder(all, order, watching.signal);
    await Promise.all(Array.from({ length: 6 }, (_, writer) => writeOutOfOrder(all, writer)));
    await all.untilEqual();
    watching.abort();
    await observing;
    expect(order).toEqual([...order].sort((a, b) => (a < b ? -1 : 1)));
    expect(replicator.log.all.filter(({ msg }) => /appeared/.test(msg))).toEqual([]);
  });

  test('an event that appears in a hole after it was passed is copied at the next poll, and reported', async () => {
    await using all = await createInstallation();
    await createSequence(all);
    await all.query(all.source, "SELECT setval('event_ids', 10)");
    await all.query(all.source, INSERT);
    await using replicator = all.start({ onError: 'retry', pollIntervalMs: 300 });
    await all.untilCopied(11n);
    await all.query(all.source, "INSERT INTO events VALUES (12 + 1, now(), '{}')");
    await all.untilCopied(13n);
    await all.query(
      all.source,
      "SET session_replication_role = replica; INSERT INTO events VALUES (12, now(), '{}'); RESET session_replication_role",
    );
    await all.untilCopied(12n);
    await all.untilEqual();
    // A poll of the source finds it, or the look at the destination, whichever comes first.
    const reports = replicator.log.all.filter(
      ({ msg, event, err }) =>
        (/appeared/.test(msg) && event === 12n) ||
        (err instanceof Error && /lacks event 12,/.test(err.message)),
    );
    expect(reports).not.toEqual([]);
  });

  test('an event in a hole that was passed before the start is copied at a poll too', async () => {
    await using all = await createInstallation();
    await all.append(5);
    await all.query(all.source, "INSERT INTO events VALUES (7, now(), '{}'), (8, now(), '{}')");
    await all.query(all.source, 'DELETE FROM id');
    await all.copyOnce();
    await using replicator = all.start({ onError: 'retry', pollIntervalMs: 300 });
    await replicator.log.until('caught up');
    await all.query(all.source, "INSERT INTO events VALUES (6, now(), '{}')");
    await all.untilCopied(6n);
    await replicator.stop();
  });

  test('a source without holes is not asked who is writing', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await using replicator = all.start({ onError: 'retry' });
    await replicator.log.until('caught up');
    await using open = await insertAppendOpen(all);
    await using other = await connectTo(all.source);
    await other.query("SELECT set_config('lock_timeout', '1', false)");
    await open.query('COMMIT');
    await all.append(20);
    await all.untilEqual();
    const asked = await all.query(
      all.source,
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_locks%' AND state = 'active' AND pid <> pg_backend_pid()`,
    );
    expect(asked).toEqual([]);
  });
});

async function insertAppendOpen(all: Installation): Promise<Connection> {
  const writer = await connectTo(all.source);
  await writer.query('BEGIN');
  await writer.query("SELECT append_events(ARRAY['{}']::jsonb[])");
  return writer;
}

/** Transactions of one to three events, some of which are rolled back. */
async function writeOutOfOrder(all: Installation, writer: number): Promise<void> {
  await using connection = await connectTo(all.source);
  for (let n = 0; n < 25; n++) {
    await connection.query('BEGIN');
    for (let k = 0; k <= (n + writer) % 3; k++) await connection.query(INSERT);
    await connection.query(`SELECT pg_sleep(${((n * 7 + writer * 13) % 10) / 1000})`);
    await connection.query((n + writer) % 5 === 0 ? 'ROLLBACK' : 'COMMIT');
  }
}

/** Notes the ids of a destination in the order in which they become visible. */
async function observeOrder(all: Installation, order: bigint[], signal: AbortSignal): Promise<void> {
  await using connection = await connectTo(all.destination());
  const seen = new Set<bigint>();
  const look = async () => {
    const rows = await connection.query<{ id: bigint }>('SELECT id FROM events ORDER BY id');
    for (const { id } of rows) {
      if (!seen.has(id)) order.push(id);
      seen.add(id);
    }
  };
  while (!signal.aborted) await look();
  await look();
}

describe.concurrent('8 settled: an event past table "id"', () => {
  test('is not copied and named, and the events of append_events are copied all the same', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await using replicator = all.start({ onError: 'retry' });
    await replicator.log.until('caught up');
    await all.query(all.source, "INSERT INTO events VALUES (5000, now(), '{}')");
    await until('it was named', () =>
      replicator.log.all.some(({ event, level }) => level === 50 && event === 5000n),
    );
    await all.append(3);
    await all.untilCopied(13n);
    await all.append(200);
    await all.untilCopied(213n);
    expect((await copiedIds(all)).at(-1)).toBe(213n);
    await replicator.stop();
    expect(replicator.log.all.filter(({ event }) => event === 5000n)).toHaveLength(1);
  });

  test('that is there at the start makes no event late that append_events hands out before it', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await all.query(all.source, "INSERT INTO events VALUES (5000, now(), '{}')");
    await using replicator = all.start({ onError: 'retry', pollIntervalMs: 200 });
    await replicator.log.until('caught up');
    // No trigger fires: it may be deleted, and what is appended then is found by a poll.
    const quietly = (sql: string) =>
      `SET session_replication_role = replica; ${sql}; RESET session_replication_role`;
    await all.query(all.source, quietly('DELETE FROM events WHERE id = 5000'));
    for (let id = 11n; id <= 14n; id++) {
      await all.query(all.source, quietly("SELECT append_events(ARRAY['{}'::jsonb])"));
      await all.untilCopied(id);
    }
    await replicator.stop();
    expect(replicator.log.all.filter(({ msg }) => /appeared/.test(msg))).toEqual([]);
  });

  test('does not keep a destination that has everything from being live', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await all.query(all.source, "INSERT INTO events VALUES (5000, now(), '{}')");
    await all.copyOnce();
    await using replicator = all.start({ onError: 'retry' });
    await replicator.log.until('caught up');
    await all.append(2);
    await all.untilCopied(12n);
    await replicator.stop();
  });

  test('does not keep --once from ending, nor a first load from being whole', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await all.query(all.source, "INSERT INTO events VALUES (5000, now(), '{}')");
    await all.copyOnce();
    expect((await copiedIds(all)).at(-1)).toBe(10n);
    await all.append(5);
    await all.copyOnce();
    expect((await copiedIds(all)).at(-1)).toBe(15n);
  });

  test('is followed when the writers go on with a sequence from there', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await createSequence(all, 11);
    await using replicator = all.start({ onError: 'retry' });
    await replicator.log.until('caught up');
    for (let n = 0; n < 5; n++) await all.query(all.source, INSERT);
    await all.untilCopied(15n);
    await replicator.stop();
    expect(replicator.log.all.filter(({ level }) => level >= 50)).toEqual([]);
  });

  test('is copied where the role may not read table "id", which is said', async () => {
    await using all = await createInstallation();
    await all.append(3);
    await using role = await RestrictedRole.create(all, [{ on: all.source, rights: 'SELECT' }]);
    await using replicator = all.start({ onError: 'retry', eventSource: role.in(all.source) });
    await replicator.log.until('caught up');
    expect(replicator.log.all.filter(({ msg }) => /may not read table "id"/.test(msg))).toHaveLength(1);
    await replicator.stop();
  });
});
