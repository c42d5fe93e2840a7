import { arrival } from './arrival.js';
import { backfill } from './backfill.js';
import { deferred } from './deferred.js';
import { diff } from './diff.js';
import { distance } from './distance.js';
import { indexes } from './indexes.js';
import { insert } from './insert.js';
import { isolation } from './isolation.js';
import { live } from './live.js';
import { memory } from './memory.js';
import { operate } from './operate.js';
import type { Profile } from './profile.js';
import { sizing } from './sizing.js';

/** In the order in which they run. */
export const PROFILES: readonly Profile[] = [
  insert,
  indexes,
  backfill,
  deferred,
  live,
  arrival,
  distance,
  isolation,
  diff,
  memory,
  operate,
  sizing,
];

/** The profiles of one run: those that were asked for by name, else all. */
export function chosenProfiles({
  profile: names,
  quick,
}: {
  readonly profile?: readonly string[];
  readonly quick?: boolean;
}): Profile[] {
  return PROFILES.filter(({ name, onlyWhenAsked }) =>
    names === undefined ? !(quick && onlyWhenAsked) : names.includes(name),
  );
}
