// @ts-nocheck
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { DIGESTED_BYTES, fingerprintOf, isSameEvent } from '../../src/events/fingerprint.js';

const EVENT = { id: 7n, ts: 1_000_001n };

function jsonb(text: string): Buffer {
  return Buffer.concat([Buffer.from([1]), Buffer.from(text)]);
}

it('a fingerprint does not depend on the parts that the bytes come in', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 100 }), fc.nat(100), (text, at) => {
      const bytes = jsonb(text);
      const parts = [bytes.subarray(0, at), bytes.subarray(at)];
      expect(isSameEvent(fingerprintOf(EVENT, parts), fingerprintOf(EVENT, [bytes]))).toBe(true);
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

it('an event whose text is at hand is told from one that a server digested', () => {
  const one = fingerprintOf(EVENT, [jsonb('1')]);
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(isSameEvent(one, { ...EVENT, bytes: 1, digest: digest('1') })).toBe(true);
  expect(isSameEvent({ ...EVENT, bytes: 1, digest: digest('2') }, one)).toBe(false);
  expect(isSameEvent({ ...EVENT, bytes: 1, digest: digest('2') }, { ...EVENT, bytes: 1 })).toBe(true);
});

it('a long event is told from another by its length', () => {
  const long = fingerprintOf(EVENT, [jsonb('x'.repeat(DIGESTED_BYTES + 1))]);
  expect(long.text).toBeUndefined();
  expect(isSameEvent(long, fingerprintOf(EVENT, [jsonb('x'.repeat(DIGESTED_BYTES + 2))]))).toBe(false);
});
