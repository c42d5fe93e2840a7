import fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { normalize } from '../../src/events/id-range.js';
import type { Connection } from '../../src/pg/connection.js';
import { type CopyPlan, planCopy } from '../../src/plan/copy-plan.js';
import { readExtent, readIslands } from '../../src/plan/read-extent.js';
import { SECONDARY_INDEXES } from '../../src/schema/objects.js';
import { connectTo, createDestination } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

/** Enough ids that they are compared in more than one bucket. */
const MANY_IDS = 16_384n;

let source: Connection;
let destination: Connection;

beforeAll(async () => {
  source = await connectTo(await createDestination(sharedServer()));
  destination = await connectTo(await createDestination(sharedServer()));
  // Nothing here looks at them, and they make filling tables slow.
  const indexes = SECONDARY_INDEXES.join(', ');
  for (const connection of [source, destination]) await connection.query(`DROP INDEX ${indexes}`);
});
afterAll(async () => {
  for (const connection of [source, destination]) await connection[Symbol.asyncDispose]();
});

/** Fills a table with exactly these ids. */
async function fill(connection: Connection, sql: string, values: readonly unknown[] = []): Promise<void> {
  await connection.query('TRUNCATE events');
  await connection.query(`INSERT INTO events SELECT id, now(), '{}' FROM (${sql}) AS ids (id)`, values);
}

async function plan(): Promise<CopyPlan> {
  return planCopy(
    { connection: source, extent: await readExtent(source) },
    { connection: destination, extent: await readExtent(destination) },
  );
}

it('an empty destination is missing everything', async () => {
  await fill(source, 'SELECT generate_series(1, 20)');
  await fill(destination, 'SELECT generate_series(1, 0)');
  expect(await readExtent(destination)).toEqual({ count: 0n });
  expect(await plan()).toEqual({ gaps: [], extra: [] });
});

it('an empty source shows that all events of a destination are its own', async () => {
  await fill(source, 'SELECT generate_series(1, 0)');
  await fill(destination, 'SELECT generate_series(3, 12)');
  expect(await plan()).toEqual({ gaps: [], extra: [{ from: 3n, to: 12n }], tailAfter: 12n });
});

it('events before the first one of the other side are seen on either side', async () => {
  await fill(source, 'SELECT generate_series(5, 20)');
  await fill(destination, 'SELECT generate_series(8, 12)');
  expect(await plan()).toMatchObject({ gaps: [{ from: 5n, to: 7n }], extra: [], tailAfter: 12n });
  await fill(destination, 'SELECT generate_series(2, 12)');
  expect(await plan()).toMatchObject({ gaps: [], extra: [{ from: 2n, to: 4n }], tailAfter: 12n });
});

it('a destination that is behind is missing the tail only', async () => {
  await fill(source, 'SELECT generate_series(1, 20)');
  await fill(destination, 'SELECT generate_series(1, 12)');
  expect(await readExtent(destination)).toEqual({ count: 12n, ids: { from: 1n, to: 12n } });
  expect(await plan()).toEqual({ gaps: [], extra: [], tailAfter: 12n });
});

it('gaps are found at the beginning, in the middle, across and at the borders of buckets', async () => {
  const last = 3n * MANY_IDS;
  const lost = [1n, MANY_IDS - 1n, MANY_IDS, MANY_IDS + 1n, 2n * MANY_IDS + 7n, last - 1n];
  await fill(source, 'SELECT generate_series(1, $1::bigint)', [last + 50n]);
  await fill(destination, 'SELECT id FROM generate_series(1, $1::bigint) id WHERE id <> ALL ($2::bigint[])', [
    last,
    lost,
  ]);
  expect(await plan()).toEqual({
    gaps: normalize(lost.map((id) => ({ from: id, to: id }))),
    extra: [],
    tailAfter: last,
  });
});

it('a hole in the source is not missing from the destination', async () => {
  await fill(source, 'SELECT id FROM generate_series(1, 40) id WHERE id NOT BETWEEN 10 AND 19');
  await fill(destination, 'SELECT id FROM generate_series(1, 30) id WHERE id NOT BETWEEN 8 AND 21');
  expect(await plan()).toEqual({
    gaps: [{ from: 8n, to: 21n }],
    extra: [],
    tailAfter: 30n,
  });
});

