/** What the verdict makes of destinations that were stopped because they diverged. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { createInstallation, type Installation } from '../../installation/installation.js';
import { connectTo } from '../../postgres/databases.js';
import { HISTORY_SQL, loseCommits, restoreFrom } from './history.js';
import { judgeDiverged } from './pasts.js';
import { TAMPERING_SQL } from './tampering.js';

const LOSS = { transactions: 2, others: 3, notifies: true };

/** Two equal destinations of a source with ten transactions of ten events. */
async function createEqual(): Promise<Installation> {
  const all = await createInstallation({ destinations: 2 });
  await all.query(all.source, HISTORY_SQL);
  for (const destination of all.destinations) await all.query(destination, TAMPERING_SQL);
  for (let n = 0; n < 10; n++) await all.append(10);
  await all.copyOnce();
  return all;
}

async function judge(all: Installation, index = 0): Promise<string[]> {
  await using source = await connectTo(all.source);
  await using destination = await connectTo(all.destination(index));
  return await judgeDiverged(source, destination);
}

/** Writes what the source holds above `after` to the destination, as a replicator must not. */
async function copyAbove(all: Installation, after: number): Promise<void> {
  const rows = await all.query<{ id: bigint; ts: string; event: string }>(
    all.source,
    'SELECT id, ts::text, event::text FROM events WHERE id > $1::bigint',
    [after],
  );
  for (const { id, ts, event } of rows)
    await all.query(all.destination(), 'INSERT INTO events VALUES ($1, $2, $3)', [id, ts, event]);
}

test('one that holds what the source has lost, and nothing of what came instead, was stopped rightly', async () => {
  await using all = await createEqual();
  await loseCommits(all.source, LOSS);
  expect(await judge(all)).toEqual([]);
  await loseCommits(all.source, { ...LOSS, transactions: 5 });
  expect(await judge(all)).toEqual([]);
});

test('one that was given events of the new past on top of the old one is a violation', async () => {
  await using all = await createEqual();
  await loseCommits(all.source, LOSS);
  await all.append(30);
  await copyAbove(all, 100);
  expect(await judge(all)).toEqual([expect.stringMatching(/holds a past that never was.* from 81 on/)]);
});

test('one that was stopped though it holds nothing else than the source is a violation', async () => {
  await using all = await createEqual();
  await all.query(all.destination(), 'DELETE FROM events WHERE id > 40');
  await loseCommits(all.source, LOSS);
  expect(await judge(all)).toEqual([expect.stringContaining('stopped at 40, though')]);
});

test('an edited one must stay as it was edited', async () => {
  await using all = await createEqual();
  await all.query(
    all.destination(),
    `WITH edited AS (UPDATE events SET event = '1' WHERE id = 100 RETURNING *) INSERT INTO oracle.edited SELECT * FROM edited`,
  );
  expect(await judge(all)).toEqual([]);
  await all.query(all.destination(), "UPDATE events SET event = '2' WHERE id = 99");
  expect(await judge(all)).toEqual([expect.stringContaining('a past that never was')]);
});

test('a source restored from a replica that was behind has lost what the others hold', async () => {
  await using all = await createEqual();
  await all.query(all.destination(1), 'DELETE FROM events WHERE id > 60');
  await restoreFrom(all.source, all.destination(1));
  expect(await all.count(all.source)).toBe(60);
  await all.append(50);
  expect(await judge(all, 0)).toEqual([]);
  expect(await judge(all, 1)).toEqual([expect.stringContaining('stopped at 60, though')]);
});
