import type { Fingerprint } from '../events/fingerprint.js';
import type { IdRange } from '../events/id-range.js';
import type { SlabBytes } from '../threads/slabs.js';

/** What every answer of the source begins with. */
interface Read {
  /** The events have ids above this one. */
  readonly after: bigint;
  /**
   * The event that the read was asked to go on behind, as the source holds it now; undefined when it does not
   * hold it, or when none was named.
   */
  readonly predecessor: Fingerprint | undefined;
}

/** Consecutive events that end where a source transaction ends; written in one destination transaction. */
export interface Batch extends Read {
  readonly kind: 'batch';
  /** The last of the events, by which a later read finds out whether the source still holds it. */
  readonly last: Fingerprint;
  readonly lastId: bigint;
  readonly rows: number;
  /** Tuples as COPY (binary) delivered them, without the stream's header and trailer. */
  readonly content: SlabBytes;
  /** Ids between `after` and `lastId` that do not exist and will not. */
  readonly holes: readonly IdRange[];
  /** The source held nothing behind `lastId` when it was read (or nothing up to the requested end). */
  readonly complete: boolean;
}

/** A source transaction that is too large to be held in memory: a worker pipes it. */
interface GiantTransaction extends Read {
  readonly kind: 'giant';
}

/** The source had no event there that may be copied. */
interface NothingThere extends Read {
  readonly kind: 'nothing';
  /** There are events, behind a hole that a running transaction may still fill. */
  readonly isBlocked: boolean;
}

export type ReadResult = Batch | GiantTransaction | NothingThere;
