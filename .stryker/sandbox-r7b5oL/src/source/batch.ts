// @ts-nocheck
import type { Fingerprint } from '../events/fingerprint.js';
import type { IdRange } from '../events/id-range.js';
import type { SlabBytes } from '../threads/slabs.js';

/** What every read of the source returns. */
interface Read {
  /** The events have ids above this one. */
  readonly after: bigint;
  /**
   * The event behind which the read went on, as the source holds it now. Undefined if the source does not
   * hold it, or if the request named none.
   */
  readonly predecessor: Fingerprint | undefined;
}

/** Consecutive events that end where a source transaction ends; written in one destination transaction. */
export interface Batch extends Read {
  readonly kind: 'batch';
  /** Last event of the batch. The next read checks that the source still holds it. */
  readonly last: Fingerprint;
  readonly lastId: bigint;
  readonly rows: number;
  /** Tuples as COPY (binary) delivered them, without the stream's header and trailer. */
  readonly content: SlabBytes;
  /** Ids between `after` and `lastId` that do not exist and never will. */
  readonly holes: readonly IdRange[];
  /** Whether this is the end: the source held nothing behind `lastId`, or nothing up to the requested end. */
  readonly complete: boolean;
}

/** A source transaction that is too large for memory. A worker pipes it. */
interface GiantTransaction extends Read {
  readonly kind: 'giant';
}

/** The source has no event there that may be copied now. */
interface NothingThere extends Read {
  readonly kind: 'nothing';
  /** True if there are events, but behind a hole that a running transaction may still fill. */
  readonly isBlocked: boolean;
}

export type ReadResult = Batch | GiantTransaction | NothingThere;
