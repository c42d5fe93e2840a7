/** Ids that are far apart cost what dense ones cost: batches are cut by events, whatever the ids. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';

const EVENTS = 30_000;

async function insertApart(all: Installation, idsApart: number): Promise<void> {
  await all.query(all.source, 'SET session_replication_role = replica');
  await all.query(
    all.source,
    `INSERT INTO events SELECT n * $1::bigint, timestamptz '2026-01-01' + n * interval '1 ms', '{}' FROM generate_series(1, $2::int) n`,
    [idsApart, EVENTS],
  );
}

/** How many batches a first load took. */
async function batchesFor(idsApart: number): Promise<number> {
  await using all = await createInstallation();
  await insertApart(all, idsApart);
  await using replicator = all.start({ once: true });
  await replicator.ended();
  await all.untilEqual();
  return replicator.replicator.destinations[0]?.copied.batches ?? 0;
}

test.each([50, 1_000_000, 10 ** 14])(
  'ids %d apart take about as many batches as dense ones',
  async (apart) => {
    const dense = await batchesFor(1);
    expect(await batchesFor(apart)).toBeLessThanOrEqual(2 * dense);
  },
);

test('destinations that began at different places share their reads, however far apart ids are', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await insertApart(all, 1_000_000);
  await using first: RunningReplicator = all.start({
    once: true,
    replicationDestinations: [all.destination(0)],
  });
  await first.ended();
  await all.query(all.destination(0), `DELETE FROM events WHERE id > ${500 * 1_000_000}`);
  await using replicator = all.start({ once: true, lanes: 1 });
  await replicator.ended();
  await all.untilEqual();
  expect(replicator.replicator.source.rowsServed).toBeLessThan(1.7 * EVENTS);
});
