import { backfill } from './backfill.js';
import { deferred } from './deferred.js';
import { diff } from './diff.js';
import { indexes } from './indexes.js';
import { insert } from './insert.js';
import { isolation } from './isolation.js';
import { live } from './live.js';
import { memory } from './memory.js';
import type { Profile } from './profile.js';
import { sizing } from './sizing.js';

/** In the order in which they run. */
export const PROFILES: readonly Profile[] = [
  insert,
  indexes,
  backfill,
  deferred,
  live,
  isolation,
  diff,
  memory,
  sizing,
];
