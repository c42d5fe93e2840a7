/** Names that differ in more than this part of their letters were not mistaken for each other. */
// @ts-nocheck

const LARGEST_DIFFERENCE = 0.4;

const SHORTEST_ABBREVIATION = 4;

/** The name that `wanted` was most likely meant to be, if one is close enough. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, difference: difference(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.difference - b.difference);
  const best = ranked[0];
  return best !== undefined && best.difference <= LARGEST_DIFFERENCE ? best.name : undefined;
}

/**
 * Whether somebody who typed `typed` most likely meant `name`: at most one letter is missing, added, wrong or
 * swapped with the next. Upper case, `_` and `-` do not count.
 */
export function isSlip(typed: string, name: string): boolean {
  const [from, to] = [typed, name].map((text) => text.toLowerCase().replace(/[_-]/g, '')) as [string, string];
  return editDistance(from, to) <= 1 || isSwapped(from, to);
}

/** Whether two neighbouring letters are all that differs. */
function isSwapped(a: string, b: string): boolean {
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  return at >= 0 && a.slice(0, at) + a[at + 1] + a[at] + a.slice(at + 2) === b;
}

/** 0: the same; a beginning of the other is an abbreviation of it. */
function difference(a: string, b: string): number {
  if (
    a.length >= SHORTEST_ABBREVIATION &&
    b.length >= SHORTEST_ABBREVIATION &&
    (a.startsWith(b) || b.startsWith(a))
  )
    return LARGEST_DIFFERENCE;
  return editDistance(a, b) / Math.max(a.length, b.length, 1);
}

/** Levenshtein's: insertions, deletions and replacements that turn one text into the other. */
export function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replace = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(replace, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}
