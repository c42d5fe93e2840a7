import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DIGESTED_BYTES, fingerprintOf, isSameEvent } from '../../src/batch/fingerprint.js';

const EVENT = { id: 7n, ts: 1_000_001n };

function jsonb(text: string): Buffer {
  return Buffer.concat([Buffer.from([1]), Buffer.from(text)]);
}

it('a fingerprint does not depend on the parts that the bytes come in', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), fc.nat(100), (text, at) => {
      const bytes = jsonb(text);
      const parts = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(fingerprintOf(EVENT, parts)).toEqual(fingerprintOf(EVENT, [bytes]));
    }),
  );
});

it('another id, ts, text or length is another event', () => {
  const one = fingerprintOf(EVENT, [jsonb('{"a": 1}')]);
  expect(isSameEvent(one, fingerprintOf({ ...EVENT }, [jsonb('{"a": 1}')]))).toBe(true);
  for (const other of [
    fingerprintOf({ ...EVENT, id: 8n }, [jsonb('{"a": 1}')]),
    fingerprintOf({ ...EVENT, ts: 1_000_002n }, [jsonb('{"a": 1}')]),
    fingerprintOf(EVENT, [jsonb('{"a": 2}')]),
    fingerprintOf(EVENT, [jsonb('{"a": 11}')]),
    undefined,
  ])
    expect(isSameEvent(one, other)).toBe(false);
});

it('a long event is told from another by its length', () => {
  const long = fingerprintOf(EVENT, [jsonb('x'.repeat(DIGESTED_BYTES + 1))]);
  expect(long.digest).toBeUndefined();
  expect(isSameEvent(long, fingerprintOf(EVENT, [jsonb('x'.repeat(DIGESTED_BYTES + 2))]))).toBe(false);
});
