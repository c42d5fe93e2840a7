import type { SlabWriter } from '../threads/slabs.js';
import type { ReadResult } from './batch.js';
import type { Carried } from './batch-cache.js';

/** What to read: the events after an id, as many whole transactions as fit. */
export interface ReadRequest {
  /** The last id that is already there. */
  readonly after: bigint;
  /** Absent: to the end of the table. Else the end of a gap. */
  readonly upTo?: bigint | undefined;
  /**
   * An event that is there already: the answer says whether the source still holds it. Absent where there is
   * none.
   */
  readonly anchorId?: bigint | undefined;
}

export interface ReadLimits {
  readonly maxEvents: bigint;
  readonly maxBytes: number;
  /** A single transaction larger than this is not held in memory. */
  readonly giantBytes: number;
  /** How many rows one statement should ask for, given what rows have weighed so far. */
  readonly rowsPerStatement: bigint;
  /** How far apart ids have been so far: a power of two. */
  readonly idsPerEvent: bigint;
  /** There should be few events, and small ones. */
  readonly expectsFew: boolean;
  /** Ids up to this one that are missing will not appear any more. */
  readonly settledId: bigint;
  /** Events beyond this one are not to be read. */
  readonly endId: bigint;
}

export interface ReadOutcome {
  readonly result: ReadResult;
  /** Rows read beyond the cut: the next batch begins with them. */
  readonly rest?: SlabWriter | undefined;
  /** Rows that the source sent. */
  readonly rowsServed: number;
  /** Wake-ups counted before the source was asked, where it was asked ahead. */
  readonly wakeUpsSeen?: number | undefined;
}

/** What to read, within which limits, and what is there already. */
export interface BatchRead {
  readonly request: ReadRequest;
  readonly limits: ReadLimits;
  readonly carried?: Carried | undefined;
}
