/** All that is known of a run at one moment, for the page, the probes and the metrics. */
import type { ToldError } from './told-error.js';
import type { DatabaseView } from './views.js';

export interface SourceSnapshot extends DatabaseView {
  readonly state: string;
  readonly maxId: bigint | undefined;
  /** When it told `maxId`; undefined before the first answer. */
  readonly measuredAt: Date | undefined;
  readonly notificationQueueUsage: number | undefined;
  readonly lastError: ToldError | undefined;
}

export interface DestinationSnapshot extends DatabaseView {
  readonly state: string;
  readonly since: Date;
  readonly maxId: bigint | undefined;
  readonly lagEvents: number | undefined;
  /** Age of the oldest event that it lacks, by the clock of the source; 0 if it lacks none. */
  readonly lagSeconds: number | undefined;
  /** When the lag was measured. */
  readonly measuredAt: Date | undefined;
  /** How long ago `maxId` was true for sure. */
  readonly maxIdAgeSeconds: number;
  readonly eventsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly secondsToLive: number | undefined;
  readonly events: number;
  readonly bytes: number;
  readonly batches: number;
  readonly writer: { readonly who: string; readonly since: Date } | undefined;
  readonly heldBy: string | undefined;
  readonly indexesBeingBuilt: number;
  readonly lastError: ToldError | undefined;
  readonly isStalled: boolean;
}

export interface Snapshot {
  readonly startedAt: Date;
  readonly at: Date;
  readonly source: SourceSnapshot;
  readonly destinations: readonly DestinationSnapshot[];
}
