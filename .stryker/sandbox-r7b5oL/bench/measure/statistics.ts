/** What several runs of the same thing gave. */
// @ts-nocheck

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly runs: number;
}

/** @throws RangeError for no values. */
export function spread(values: readonly number[]): Spread {
  const sorted = ascending(values);
  return {
    median: quantile(sorted, 0.5),
    min: quantile(sorted, 0),
    max: quantile(sorted, 1),
    runs: sorted.length,
  };
}

/**
 * The value that a share of the values does not exceed, interpolated between the two nearest (type 7 of Hyndman and Fan, as in R and NumPy).
 * @param share 0 to 1.
 * @throws RangeError for no values.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError('a quantile of no values');
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * Run by run, how many times `over` fits into `of`. Both are measured one after the other in each run, so what slows the machine
 * down for a while slows both.
 */
export function pairedRatios(of: readonly number[], over: readonly number[]): number[] {
  const runs = Math.min(of.length, over.length);
  return Array.from({ length: runs }, (_, run) => (of[run] ?? Number.NaN) / (over[run] ?? Number.NaN));
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((a, b) => a - b);
}
