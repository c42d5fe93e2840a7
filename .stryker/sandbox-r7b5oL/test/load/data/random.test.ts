// @ts-nocheck
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../src/load/data/random.js';

describe('random values', () => {
  test('are the same for the same seed, also past the first refill of the stream', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 5000 }, () => `${random.uuid()} ${random.below(1000)}`);
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(new Set(draw(7)).size).toBe(5000);
  });

  test('differ from run to run without a seed', () => {
    expect(createRandom().uuid()).not.toBe(createRandom().uuid());
  });

  test('cover the whole range evenly and never leave it', () => {
    const random = createRandom(1);
    const counts = new Map<number, number>();
    for (let i = 0; i < 30_000; i++) {
      const value = random.below(3);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect(new Set(counts.keys())).toEqual(new Set([0, 1, 2]));
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });

  test('include valid version 4 UUIDs and full permutations', () => {
    const random = createRandom(1);
    for (let i = 0; i < 100; i++) {
      expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    const items = Array.from({ length: 100 }, (_, index) => index);
    const shuffled = random.shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items);
  });
});
