import type { DestinationSnapshot } from '../snapshot.js';

/** States that need nobody's attention: up to date, or left to another process or to a person on purpose. */
const READY: ReadonlySet<string> = new Set(['live', 'standby', 'held', 'paused']);

/** Whether a destination is not where it should be. */
export function isNotReady({ state }: DestinationSnapshot): boolean {
  return !READY.has(state);
}

/** What a probe says of a destination. */
export function briefly({ name, state, lagEvents }: DestinationSnapshot) {
  return { destination: name, state, lagEvents: lagEvents ?? null };
}
