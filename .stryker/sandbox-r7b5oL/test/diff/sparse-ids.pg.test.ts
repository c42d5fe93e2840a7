/** What comparing costs depends on how many events there are, not on their ids. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { compareTables } from '../../src/diff/compare/compare-tables.js';
import { EventsTable } from '../../src/diff/tables/events-table.js';
import { validateTable } from '../../src/diff/validate/validate-table.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';

const CONNECT = { connectTimeoutMs: 15_000 };
const EVENTS = 20_000;
const EVENTS_PER_READ = 5_000;

/** The same events in both tables, under ids that `id` makes of 1, 2, 3, … */
async function equalTables(id: string): Promise<Installation> {
  const all = await createInstallation();
  for (const params of [all.source, all.destination()]) {
    await all.query(
      params,
      `INSERT INTO events SELECT ${id}, timestamptz '2026-01-01' + n * interval '1 ms', jsonb_build_object('n', n)
         FROM generate_series(1, ${EVENTS}) AS n`,
    );
  }
  return all;
}

/** @returns how many ranges were compared, with what result. */
async function compare(all: Installation) {
  let ranges = 0;
  const comparison = await compareTables(all.source, all.destination(), {
    maxEventsPerRead: EVENTS_PER_READ,
    onProgress: () => {
      ranges += 1;
    },
  });
  return { ...comparison, statements: ranges };
}

test.each([
  ['dense', 'n'],
  ['a million apart', 'n * 1000000::bigint'],
  [
    'dense, but for the first and the last one',
    'CASE n WHEN 1 THEN -9223372036854775808 WHEN 20000 THEN 9223372036854775807 ELSE n END',
  ],
  [
    'each twice as far as the one before, then dense',
    'CASE WHEN n < 60 THEN (1::bigint << n) ELSE (1::bigint << 60) + n END',
  ],
])('ids that are %s are compared in as many ranges, without statistics', async (_, id) => {
  await using all = await equalTables(id);
  // Where the last range is full, another one has to be asked for to know that nothing follows.
  const { equal, events, statements } = await compare(all);
  expect({ equal, events }).toEqual({ equal: true, events: { left: 20_000n, right: 20_000n } });
  expect(statements).toBeGreaterThanOrEqual(EVENTS / EVENTS_PER_READ);
  expect(statements).toBeLessThanOrEqual(EVENTS / EVENTS_PER_READ + 1);
  await all.query(all.destination(), 'DELETE FROM events WHERE event = \'{"n": 12345}\'');
  expect((await compare(all)).counts).toMatchObject({ missingRight: 1n });
});

test('a range of many events is digested a limited number at a time, and comes to the same', async () => {
  await using all = await equalTables('n * 1000000::bigint');
  const whole = { from: 1n, to: 2n ** 63n - 1n };
  await using limited = await EventsTable.open(all.source, { ...CONNECT, maxEventsPerRead: EVENTS_PER_READ });
  await using unlimited = await EventsTable.open(all.source, { ...CONNECT, maxEventsPerRead: EVENTS + 1 });
  const { range, digest } = await limited.digestFirst(whole);
  expect({ range, count: digest.count }).toEqual({ range: { from: 1n, to: 5_000_000_000n }, count: 5_000n });
  const all20000 = await unlimited.digestFirst(whole);
  expect(all20000.range).toEqual(whole);
  expect(await limited.digest(whole)).toEqual(all20000.digest);
});

test('validating reads a limited number of events at a time, and ends at a hole of any size', async () => {
  await using all = await createInstallation();
  const stats = `jsonb_build_object('testingStats', jsonb_build_object(
    'programId', 'p', 'dbOperationNum', n, 'dbOperationId', n, 'dbOperationEventNum', 1, 'dbOperationEventCount', 1))`;
  await all.query(
    all.source,
    `INSERT INTO events SELECT n, now(), ${stats} FROM generate_series(1, 12000) n`,
  );
  const seen: number[] = [];
  const options = {
    connectTimeoutMs: 15_000,
    maxEventsPerRead: 5_000,
    onProgress: (done: number) => seen.push(done),
  };
  expect(await validateTable(all.source, options)).toEqual({ events: 12_000n, operations: 12_000n });
  expect(seen).toEqual([5_001, 10_001, 12_000]);
  await all.query(
    all.source,
    `INSERT INTO events SELECT 9223372036854775807, now(), ${stats} FROM generate_series(1, 1) n`,
  );
  const { problem } = await validateTable(all.source, options);
  expect(problem).toContain('ids 12001 to 9223372036854775806 are missing');
});
