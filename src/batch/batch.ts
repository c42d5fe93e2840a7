import type { SlabBytes } from './slabs.js';

/** Consecutive events that end where a source transaction ends; written in one destination transaction. */
export interface Batch {
  readonly kind: 'batch';
  /** The events have ids above this one… */
  readonly after: bigint;
  /** …up to this one. */
  readonly lastId: bigint;
  readonly rows: number;
  /** Tuples as COPY (binary) delivered them, without the stream's header and trailer. */
  readonly content: SlabBytes;
  /** The source held nothing behind `lastId` when it was read (or nothing up to the requested end). */
  readonly complete: boolean;
}

/** A source transaction that is too large to be held in memory: a worker pipes it. */
export interface GiantTransaction {
  readonly kind: 'giant';
  readonly after: bigint;
}

/** The source had no event there. */
export interface NothingThere {
  readonly kind: 'nothing';
  readonly after: bigint;
}

export type ReadResult = Batch | GiantTransaction | NothingThere;
