// @ts-nocheck
import { grouped } from '../../src/cli/words.js';
import { type Spread, spread } from '../measure/statistics.js';
import type { Target } from './result.js';

/** A number with three significant digits, or all of its whole ones: 0.0123, 1.23, 12.3, 1,234. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return grouped(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** Median, and the lowest and highest where there was more than one run. */
export function formatSpread({ median, min, max, runs }: Spread): string {
  if (runs === 1) return formatNumber(median);
  return `${formatNumber(median)} (${formatNumber(min)}–${formatNumber(max)})`;
}

export function formatValues(values: readonly number[] | undefined): string {
  return values === undefined || values.length === 0 ? '' : formatSpread(spread(values));
}

export function formatTarget(target: Target | undefined, unit: string): string {
  if (target === undefined) return '';
  const [words, limit] = 'atLeast' in target ? ['at least', target.atLeast] : ['at most', target.atMost];
  return `${words} ${formatNumber(limit)} ${unit}`;
}
