import type { DestinationStatus, Status } from '../../../src/monitor/page/status.js';

/** The time of every made status. */
export const NOW = '2026-03-01T12:00:00.000Z';

/** A time before {@link NOW}. */
export function secondsAgo(seconds: number): string {
  return new Date(Date.parse(NOW) - seconds * 1000).toISOString();
}

/** A destination that is live and has everything, but for what is given. */
export function madeDestination(changes: Partial<DestinationStatus> = {}): DestinationStatus {
  return {
    name: 'reporting',
    host: 'db1',
    port: 5432,
    database: 'events_replica',
    state: 'live',
    since: secondsAgo(3600),
    maxId: '1000',
    lagEvents: 0,
    lagSeconds: 0,
    measuredAt: NOW,
    eventsPerSecond: 0,
    bytesPerSecond: 0,
    secondsToLive: null,
    events: 1000,
    bytes: 1_000_000,
    writer: { who: 'this process', since: secondsAgo(3600) },
    heldBy: null,
    indexesBeingBuilt: 0,
    lastError: null,
    ...changes,
  };
}

/** A status of a source that is listened to. */
export function madeStatus(destinations: readonly DestinationStatus[]): Status {
  return {
    version: '1.0.0',
    node: 'v20.19.0',
    startedAt: secondsAgo(7200),
    at: NOW,
    pid: 42,
    host: 'replicator-1',
    source: {
      name: 'events_source',
      host: 'db0',
      port: 5432,
      database: 'events_source',
      state: 'listening',
      maxId: '1000',
      measuredAt: NOW,
      lastError: null,
    },
    destinations,
  };
}

/** An error as a status tells it. */
export function madeError(message: string): NonNullable<DestinationStatus['lastError']> {
  return { message, hint: null, at: secondsAgo(5), sqlstate: null };
}
