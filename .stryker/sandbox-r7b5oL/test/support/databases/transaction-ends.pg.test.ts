// @ts-nocheck
import { expect, test } from 'vitest';
import { connectTo, createSource } from '../postgres/databases.js';
import { sharedServer } from '../postgres/shared-server.js';
import { notAtTransactionEnds } from './transaction-ends.js';

test('two transactions that began in the same microsecond are two, and an id that is not there ends none', async () => {
  await using source = await connectTo(await createSource(sharedServer()));
  for (const ids of ['(1), (2)', '(3), (4)'])
    await source.query(
      `INSERT INTO events SELECT id, '2026-01-01 00:00:00.000001Z', '{}' FROM (VALUES ${ids}) AS t (id)`,
    );
  expect(await notAtTransactionEnds(source, new Set([1n, 2n, 3n, 4n, 5n]))).toEqual([1n, 3n, 5n]);
});
