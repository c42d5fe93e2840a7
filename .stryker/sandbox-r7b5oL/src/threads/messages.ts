// @ts-nocheck
import type { Fingerprint } from '../events/fingerprint.js';
import type { ServerErrorFields } from '../pg/error-code.js';
import type { CANNOT_ASK } from '../pg/heartbeat.js';
import type { SessionParams } from '../pg/session-params.js';
import type { SlabBytes } from './slabs.js';

/** The messages between the main thread and the workers. All of it is cloned, or is shared memory. */

/**
 * `SessionParams` as JSON. Every write carries them, but only a write that opens a session reads them. As an
 * object they cost 0.02 ms per write to clone, on the way of every event.
 */
export type PackedSession = string;

interface Write {
  readonly destination: PackedSession;
  /** Number of the run. Each look at the destination begins a new run with sessions of its own. */
  readonly sessionNumber: number;
  readonly destinationKey: string;
  readonly lane: number;
  /** The events have ids above this one… */
  readonly after: bigint;
  /** …up to this one. */
  readonly lastId: bigint;
  /**
   * Id of the event that precedes these. The worker commits only if the destination holds it. Absent for the
   * first events of a table, and in a gap.
   */
  readonly predecessorId?: bigint | undefined;
  /** Shared memory of the run's `CommitGate`; `ticket` is this task's place in its order. */
  readonly gate: SharedArrayBuffer;
  readonly ticket: bigint;
}

/**
 * How the batch keeps its place behind earlier batches.
 * `exclusive`: no other write is under way.
 * `gated`: other lanes write at the same time; the batch waits at the gate.
 * `pipelined`: earlier batches were sent in the same session; the server checks that they are there.
 */
export type WriteOrder = 'exclusive' | 'gated' | 'pipelined';

/** Write one batch to one destination. */
export interface BatchWrite extends Write {
  readonly kind: 'batch';
  readonly content: SlabBytes;
  readonly rows: number;
  readonly order: WriteOrder;
}

/** Pipe one transaction, which is too large for memory, from the source to one destination. */
export interface GiantWrite extends Write {
  readonly kind: 'giant';
  readonly source: SessionParams;
  /** An event of the destination that the source must still hold. Absent if the destination is empty. */
  readonly anchor?: Fingerprint | undefined;
}

export type WriteTask = BatchWrite | GiantWrite;

/** How the time of a task was spent. */
export interface WriteTimes {
  readonly copyMs: number;
  readonly waitMs: number;
  readonly commitMs: number;
}

/** A failed write. Errors cross threads as data, because an Error object would lose its `code`. */
export interface WriteFailure extends ServerErrorFields {
  readonly ok: false;
  /** SQLSTATE or errno. */
  readonly code?: string | undefined;
  readonly message: string;
  /**
   * `closed`: rolled back because another task of the run failed, or the run was stopped.
   * `source changed`: the source no longer holds event `changedAt` as it was read before.
   * `bug`: a fault of this program.
   */
  readonly kind: 'destination' | 'source' | 'source changed' | 'closed' | 'bug';
  readonly changedAt?: bigint | undefined;
  /** Stack of a bug; absent otherwise. */
  readonly stack?: string | undefined;
  /** Id of the event that the server refused. Absent if the error is not about a single event. */
  readonly eventId?: bigint | undefined;
  /**
   * The refused event of a giant transaction: the `row`-th event behind `after`, counted from 1. The worker
   * does not keep the ids of a giant.
   */
  readonly refused?: { readonly row: number; readonly after: bigint } | undefined;
}

export interface WriteSuccess {
  readonly ok: true;
  readonly rows: number;
  readonly bytes: number;
  readonly times: WriteTimes;
  /** Last event of a giant transaction. For a batch the main thread knows it already. */
  readonly last?: Fingerprint | undefined;
}

export type WriteReply = WriteSuccess | WriteFailure;

/** A request to a worker. */
export interface WriteRequest {
  readonly requestId: number;
  readonly task: WriteTask;
}

/**
 * Asks a worker to connect to a destination before its first write. Without `ahead`, it asks to close such a
 * session if no write has used it. There is no reply.
 */
export interface ConnectAhead {
  readonly destinationKey: string;
  readonly ahead: SessionParams | undefined;
}

/** First message of a worker: its code is loaded. */
export const SERVING = 'serving';

/** A warning from a worker, for the log. The work goes on. */
export interface WriteTrouble {
  /** Name of the log record. */
  readonly warning: typeof CANNOT_ASK;
  /** As `nameOf`. */
  readonly database: string;
  readonly reason: string;
}

/** A reply. Replies arrive in any order; `requestId` matches them to requests. */
export interface WriteAnswer {
  readonly requestId: number;
  readonly reply: WriteReply;
}
