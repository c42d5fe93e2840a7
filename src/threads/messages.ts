import type { Fingerprint } from '../events/fingerprint.js';
import type { ServerErrorFields } from '../pg/error-code.js';
import type { CANNOT_ASK } from '../pg/heartbeat.js';
import type { SessionParams } from '../pg/session-params.js';
import type { SlabBytes } from './slabs.js';

/**
 * The contract between the main thread and the workers of the pool. Everything here is cloned or shared
 * memory.
 */

/**
 * `SessionParams` as JSON. Each write brings them, and few need them: as an object, sending and receiving
 * them took two threads 0.02 ms a write, on the way of every event.
 */
export type PackedSession = string;

interface Write {
  readonly destination: PackedSession;
  /**
   * Sessions of an older number are closed: they belong to a time before the destination was looked at again.
   */
  readonly sessionNumber: number;
  readonly destinationKey: string;
  readonly lane: number;
  /** The events have ids above this one… */
  readonly after: bigint;
  /** …up to this one. */
  readonly lastId: bigint;
  /**
   * The event that must be there before these may be committed; absent: they are the first, or fill a gap.
   */
  readonly standsOn?: bigint | undefined;
  /** Shared memory of the run's `CommitGate`, and this task's place in it. */
  readonly gate: SharedArrayBuffer;
  readonly ticket: bigint;
}

/**
 * How a batch gets behind those before it. `alone`: nothing else is under way. `gated`: beside others, in a
 * session of its own; it waits at the gate. `pipelined`: behind others in the same session; the server is
 * asked whether they are there.
 */
export type WriteOrder = 'alone' | 'gated' | 'pipelined';

/** Write one batch to one destination. */
export interface BatchWrite extends Write {
  readonly kind: 'batch';
  readonly content: SlabBytes;
  readonly rows: number;
  readonly order: WriteOrder;
}

/** Pipe one transaction that is too large for memory from the source to one destination. */
export interface GiantWrite extends Write {
  readonly kind: 'giant';
  readonly source: SessionParams;
  /** An event of the destination that the source must still hold; absent: it has none. */
  readonly anchor?: Fingerprint | undefined;
}

export type WriteTask = BatchWrite | GiantWrite;

/** Where the milliseconds of a task went. */
export interface WriteTimes {
  readonly copyMs: number;
  readonly waitMs: number;
  readonly commitMs: number;
}

/** Errors cross threads as data: an Error object would lose its code. */
export interface WriteFailure extends ServerErrorFields {
  readonly ok: false;
  /** SQLSTATE or errno. */
  readonly code?: string | undefined;
  readonly message: string;
  /**
   * `closed`: rolled back because another task of the run failed or the run was stopped. `source changed`:
   * the source does not hold event `changedAt` any more as it handed it out. `bug`: a fault of ours.
   */
  readonly kind: 'destination' | 'source' | 'source changed' | 'closed' | 'bug';
  readonly changedAt?: bigint | undefined;
  /** Of a bug. */
  readonly stack?: string | undefined;
  /** Id of the event that the server refused; absent when the error is not about a single one. */
  readonly eventId?: bigint | undefined;
  /**
   * The same of a giant, whose ids the worker does not keep: it is the `row`-th event behind `after`, from 1
   * on.
   */
  readonly refused?: { readonly row: number; readonly after: bigint } | undefined;
}

export interface WriteSuccess {
  readonly ok: true;
  readonly rows: number;
  readonly bytes: number;
  readonly times: WriteTimes;
  /** The last event of a giant; of a batch it is known before. */
  readonly last?: Fingerprint | undefined;
}

export type WriteReply = WriteSuccess | WriteFailure;

/** What is sent to a thread that writes. */
export interface WriteRequest {
  readonly number: number;
  readonly task: WriteTask;
}

/** Asks a thread to connect to a destination whose first write is still to come. There is no answer. */
export interface ConnectAhead {
  readonly destinationKey: string;
  readonly ahead: SessionParams;
}

/** The first thing a thread says: its code is loaded. */
export const SERVING = 'serving';

/** What a thread says of trouble that ends nothing, for the log. */
export interface WriteTrouble {
  /** The name of its record. */
  readonly warning: typeof CANNOT_ASK;
  /** As `nameOf`. */
  readonly database: string;
  readonly reason: string;
}

/** What comes back, in any order: it bears the number of its request. */
export interface WriteAnswer {
  readonly number: number;
  readonly reply: WriteReply;
}
