import type { DestinationStatus } from './status.js';

/** What a reader wants to know first. In this order: the worst comes first. */
export const CONDITIONS = ['stopped', 'failing', 'behind', 'waiting', 'live'] as const;

export type Condition = (typeof CONDITIONS)[number];

const FROM_STATE: ReadonlyMap<string, Condition> = new Map([
  ['stopped', 'stopped'],
  ['backing off', 'failing'],
  ['connecting', 'behind'],
  ['validating', 'behind'],
  ['catching up', 'behind'],
  ['building indexes', 'behind'],
  ['standby', 'waiting'],
  ['held', 'waiting'],
  ['paused', 'waiting'],
  ['live', 'live'],
]);

/** A live destination hangs behind for moments at each burst. Longer than this, the reader should look. */
const BEHIND_AFTER_SECONDS = 10;

/** A state that this page does not know (the server is newer) counts as `behind`. */
export function conditionOf({ state, lagSeconds, lastError }: DestinationStatus): Condition {
  // Between two attempts a failing destination connects again: it has not recovered by that.
  if (state === 'connecting' && lastError !== null) return 'failing';
  if (state === 'live' && (lagSeconds ?? 0) > BEHIND_AFTER_SECONDS) return 'behind';
  return FROM_STATE.get(state) ?? 'behind';
}

/** How many destinations are in each condition. */
export function conditionCounts(destinations: readonly DestinationStatus[]): Record<Condition, number> {
  const counts = { stopped: 0, failing: 0, behind: 0, waiting: 0, live: 0 };
  for (const destination of destinations) counts[conditionOf(destination)]++;
  return counts;
}
