/** Ids that a source of ours never hands out, and that a foreign or restored table may hold all the same. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { compareTables } from '../../src/diff/compare/compare-tables.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;
const IDS = [
  ...[LOWEST, LOWEST + 1n, -10_001n, -10_000n, -9_999n, -5n, -1n, 0n, 1n, 2n],
  ...[2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, HIGHEST - 1n, HIGHEST],
];

/** No transaction fits: each one is piped. */
const EVERYTHING_IS_TOO_LARGE = { memoryBudgetBytes: 1 };

/** Each a transaction of its own. */
async function insert(all: Installation, ids: readonly bigint[]): Promise<void> {
  await all.query(
    all.source,
    `INSERT INTO events (id, ts, event) SELECT id, now() + n * interval '1 second', jsonb_build_object('id', id)
       FROM unnest($1::bigint[]) WITH ORDINALITY AS new (id, n)`,
    [ids],
  );
}

async function expectEqual(all: Installation, ids: readonly bigint[] = IDS): Promise<void> {
  const sql = 'SELECT id FROM events ORDER BY id';
  const copied = await all.query<{ id: bigint }>(all.destination(), sql);
  expect(copied.map(({ id }) => id)).toEqual(ids);
  for (const params of [all.source, all.destination()]) await all.query(params, 'ANALYZE events');
  expect(await compareTables(all.source, all.destination())).toMatchObject({ equal: true });
}

describe.concurrent('ids from the lowest to the highest bigint', () => {
  test.each([
    ['in batches', {}],
    ['through the pipe', EVERYTHING_IS_TOO_LARGE],
  ])('are copied at the first load, %s', async (_, overrides) => {
    await using all = await createInstallation();
    await insert(all, IDS);
    await all.copyOnce(overrides);
    await expectEqual(all);
  });

  test.each([
    ['in batches', {}],
    ['through the pipe', EVERYTHING_IS_TOO_LARGE],
  ])('are copied as they come, to the last that there can be, %s', async (_, overrides) => {
    await using all = await createInstallation();
    await using replicator = all.start(overrides);
    await replicator.log.until('caught up');
    for (const id of IDS) {
      await insert(all, [id]);
      await all.untilCopied(id);
    }
    await replicator.stop();
    await expectEqual(all);
    await all.copyOnce(overrides);
  });

  test.each([
    ['in batches', {}],
    ['through the pipe', EVERYTHING_IS_TOO_LARGE],
  ])('are found when they are missing in the middle, %s', async (_, overrides) => {
    await using all = await createInstallation();
    await insert(all, IDS);
    await all.copyOnce();
    const missing = IDS.filter((id, n) => n % 2 === 1 || id === -10_000n);
    await all.query(all.destination(), 'DELETE FROM events WHERE id = ANY ($1::bigint[])', [missing]);
    await all.copyOnce(overrides);
    await expectEqual(all);
  });

  test('may begin anywhere', async () => {
    await using all = await createInstallation();
    const ids = [2n ** 53n, 2n ** 53n + 1n, 2n ** 53n + 2n];
    await insert(all, ids);
    await using replicator = all.start();
    await all.untilEqual();
    await replicator.stop();
    expect(replicator.log.of('caught up')).toMatchObject([{ events: 3, from: ids[0], to: ids[2] }]);
    await expectEqual(all, ids);
  });
});

test('a gap among negative ids is not taken for one elsewhere', async () => {
  await using all = await createInstallation();
  const ids = Array.from({ length: 400 }, (_, n) => BigInt(n - 200) * 331n);
  await insert(all, ids);
  await all.copyOnce();
  await all.query(
    all.destination(),
    'DELETE FROM events WHERE id BETWEEN -40000 AND -3310 OR id BETWEEN 331 AND 993',
  );
  await all.copyOnce();
  await expectEqual(all, ids);
});
