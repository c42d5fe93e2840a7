import type { DestinationSnapshot, Snapshot } from '../snapshot.js';

/** States that need nobody's attention: up to date, or left to another process or to a person on purpose. */
const READY: ReadonlySet<string> = new Set(['live', 'standby', 'held', 'paused']);

/** Whether the source is heard and every destination is where it should be. */
export function readinessOf({ source, destinations }: Snapshot) {
  const waitingFor = destinations.filter(({ state }) => !READY.has(state)).map(briefly);
  return {
    ready: source.state !== 'reconnecting' && waitingFor.length === 0,
    source: source.state,
    waitingFor,
  };
}

/** Whether every destination moves that should move. */
export function livenessOf({ destinations }: Snapshot) {
  const stalled = destinations.filter(({ isStalled }) => isStalled).map(briefly);
  return { alive: stalled.length === 0, stalled };
}

function briefly({ name, state, lagEvents }: DestinationSnapshot) {
  return { destination: name, state, lagEvents: lagEvents ?? null };
}
