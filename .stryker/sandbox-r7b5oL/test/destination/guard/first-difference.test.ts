// @ts-nocheck
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type EventDigest, firstDifference } from '../../../src/destination/guard/divergence-guard.js';

/** Microseconds since 2000 as the server writes them. */
function hex(micros: bigint): string {
  return BigInt.asUintN(64, micros).toString(16).padStart(16, '0');
}

function event(id: bigint, { micros = 1_234_567n, text = 'same' } = {}): EventDigest {
  return { id, ts: hex(micros), event: text, bytes: text.length };
}

const TABLE = [event(1n), event(50n), event(51n)];

it('finds nothing where all events of the destination are there just so, and more besides', () => {
  expect(firstDifference([event(0n), ...TABLE, event(60n)], TABLE)).toBeUndefined();
  expect(firstDifference(TABLE, [])).toBeUndefined();
});

it('names the first of several', () => {
  const destination = [event(1n), event(50n, { text: 'edited' }), event(51n, { text: 'edited' })];
  expect(firstDifference(TABLE, destination)?.id).toBe(50n);
});

it('tells an event that the source does not have from one that it has otherwise', () => {
  expect(firstDifference(TABLE, [event(2n)])?.how).toBe('does not exist in the source');
  expect(firstDifference(TABLE, [event(1n, { text: 'edited' })])?.how).toBe('has a different "event"');
  expect(firstDifference(TABLE, [event(1n, { micros: 1_235_000n })])?.how).toBe('has a different "ts"');
});

it('recognizes what the original wrote, also before 2000, and only that', () => {
  const micros = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
  fc.assert(
    fc.property(micros, fc.bigInt({ min: -1_500n, max: 1_500n }), (exact, distance) => {
      const other = exact + distance;
      const cut = exact - (((exact % 1000n) + 1000n) % 1000n);
      const source = [event(1n, { micros: exact })];
      const truncated = firstDifference(source, [event(1n, { micros: cut })]);
      if (cut === exact) expect(truncated).toBeUndefined();
      else expect(truncated).toMatchObject({ how: expect.stringContaining('slate-replicator 0.1.4') });
      fc.pre(other !== exact && other !== cut);
      expect(firstDifference(source, [event(1n, { micros: other })])?.how).toBe('has a different "ts"');
    }),
  );
});

it('does not blame the original for an event that was edited as well', () => {
  const source = [event(1n, { micros: 1_234_567n })];
  const destination = [event(1n, { micros: 1_234_000n, text: 'edited' })];
  expect(firstDifference(source, destination)?.how).toBe('has a different "event"');
});
