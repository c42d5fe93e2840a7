/** The JSON of `/status` and of the events of `/events`. Ids are strings, because they may pass 2^53. */
import type { DestinationSnapshot, Snapshot, SourceSnapshot } from './snapshot.js';
import type { ToldError } from './told-error.js';

/** What does not change while a process runs. */
export interface ProcessFacts {
  readonly version: string;
  readonly node: string;
  readonly pid: number;
  readonly host: string;
}

export type Status = ReturnType<typeof statusOf>;

export function statusOf({ startedAt, at, source, destinations }: Snapshot, facts: ProcessFacts) {
  return {
    ...facts,
    startedAt: startedAt.toISOString(),
    at: at.toISOString(),
    source: sourceStatus(source),
    destinations: destinations.map(destinationStatus),
  };
}

function sourceStatus(source: SourceSnapshot) {
  const { name, host, port, database, state } = source;
  return {
    name,
    host,
    port,
    database,
    state,
    maxId: idText(source.maxId),
    measuredAt: timeText(source.measuredAt),
    notificationQueueUsage: source.notificationQueueUsage ?? null,
    lastError: errorStatus(source.lastError),
  };
}

function destinationStatus(destination: DestinationSnapshot) {
  const { name, host, port, database, state, since, writer } = destination;
  return {
    name,
    host,
    port,
    database,
    state,
    since: since.toISOString(),
    maxId: idText(destination.maxId),
    lagEvents: destination.lagEvents ?? null,
    lagSeconds: destination.lagSeconds ?? null,
    measuredAt: timeText(destination.measuredAt),
    eventsPerSecond: destination.eventsPerSecond,
    bytesPerSecond: destination.bytesPerSecond,
    secondsToLive: destination.secondsToLive ?? null,
    events: destination.events,
    bytes: destination.bytes,
    writer: writer === undefined ? null : { who: writer.who, since: writer.since.toISOString() },
    heldBy: destination.heldBy ?? null,
    indexesBeingBuilt: destination.indexesBeingBuilt,
    lastError: errorStatus(destination.lastError),
  };
}

function errorStatus(error: ToldError | undefined) {
  if (error === undefined) return null;
  const { message, hint = null, at, sqlstate = null } = error;
  return { message, hint, at: at.toISOString(), sqlstate };
}

function idText(id: bigint | undefined): string | null {
  return id === undefined ? null : String(id);
}

function timeText(time: Date | undefined): string | null {
  return time?.toISOString() ?? null;
}
