// @ts-nocheck
import { createRandom } from '../../../../src/load/data/random.js';
import { DESTINATIONS, FAR, isDrawn, KINDS, type Kind, SOURCE } from './schedule.js';

/** How long the way to each server is, one way, in ms; absent: it is near. */
export type Ways = ReadonlyMap<number, number>;

const SHORTEST_MS = 10;
const LONGEST_MS = 150;
/** Another stream of numbers than that of the faults: they are the same ones whatever the ways are. */
const STREAM = 0x666172;

/** The ways of a seed: where any is long, that to one destination at least, and in one of four that to the source too. */
export function drawWays(seed: number, kinds: readonly Kind[] = KINDS): Ways {
  const random = createRandom(seed ^ STREAM);
  if (!isDrawn(FAR, random, kinds)) return new Map();
  const certain = random.pick(DESTINATIONS);
  const far = DESTINATIONS.filter((each) => random.below(2) === 0 || each === certain);
  const all = random.below(4) === 0 ? [SOURCE, ...far] : far;
  return new Map(all.map((server) => [server, SHORTEST_MS + random.below(LONGEST_MS - SHORTEST_MS + 1)]));
}

export function describeWays(ways: Ways): string {
  const each = [...ways].map(([server, ms]) => `${server === SOURCE ? 'source' : server} ${ms} ms`);
  return each.length === 0 ? '' : `far (one way): ${each.join(', ')}; `;
}
