// @ts-nocheck
import { type LookAgainError, lateEvent, sourceChanged } from '../common/look-again-error.js';
import { unseen } from '../common/unseen.js';
import { BEFORE_ALL_IDS } from '../events/id-range.js';
import type { SourceLog } from '../log/log.js';
import { connect } from '../pg/connect.js';
import type { Connection } from '../pg/connection.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import type { SessionParams } from '../pg/session-params.js';
import type { Extent } from '../plan/missing-ranges.js';
import { readExtent, readLastId } from '../plan/read-extent.js';
import { SlabPool } from '../threads/slabs.js';
import { BatchCache, type CacheRequest, type Carried, type Reading } from './batch-cache.js';
import type { ReadRequest } from './batch-read.js';
import { BatchReader } from './batch-reader.js';
import { findTransactionEnd } from './read-batch.js';
import { ReadPace } from './read-pace.js';
import { ReadingConnections } from './reading-connections.js';
import { Settlement } from './settlement.js';
import { SharedExtent } from './shared-extent.js';
import type { WakeUps } from './wake-ups.js';

export interface EventSourceOptions {
  readonly session: SessionParams;
  readonly maxEvents: number;
  readonly budgetBytes: number;
  readonly wakeUps: WakeUps;
  readonly log: SourceLog;
  /** Aborted when the run ends: drops every session, whatever it is doing. */
  readonly end: AbortSignal;
  /** Whether a destination may still ask for events behind this id. */
  readonly isWanted: (after: bigint) => boolean;
}

/** The source as destinations see it: shared batches, and queries about the table. */
export class EventSource implements AsyncDisposable {
  readonly #options: EventSourceOptions;
  readonly #connections: ReadingConnections;
  readonly #reader: BatchReader;
  readonly #settlement: Settlement;
  readonly #pace: ReadPace;
  readonly batches: BatchCache;
  /** How often the timer found events that no notification had announced. */
  newsFoundByTimer = 0;
  readonly #extent = new SharedExtent(() => this.ask(readExtent));
  #past = new AbortController();
  #shared: { readonly key: string; readonly atMs: number; readonly answer: Promise<unknown> } | undefined;

