/** Names that differ in more than this part of their letters were not mistaken for each other. */
const LARGEST_DIFFERENCE = 0.5;

/** The name that `wanted` was most likely meant to be, if one is close enough. */
export function nearestName(wanted: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, difference: difference(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.difference - b.difference);
  const best = ranked[0];
  return best !== undefined && best.difference <= LARGEST_DIFFERENCE ? best.name : undefined;
}

function difference(a: string, b: string): number {
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
