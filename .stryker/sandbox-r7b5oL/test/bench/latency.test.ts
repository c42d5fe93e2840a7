// @ts-nocheck
import { expect, test } from 'vitest';
import { latenciesMs, summarizeLatencies } from '../../bench/measure/latency.js';

test('latency is the time from commit at the source until each destination has it', () => {
  const committed = new Map([
    [1n, 1_000_000],
    [5n, 2_000_000],
  ]);
  const near = new Map([
    [1n, 1_001_000],
    [5n, 2_003_000],
  ]);
  const far = new Map([
    [1n, 1_002_500],
    [5n, 2_004_000],
  ]);
  expect(latenciesMs(committed, [near, far])).toEqual([
    [1, 2.5],
    [3, 4],
  ]);
});

test('a transaction that did not arrive everywhere is not passed over', () => {
  expect(() => latenciesMs(new Map([[7n, 0]]), [new Map()])).toThrow('event 7 did not arrive');
});

test('the last destination counts apart from the others', () => {
  const found = summarizeLatencies([
    [1, 5],
    [2, 7],
    [3, 9],
  ]);
  expect(found).toMatchObject({ firstP50Ms: 2, lastP50Ms: 7, p50Ms: 4 });
});
