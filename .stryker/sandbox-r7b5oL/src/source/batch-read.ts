// @ts-nocheck
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
   * Id of an event that the destination holds. The result says whether the source holds it too. Absent if
   * there is none.
   */
  readonly anchorId?: bigint | undefined;
}

export interface ReadLimits {
  readonly maxEvents: bigint;
  readonly maxBytes: number;
  /** A single transaction larger than this is not held in memory. */
  readonly giantBytes: number;
  /** How many rows one statement should ask for, by the size of earlier rows. */
  readonly rowsPerStatement: bigint;
  /** How far apart ids have been so far: a power of two. */
  readonly idsPerEvent: bigint;
  /** Whether few and small events are expected. */
  readonly expectsFew: boolean;
  /** Missing ids up to this one will never appear. */
  readonly settledId: bigint;
  /** Last id that may be read. */
  readonly endId: bigint;
}

export interface ReadOutcome {
  readonly result: ReadResult;
  /** Rows read beyond the cut: the next batch begins with them. */
  readonly rest?: SlabWriter | undefined;
  /** Rows that the source sent. */
  readonly rowsServed: number;
  /** Number of wake-ups before the query was sent, if it was sent ahead. */
  readonly wakeUpsSeen?: number | undefined;
}

/** What to read, within which limits, and rows that were read before. */
export interface BatchRead {
  readonly request: ReadRequest;
  readonly limits: ReadLimits;
  readonly carried?: Carried | undefined;
}
