import type { DestinationMemory } from './destination-memory.js';
import { lagSeconds } from './lag-seconds.js';
import type { DestinationSnapshot, SourceSnapshot } from './snapshot.js';
import type { SourceWatch } from './source-watch.js';
import type { ToldError } from './told-error.js';
import type { DatabaseView, DestinationView, SourceView } from './views.js';

/** The moment of a snapshot, by both clocks. */
export interface Moment {
  readonly at: Date;
  /** By `performance.now()`. */
  readonly nowMs: number;
}

export function lookAtSource(
  view: SourceView,
  { last }: SourceWatch,
  lastError: ToldError | undefined,
  moment: Moment,
): SourceSnapshot {
  return {
    ...placeOf(view),
    state: view.state,
    maxId: last?.maxId,
    measuredAt: last && timeOf(last.atMs, moment),
    notificationQueueUsage: last?.notificationQueueUsage,
    lastError,
  };
}

export function lookAtDestination(
  view: DestinationView,
  memory: DestinationMemory,
  watch: SourceWatch,
  moment: Moment,
): DestinationSnapshot {
  const { pace } = memory;
  const { events, bytes, batches } = view.copied;
  const maxIdAtMs = view.isWriter ? moment.nowMs : memory.knownAtMs;
  return {
    ...placeOf(view),
    state: view.state,
    since: memory.since,
    maxId: view.maxId,
    ...lagOf(view, watch, { ...moment, maxIdAtMs }),
    maxIdAgeSeconds: (moment.nowMs - maxIdAtMs) / 1000,
    eventsPerSecond: pace.eventsPerSecond,
    bytesPerSecond: pace.bytesPerSecond,
    secondsToLive: view.state === 'catching up' ? pace.secondsToLive : undefined,
    ...{ events, bytes, batches },
    writer: writerOf(view, memory),
    heldBy: view.heldBy,
    indexesBeingBuilt: view.state === 'building indexes' ? memory.indexesToBuild : 0,
    lastError: memory.lastError,
    isStalled: memory.stall.isStalled(moment.nowMs),
  };
}

/** Number of events that a destination lacks, as far as the source has told. */
export function lagEventsOf(view: DestinationView, { last }: SourceWatch): number | undefined {
  if (last === undefined || view.holdsUpTo === undefined) return undefined;
  if (last.maxId === undefined) return 0;
  const lag = view.lagEvents(last.maxId);
  if (lag === undefined) return undefined;
  // Ids that no event has are counted until they are passed.
  return Math.max(0, Math.min(lag, Number(last.maxId - view.holdsUpTo)));
}

function lagOf(view: DestinationView, watch: SourceWatch, moment: Moment & { readonly maxIdAtMs: number }) {
  const lagEvents = lagEventsOf(view, watch);
  const seconds = lagSeconds({
    holdsUpTo: view.holdsUpTo,
    sourceMaxId: watch.last?.maxId,
    lagEvents,
    firstMissingMs: watch.firstMissing(view.name)?.tsMs,
    sourceTimeMs: watch.sourceTimeMs(moment.nowMs),
  });
  const sourceAtMs = watch.last?.atMs;
  return {
    lagEvents,
    lagSeconds: seconds,
    measuredAt: sourceAtMs === undefined ? undefined : timeOf(Math.min(sourceAtMs, moment.maxIdAtMs), moment),
  };
}

function writerOf({ isWriter }: DestinationView, { writerSince, otherWriter }: DestinationMemory) {
  if (isWriter && writerSince !== undefined) return { who: 'this process', since: writerSince };
  return otherWriter;
}

function placeOf({ name, host, port, database }: DatabaseView): DatabaseView {
  return { name, host, port, database };
}

/** When something was, by the clock of the wall. */
function timeOf(atMs: number, { at, nowMs }: Moment): Date {
  return new Date(at.getTime() - (nowMs - atMs));
}