  constructor(options: EventSourceOptions) {
    this.#options = options;
    this.#pace = new ReadPace(options);
    const { session, end: signal, wakeUps, log } = options;
    this.#connections = new ReadingConnections(() =>
      connect(session.params, { ...session, pipeline: true, signal, log }),
    );
    this.#settlement = new Settlement({
      ...options,
      ask: (work) => this.askBriefly(work),
      onSettled: () => wakeUps.signal('settled'),
    });
    const pool = new SlabPool();
    this.#reader = new BatchReader({
      connections: this.#connections,
      settlement: this.#settlement,
      pace: this.#pace,
      pool,
      wakeUps,
    });
    this.batches = new BatchCache({
      ...options,
      pool,
      read: (request, carried) => this.#read(request, carried),
    });
  }

  /** Rows that the source has sent. */
  get rowsServed(): number {
    return this.#reader.rowsServed;
  }

  get session(): SessionParams {
    return this.#options.session;
  }

  /**
   * Aborted when the source has changed since it was read: every destination must then be validated again.
   */
  get past(): AbortSignal {
    return this.#past.signal;
  }

  /** Asks in advance what `look` needs first. */
  prepareToLook(): Promise<void> {
    return this.#settlement.prepare();
  }

  /**
   * Finds out which missing ids may still appear, and begins to count events, all in one session.
   * @returns the last id that may be copied now; undefined if there is none.
   */
  async look(): Promise<{ readonly lastId: bigint | undefined; readonly extent: Promise<Extent> }> {
    const settling = this.#settlement.start();
    const extent = unseen(this.#extent.read(this.askBriefly(readExtent)));
    const { lastId, endId } = await settling;
    return { lastId: notBeyond(endId, lastId), extent };
  }

  /** The last id that may be copied now; undefined if there is none. */
  async lastId(): Promise<bigint | undefined> {
    const lastId = await this.askBriefly(readLastId);
    const endId = await this.#settlement.endIdBehind(BEFORE_ALL_IDS);
    return notBeyond(endId, lastId);
  }

  /**
   * Forgets everything about the source, because it no longer holds event `id` as it was read before.
   * @returns the error with which the copying must end.
   */
  changedAt(id: bigint): LookAgainError {
    this.#settlement.reset();
    this.#settlement.start().catch((err) => this.#options.log.write('source cannot be looked at', { err }));
    const error = sourceChanged(id);
    this.#options.log.write('source changed: every destination is looked at again', { event: id });
    this.#beginAnew(error);
    return error;
  }

  /** Runs queries on a reading connection. */
  ask<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#explained(this.#connections.use(false, work));
  }

  /** As `ask`, for short queries. Queries at the same time are pipelined in one session. */
  askBriefly<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.#explained(this.#connections.useTogether(work));
  }

  /** As `askBriefly`, but shares an answer less than half a second old that was asked under the same key. */
  askShared<T>(key: string, work: (connection: Connection) => Promise<T>): Promise<T> {
    const shared = this.#shared;
    const isRecent = shared?.key === key && performance.now() - shared.atMs < SHARED_MS;
    if (isRecent) return shared.answer as Promise<T>;
    const answer = this.askBriefly(work);
    this.#shared = { key, atMs: performance.now(), answer };
    return answer;
  }

  /** The last id of the transaction behind `after`. Waits until no further id can appear within it. */
  async transactionEnd({ after, upTo }: Pick<ReadRequest, 'after' | 'upTo'>): Promise<bigint> {
    for (;;) {
      const seen = this.#options.wakeUps.count;
      const { lastId, rows } = await this.ask((connection) =>
        findTransactionEnd(connection, { after, upTo }),
      );
      const isSettled = upTo !== undefined || rows === lastId - after || lastId <= this.#settlement.settledId;
      if (isSettled) return lastId;
      await this.#settlement.advance();
      if (lastId > this.#settlement.settledId) await this.#options.wakeUps.beyond(seen);
    }
  }

  /** Count and ids of the source, now. */
  currentExtent(): Promise<Extent> {
    return this.#extent.read();
  }

  /**
   * Count and ids of the source, no older than those of `destination`. Destinations that start together share
   * one pass over the primary key.
   */
  extentFor(destination: Extent): Promise<Extent> {
    // A destination that is compared with the source now must not get what the source held before.
    this.#reader.forgetAhead();
    return this.#extent.covering(destination);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.batches[Symbol.dispose]();
    await this.#connections[Symbol.asyncDispose]();
  }

  async #explained<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw explainDatabaseError(error, { doing: 'read events from', params: this.#options.session.params });
    }
  }

  async #read(request: CacheRequest, carried: Carried | undefined): Promise<Reading> {
    const urgent = this.#pace.isUrgent(request.after);
    const isPoll = urgent && this.#options.wakeUps.lastCause === 'timer';
    if (isPoll) await this.#refuseLateEvents();
    let outcome = await this.#explained(this.#reader.read(request, carried, urgent));
    if (outcome.result.kind === 'nothing' && outcome.result.isBlocked) {
      await this.#settlement.advance();
      outcome = await this.#explained(this.#reader.read(request, undefined, urgent));
    }
    if (urgent) this.#pace.sawAtTip(outcome.rowsServed);
    if (outcome.result.kind === 'batch') {
      if (isPoll) this.newsFoundByTimer += 1;
      this.#pace.learn(outcome.result);
      this.#settlement.watch(outcome.result.holes);
    }
    return outcome;
  }

  async #refuseLateEvents(): Promise<void> {
    const id = await this.#settlement.findLate();
    if (id === undefined) return;
    const error = lateEvent(id);
    this.#options.log.write('event appeared after later ones had been copied: it is copied now', {
      event: id,
    });
    this.#beginAnew(error);
    throw error;
  }

  /** Stops lending what was read, and tells all that copy through `past`. */
  #beginAnew(reason: LookAgainError): void {
    this.#extent.forget();
    this.#pace.forgetTip();
    const past = this.#past;
    this.#past = new AbortController();
    this.batches.forget();
    this.#reader.forgetAhead();
    past.abort(reason);
  }
}

/** How long an answer is shared among destinations that ask the same. */
const SHARED_MS = 500;

function notBeyond(endId: bigint, lastId: bigint | undefined): bigint | undefined {
  return lastId === undefined || lastId < endId ? lastId : endId;
}
