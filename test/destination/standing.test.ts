import { expect, test } from 'vitest';
import { Standing } from '../../src/destination/standing.js';
import { BEFORE_ALL_IDS } from '../../src/events/id-range.js';

const source = { count: 20n, ids: { from: 1n, to: 20n } };
const nothing = { gaps: [], extra: [], tailAfter: 0n };

function copied(standing: Standing, after: bigint, lastId: bigint): void {
  const times = { copyMs: 1, waitMs: 0, commitMs: 0 };
  standing.total.add({ after, lastId }, { ok: true, rows: Number(lastId - after), bytes: 1, times });
}

test('before a validation nobody knows what a destination holds; an empty one holds nothing', () => {
  const standing = new Standing();
  expect([standing.maxId, standing.holdsUpTo]).toEqual([undefined, undefined]);
  standing.looked({ source, destination: { count: 0n }, plan: nothing as never });
  expect([standing.maxId, standing.holdsUpTo]).toEqual([undefined, BEFORE_ALL_IDS]);
  copied(standing, 0n, 5n);
  expect([standing.maxId, standing.holdsUpTo]).toEqual([5n, 5n]);
});

test('a destination with gaps holds all up to the first of them, gap by gap', () => {
  const standing = new Standing();
  const gaps = [
    { from: 3n, to: 4n },
    { from: 7n, to: 8n },
  ];
  const destination = { count: 6n, ids: { from: 1n, to: 10n } };
  standing.looked({ source, destination, plan: { ...nothing, gaps } as never });
  expect([standing.maxId, standing.holdsUpTo]).toEqual([10n, 2n]);
  copied(standing, 2n, 3n);
  expect(standing.holdsUpTo).toBe(3n);
  copied(standing, 3n, 4n);
  expect(standing.holdsUpTo).toBe(6n);
  copied(standing, 6n, 8n);
  expect([standing.maxId, standing.holdsUpTo]).toEqual([10n, 10n]);
  copied(standing, 10n, 12n);
  expect([standing.maxId, standing.holdsUpTo]).toEqual([12n, 12n]);
});

test('what was copied before a validation does not count after it: somebody may have truncated the table', () => {
  const standing = new Standing();
  standing.looked({ source, destination: { count: 0n }, plan: nothing as never });
  copied(standing, 0n, 15n);
  standing.looked({ source, destination: { count: 2n, ids: { from: 1n, to: 2n } }, plan: nothing as never });
  expect([standing.maxId, standing.holdsUpTo]).toEqual([2n, 2n]);
});