it('an id that only the destination has is seen, although both have as many', async () => {
  await fill(source, 'SELECT id FROM generate_series(1, 40) id WHERE id <> 10');
  await fill(destination, 'SELECT id FROM generate_series(1, 40) id WHERE id <> 11');
  expect(await plan()).toEqual({
    gaps: [{ from: 11n, to: 11n }],
    extra: [{ from: 10n, to: 10n }],
    tailAfter: 40n,
  });
});

it('ids of any size are planned', async () => {
  const [low, high] = [2n ** 62n, 2n ** 63n - 2n];
  await fill(source, 'SELECT unnest($1::bigint[])', [[-5n, 1n, low, low + 1n, high, high + 1n]]);
  await fill(destination, 'SELECT unnest($1::bigint[])', [[-5n, low, high]]);
  expect(await plan()).toEqual({
    gaps: [
      { from: 1n, to: 1n },
      { from: low + 1n, to: low + 1n },
    ],
    extra: [],
    tailAfter: high,
  });
});

it('ids that are far apart are planned as dense ones are: what is missing between two that are there is one gap', async () => {
  await fill(source, 'SELECT id * 1000000::bigint FROM generate_series(1, 60000) id');
  await fill(
    destination,
    'SELECT id * 1000000::bigint FROM generate_series(1, 60000) id WHERE id NOT BETWEEN 200 AND 40000',
  );
  expect(await plan()).toEqual({
    gaps: [{ from: 200_000_000n, to: 40_000_000_000n }],
    extra: [],
    tailAfter: 60_000_000_000n,
  });
});

it('more events than are fetched at once are counted in ever smaller buckets', async () => {
  await fill(source, 'SELECT generate_series(1, 130000) UNION SELECT 4000000000000000000');
  await fill(
    destination,
    'SELECT id FROM generate_series(1, 130000) id WHERE id NOT IN (77, 70001) UNION SELECT 4000000000000000000',
  );
  expect(await plan()).toEqual({
    gaps: [
      { from: 77n, to: 77n },
      { from: 70_001n, to: 70_001n },
    ],
    extra: [],
    tailAfter: 4_000_000_000_000_000_000n,
  });
});

it('what follows the last event of the destination is no gap, although it is counted with the last gap', async () => {
  await fill(source, 'SELECT generate_series(1, 20000)');
  await fill(destination, 'SELECT id FROM generate_series(1, 10002) id WHERE id <> 10001');
  expect(await plan()).toEqual({ gaps: [{ from: 10_001n, to: 10_001n }], extra: [], tailAfter: 10_002n });
});

it('a beginning without gaps is planned without another question', async () => {
  const ended = await connectTo(await createDestination(sharedServer()));
  await ended[Symbol.asyncDispose]();
  const withIds = (to: bigint) => ({ connection: ended, extent: { count: to, ids: { from: 1n, to } } });
  expect(await planCopy(withIds(500n), withIds(120n))).toEqual({ gaps: [], extra: [], tailAfter: 120n });
  await expect(
    planCopy(withIds(500n), { ...withIds(120n), extent: { ...withIds(120n).extent, count: 119n } }),
  ).rejects.toThrow();
});

it.each([
  [
    'with an id far away',
    'SELECT 2 * id FROM generate_series(1, 130000) id UNION SELECT 4000000000000000000',
  ],
  ['around zero', 'SELECT 2 * id FROM generate_series(-65000, 65000) id'],
])(
  'no answer is larger than the events that are fetched at once, however many there are: %s',
  async (_, ids) => {
    await fill(source, ids);
    await fill(destination, `${ids} EXCEPT SELECT 2 * id FROM generate_series(20, 60000) id`);
    const asked = vi.spyOn(source, 'query');
    try {
      const { gaps } = await plan();
      expect([gaps[0]?.from, gaps.at(-1)?.to]).toEqual([40n, 120_000n]);
      const answers = await Promise.all(asked.mock.results.map(({ value }) => value));
      for (const answer of answers) expect(answer.length).toBeLessThanOrEqual(50_000);
      expect(answers.length).toBeGreaterThan(1);
    } finally {
      asked.mockRestore();
    }
  },
);

it('islands are the runs of ids without holes', async () => {
  const list = fc.uniqueArray(fc.bigInt({ min: 1n, max: 60n }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(list, async (ids) => {
      await fill(source, 'SELECT unnest($1::bigint[])', [ids]);
      const within = ids.filter((id) => id >= 10n && id <= 50n);
      expect(await readIslands(source, { from: 10n, to: 50n })).toEqual(
        normalize(within.map((id) => ({ from: id, to: id }))),
      );
    }),
    { numRuns: 30 },
  );
});
