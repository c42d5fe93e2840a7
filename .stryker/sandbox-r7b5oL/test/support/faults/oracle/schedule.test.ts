// @ts-nocheck
import { describe, expect, test } from 'vitest';
import { drawWays } from './far.js';
import { FAULT_KINDS, KINDS, makesHoles, planFaults, SOURCE } from './schedule.js';

describe('a fault schedule', () => {
  test('is the same for the same seed, and another one for another seed', () => {
    expect(planFaults(7, 60_000)).toEqual(planFaults(7, 60_000));
    expect(planFaults(7, 60_000)).not.toEqual(planFaults(8, 60_000));
  });

  test('of a longer run begins with that of a shorter one', () => {
    const short = planFaults(7, 10_000);
    expect(planFaults(7, 60_000).slice(0, short.length)).toEqual(short);
  });

  test('has every kind of fault, sooner or later', () => {
    const kinds = new Set(planFaults(7, 600_000).map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([...FAULT_KINDS].sort());
  });

  test('has only the kinds that were asked for, the same ones for the same seed', () => {
    const kinds = ['cut', 'stray event'] as const;
    const planned = planFaults(7, 60_000, kinds);
    expect(new Set(planned.map(({ kind }) => kind))).toEqual(new Set(kinds));
    expect(planFaults(7, 60_000, kinds)).toEqual(planned);
    expect(planFaults(7, 60_000, ['holes'])).toEqual([]);
  });

  test('has loaders that make holes where that was asked for, and in some of those with everything', () => {
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    expect(seeds.map((seed) => makesHoles(seed, ['cut']))).not.toContain(true);
    expect(seeds.map((seed) => makesHoles(seed, ['holes']))).not.toContain(false);
    expect(new Set(seeds.map((seed) => makesHoles(seed)))).toEqual(new Set([true, false]));
  });

  test('has long ways where that was asked for, and in some of those with everything, under the same faults', () => {
    const seeds = Array.from({ length: 200 }, (_, seed) => seed);
    const waysOf = (kinds: Parameters<typeof drawWays>[1]) => seeds.map((seed) => drawWays(seed, kinds));
    expect(waysOf(['cut']).filter(({ size }) => size > 0)).toEqual([]);
    const asked = waysOf(['cut', 'far']);
    for (const ways of asked) expect([...ways.keys()].some((server) => server !== SOURCE)).toBe(true);
    expect(new Set(asked.flatMap((ways) => [...ways.keys()]))).toEqual(new Set([0, 1, 2, 3]));
    expect(new Set(waysOf(KINDS).map(({ size }) => size > 0))).toEqual(new Set([true, false]));
    const near = KINDS.filter((kind) => kind !== 'far');
    expect(waysOf(near).filter(({ size }) => size > 0)).toEqual([]);
    expect(seeds.map((seed) => makesHoles(seed, near))).toEqual(seeds.map((seed) => makesHoles(seed)));
  });
});
