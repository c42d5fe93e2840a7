/** A batch that takes several statements is of one past: each of them looks whether the one before still holds. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { MAX_ID } from '../../src/events/id-range.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ReadLimits } from '../../src/source/batch-read.js';
import { readBatch } from '../../src/source/read-batch.js';
import { SlabPool } from '../../src/threads/slabs.js';
import { createInstallation } from '../support/installation/installation.js';
import { connectTo } from '../support/postgres/databases.js';

const TEN_AT_A_TIME: ReadLimits = {
  maxEvents: 10_000n,
  maxBytes: 1e6,
  giantBytes: 1e6,
  rowsPerStatement: 10n,
  idsPerEvent: 1n,
  expectsFew: false,
  settledId: MAX_ID,
  endId: MAX_ID,
};

/** The same session, but that something happens after its first answer. */
function afterFirstAnswer(connection: Connection, happen: () => Promise<unknown>): Connection {
  let answers = 0;
  const awaiting = async <T>(answer: Promise<T>): Promise<T> => {
    const result = await connection.awaiting(answer);
    answers += 1;
    if (answers === 1) await happen();
    return result;
  };
  const alone = <T>(work: () => Promise<T>) => work();
  return new Proxy(connection, {
    get: (target, name) => Reflect.get({ awaiting, alone }, name) ?? Reflect.get(target, name, target),
  });
}

test('7 refusal: a source that loses events between two statements of one read', async () => {
  await using all = await createInstallation();
  await all.append(30);
  await using connection = await connectTo(all.source);
  const lose = () =>
    all.query(
      all.source,
      `BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM events WHERE id > 5; UPDATE id SET id = 6;
       SELECT append_events(ARRAY(SELECT jsonb_build_object('other', n) FROM generate_series(1, 40) n)); COMMIT`,
    );
  const pool = new SlabPool();
  const read = { request: { after: 0n }, limits: TEN_AT_A_TIME };
  await expect(readBatch(afterFirstAnswer(connection, lose), pool, read)).rejects.toThrow(
    'The source no longer holds event 10 as it was read before.',
  );
  expect(pool.takenBytes).toBe(0);
});

test('transactions are read whole, however many statements they take', async () => {
  await using all = await createInstallation();
  await all.append(35);
  await all.append(3);
  await using connection = await connectTo(all.source);
  const { result } = await readBatch(connection, new SlabPool(), {
    request: { after: 0n },
    limits: TEN_AT_A_TIME,
  });
  expect(result).toMatchObject({ kind: 'batch', rows: 38, lastId: 38n, last: { id: 38n }, holes: [] });
});
