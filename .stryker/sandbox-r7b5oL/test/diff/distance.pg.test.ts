/** Tables that are far away, or one of them: comparing asks for many ranges at a time. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { type CompareOptions, compareTables } from '../../src/diff/compare/compare-tables.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { RoundTrips } from '../support/network/round-trips.js';

/** The same events in both tables. */
async function equalTables(events: number): Promise<Installation> {
  const all = await createInstallation();
  for (const params of [all.source, all.destination()]) {
    await all.query(
      params,
      `INSERT INTO events SELECT n, timestamptz '2026-01-01' + n * interval '1 ms', jsonb_build_object('n', n)
         FROM generate_series(1, ${events}) AS n`,
    );
  }
  return all;
}

type Way = 'far' | 'near';

/** Compares over ways of which at least one is long. @returns the round trips beside what was found. */
async function compare(all: Installation, [left, right]: readonly [Way, Way], options: CompareOptions = {}) {
  await using trips = await RoundTrips.to(all.source);
  const found = await compareTables(trips[left](all.source), trips[right](all.destination()), options);
  return { ...found, roundTrips: trips.count };
}

describe.each([
  ['far', 'far'],
  ['near', 'far'],
  ['far', 'near'],
] as const)('a table %s and one %s', (...ways) => {
  test('that are small are compared within five round trips after logging in', async () => {
    await using all = await equalTables(10);
    const { equal, roundTrips } = await compare(all, ways);
    expect(equal).toBe(true);
    expect(roundTrips).toBeLessThanOrEqual(5);
  });

  test('that are compared in fourteen ranges need no round trip for each', async () => {
    await using all = await equalTables(14_000);
    let ranges = 0;
    const onProgress = () => {
      ranges += 1;
    };
    const { equal, roundTrips } = await compare(all, ways, { maxEventsPerRead: 1_000, onProgress });
    expect({ equal, ranges }).toEqual({ equal: true, ranges: 14 });
    expect(roundTrips).toBeLessThanOrEqual(7);
  });

  test.each([
    [10_000, 16],
    [40_000, 12],
  ])(
    'that differ here and there, read %i events at a time, are looked at in many places at once and told in order',
    async (maxEventsPerRead, most) => {
      await using all = await equalTables(40_000);
      const ids = [1n, 5_000n, 9_000n, 10_001n, 15_000n, 21_000n, 29_999n, 39_000n, 40_000n];
      await all.query(all.destination(), `UPDATE events SET event = '{}' WHERE id = ANY ($1)`, [ids]);
      const { ranges, examples, roundTrips } = await compare(all, ways, { maxEventsPerRead });
      expect(ranges.map(({ from }) => from)).toEqual(ids);
      expect(examples.map(({ id }) => id)).toEqual(ids);
      expect(roundTrips).toBeLessThanOrEqual(most);
    },
  );
});
