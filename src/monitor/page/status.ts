/** What `/status` answers and `/events` sends. Times are ISO texts of the server's clock, ids are texts. */
export interface Status {
  readonly version: string;
  readonly node: string;
  readonly startedAt: string;
  readonly at: string;
  readonly pid: number;
  readonly host: string;
  readonly source: SourceStatus;
  readonly destinations: readonly DestinationStatus[];
}

interface SourceStatus {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly state: string;
  readonly maxId: string | null;
  readonly measuredAt: string | null;
  readonly lastError: ErrorStatus | null;
}

export interface DestinationStatus {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly state: string;
  readonly since: string;
  readonly maxId: string | null;
  readonly lagEvents: number | null;
  readonly lagSeconds: number | null;
  readonly measuredAt: string | null;
  readonly eventsPerSecond: number;
  readonly bytesPerSecond: number;
  readonly secondsToLive: number | null;
  readonly events: number;
  readonly bytes: number;
  readonly writer: { readonly who: string; readonly since: string } | null;
  readonly heldBy: string | null;
  readonly indexesBeingBuilt: number;
  readonly lastError: ErrorStatus | null;
}

interface ErrorStatus {
  readonly message: string;
  readonly hint: string | null;
  readonly at: string;
  readonly sqlstate: string | null;
}

/** What `/history` answers: one value for each step, the oldest first; null where nothing was measured. */
export interface History {
  readonly stepSeconds: number;
  readonly from: string;
  readonly lagEvents: readonly (number | null)[];
  readonly eventsPerSecond: readonly (number | null)[];
}
