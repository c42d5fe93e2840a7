// @ts-nocheck
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { insertValues } from '../support/databases/insert-values.js';
import { connectTo, createSource } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

const CALLS_PER_LOADER = 60;

/** Every third transaction is rolled back; events per call vary; both ways in take turns. */
async function loadSome(params: ConnectionParams, loader: number): Promise<number> {
  await using source = await connectTo(params);
  let committed = 0;
  for (let call = 0; call < CALLS_PER_LOADER; call++) {
    const events = Array.from({ length: 1 + ((call * 7 + loader) % 40) }, (_, n) =>
      JSON.stringify({ loader, call, n }),
    );
    await source.query('BEGIN');
    if (call % 2 === 0) await source.query('SELECT insert_events($1)', [insertValues(events)]);
    else await source.query('SELECT append_events($1::jsonb[])', [events]);
    const keep = call % 3 !== 2;
    await source.query(keep ? 'COMMIT' : 'ROLLBACK');
    if (keep) committed += events.length;
  }
  return committed;
}

/** Looks, as long as `wanted` says so, at what can be seen: the highest id, and how many there are. */
async function observe(source: Connection, wanted: () => boolean): Promise<{ count: bigint; max: bigint }[]> {
  const seen: { count: bigint; max: bigint }[] = [];
  while (wanted()) {
    seen.push(
      ...(await source.query<{ count: bigint; max: bigint }>(
        'SELECT count(*), coalesce(max(id), 0) AS max FROM events',
      )),
    );
    await setImmediate();
  }
  return seen;
}

test('four loaders with rollbacks: ids are consecutive, and no id is ever seen before a lower one', async () => {
  const params = await createSource(sharedServer());
  await using observer = await connectTo(params);
  let loading = true;
  const observing = observe(observer, () => loading);
  const committed = await Promise.all([0, 1, 2, 3].map((loader) => loadSome(params, loader)));
  loading = false;
  const seen = await observing;

  expect(seen.length).toBeGreaterThan(10);
  expect(seen.filter(({ count, max }) => count !== max)).toEqual([]);
  const total = BigInt(committed.reduce((sum, events) => sum + events, 0));
  const [table] = await observer.query('SELECT count(*), min(id), max(id) FROM events');
  expect(table).toEqual({ count: total, min: 1n, max: total });
  const [calls] = await observer.query(
    `SELECT bool_and(consecutive) AS whole FROM (
       SELECT max(id) - min(id) + 1 = count(*) AND count(DISTINCT ts) = 1 AS consecutive
         FROM events GROUP BY event -> 'loader', event -> 'call') AS call`,
  );
  expect(calls).toEqual({ whole: true });
});

test('commit order is id order: who took ids later waits for who took them earlier', async () => {
  const params = await createSource(sharedServer());
  await using first = await connectTo(params);
  await using second = await connectTo(params);
  await first.query('BEGIN');
  await first.query("SELECT append_events('{1}')");
  const order: string[] = [];
  const waiting = second.query("SELECT append_events('{2}')").then(() => order.push('second'));
  await untilBlocked(first, second);
  await first.query('COMMIT').then(() => order.push('first'));
  await waiting;
  expect(order).toEqual(['first', 'second']);
  expect(await first.query('SELECT id, event::text FROM events ORDER BY id')).toEqual([
    { id: 1n, event: '1' },
    { id: 2n, event: '2' },
  ]);
});

async function untilBlocked(observer: Connection, { client }: Connection): Promise<void> {
  const { processID } = client as unknown as { processID: number };
  for (;;) {
    const [row] = await observer.query<{ blocked: boolean }>(
      'SELECT cardinality(pg_blocking_pids($1)) > 0 AS blocked',
      [processID],
    );
    if (row?.blocked) return;
  }
}
