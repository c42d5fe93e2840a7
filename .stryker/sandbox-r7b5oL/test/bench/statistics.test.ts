// @ts-nocheck
import { expect, test } from 'vitest';
import { leastSquares, predict } from '../../bench/measure/least-squares.js';
import { pairedRatios, quantile, spread } from '../../bench/measure/statistics.js';

test('a spread is the median with the lowest and highest run', () => {
  expect(spread([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5, runs: 3 });
  expect(spread([4, 1, 3, 2]).median).toBe(2.5);
});

test('quantiles are interpolated and do not depend on the order of the values', () => {
  const values = Array.from({ length: 101 }, (_, index) => (index * 37) % 101);
  expect(quantile(values, 0.95)).toBe(95);
  expect(quantile([10, 20], 0.25)).toBe(12.5);
});

test('a quantile of nothing is refused', () => {
  expect(() => quantile([], 0.5)).toThrow(RangeError);
});

test('ratios are taken run by run, and only of runs that both had', () => {
  expect(pairedRatios([10, 30, 50], [5, 10])).toEqual([2, 3]);
});

test('least squares finds the coefficients that made the observations', () => {
  const coefficients = [0.5, 3, -2];
  const points = [
    [1, 1, 2],
    [1, 4, 1],
    [1, 2, 7],
    [1, 9, 3],
    [1, 5, 5],
  ];
  const fit = leastSquares(
    points.map((predictors) => ({ predictors, y: predict(coefficients, predictors) })),
  );
  for (const [index, coefficient] of coefficients.entries())
    expect(fit.coefficients[index]).toBeCloseTo(coefficient, 9);
  expect(fit.r2).toBeCloseTo(1, 9);
});

test('least squares of a noisy line goes through the middle and says how much it explains', () => {
  const fit = leastSquares([
    { predictors: [1, 0], y: 0 },
    { predictors: [1, 1], y: 2 },
    { predictors: [1, 2], y: 1 },
    { predictors: [1, 3], y: 3 },
  ]);
  expect(fit.coefficients[0]).toBeCloseTo(0.3, 9);
  expect(fit.coefficients[1]).toBeCloseTo(0.8, 9);
  expect(fit.r2).toBeCloseTo(0.64, 9);
});

test('least squares refuses observations that leave a coefficient open', () => {
  const same = { predictors: [1, 2], y: 3 };
  expect(() => leastSquares([same, same, same])).toThrow('do not determine');
});
