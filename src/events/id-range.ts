/** Ids `from … to`, both inclusive, `from <= to`. */
export interface IdRange {
  readonly from: bigint;
  readonly to: bigint;
}

/** One less than the lowest bigint: every id is above it. */
export const BEFORE_ALL_IDS = -(2n ** 63n) - 1n;

/** The highest id that a bigint can be. */
export const MAX_ID = 2n ** 63n - 1n;

/** How many ids a range spans. */
export function idCount({ from, to }: IdRange): bigint {
  return to - from + 1n;
}

/** The same ids as ascending ranges that neither overlap nor touch. */
export function normalize(ranges: readonly IdRange[]): IdRange[] {
  const sorted = [...ranges].sort((a, b) => Number(a.from - b.from));
  const merged: IdRange[] = [];
  for (const range of sorted) {
    const last = merged.at(-1);
    if (last === undefined || range.from > last.to + 1n) merged.push(range);
    else if (range.to > last.to) merged[merged.length - 1] = { from: last.from, to: range.to };
  }
  return merged;
}

/** The ids of `from` that are not in `without`, normalized. */
export function subtract(from: readonly IdRange[], without: readonly IdRange[]): IdRange[] {
  const holes = normalize(without);
  return normalize(from).flatMap((range) => subtractFromOne(range, holes));
}

function subtractFromOne(range: IdRange, holes: readonly IdRange[]): IdRange[] {
  const left: IdRange[] = [];
  let from = range.from;
  for (const hole of holes) {
    if (hole.to < from || hole.from > range.to) continue;
    if (hole.from > from) left.push({ from, to: hole.from - 1n });
    from = hole.to + 1n;
  }
  if (from <= range.to) left.push({ from, to: range.to });
  return left;
}
