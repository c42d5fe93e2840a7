import type { Batch } from '../batch/batch.js';
import { BatchCache, type CacheRequest, type Reading } from '../batch/batch-cache.js';
import { SlabPool, type SlabWriter } from '../batch/slabs.js';
import type { SessionParams } from '../batch/write-task.js';
import type { Logger } from '../lifecycle/log.js';
import { type Connection, connect } from '../pg/connect.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { BEFORE_ALL_IDS } from '../plan/id-range.js';
import type { Extent } from '../plan/missing-ranges.js';
import { readExtent } from '../plan/read-extent.js';
import { NEWEST_BYTES, NEWEST_EVENT_BYTES, NEWEST_ROWS } from './events-sql.js';
import { findTransactionEnd, type ReadLimits, type ReadRequest, readBatch } from './read-batch.js';
import { ReadingConnections } from './reading-connections.js';
import type { WakeUps } from './wake-ups.js';

export interface EventSourceOptions {
  readonly session: SessionParams;
  readonly maxEvents: number;
  readonly budgetBytes: number;
  readonly wakeUps: WakeUps;
  readonly log: Logger;
  /** Aborted: every session is dropped, whatever it is doing. */
  readonly end: AbortSignal;
  /** May any destination still ask for events that start behind this id? */
  readonly isWanted: (after: bigint) => boolean;
}

/** What destinations read from: batches, shared, and questions about the table. */
export class EventSource implements AsyncDisposable {
  readonly #options: EventSourceOptions;
  readonly #pool = new SlabPool();
  readonly #connections: ReadingConnections;
  readonly batches: BatchCache;
  /** Rows that the source has sent. */
  rowsServed = 0;
  /** How often the timer found news that no notification had announced. */
  newsFoundByTimer = 0;
  /** The highest id read so far: reads behind it are urgent. */
  #tip = BEFORE_ALL_IDS;
  #bytesPerRow = 2_000;
  /** How many there were at the last look at the tip; at first there may be many. */
  #rowsAtTip = NEWEST_ROWS;
  #holesReported = false;
  #extent: Promise<Extent> | undefined;

  constructor(options: EventSourceOptions) {
    this.#options = options;
    const { session, end: signal } = options;
    this.#connections = new ReadingConnections(() => connect(session.params, { ...session, signal }));
    this.batches = new BatchCache({
      ...options,
      pool: this.#pool,
      read: (request, carried) => this.#read(request, carried),
    });
  }

  get session(): SessionParams {
    return this.#options.session;
  }

  /** Runs questions on a reading connection. */
  async ask<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    try {
      return await this.#connections.use(false, work);
    } catch (error) {
      throw this.#explain(error);
    }
  }

  /** The last id of the transaction behind `after`. */
  transactionEnd(request: ReadRequest): Promise<bigint> {
    return this.ask((connection) => findTransactionEnd(connection, request));
  }

  /** Count and ids of the source, now. */
  currentExtent(): Promise<Extent> {
    return this.#readExtent();
  }

  /**
   * Count and ids of the source, not older than `destination`'s: many destinations that start together share one
   * pass over the primary key.
   */
  async extentFor(destination: Extent): Promise<Extent> {
    const known = await (this.#extent ?? this.#readExtent());
    return covers(known, destination) ? known : this.#readExtent();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.batches[Symbol.dispose]();
    await this.#connections[Symbol.asyncDispose]();
  }

  #readExtent(): Promise<Extent> {
    const reading = this.ask(readExtent);
    this.#extent = reading;
    reading.catch(() => {
      if (this.#extent === reading) this.#extent = undefined;
    });
    return reading;
  }

  async #read(request: CacheRequest, carried: SlabWriter | undefined): Promise<Reading> {
    const urgent = request.after >= this.#tip;
    const cause = this.#options.wakeUps.lastCause;
    const limits = this.#limits(urgent);
    const read = { request, limits, ...(carried === undefined ? {} : { carried }) };
    const outcome = await this.#connections
      .use(urgent, (connection) => readBatch(connection, this.#pool, read))
      .catch((error) => Promise.reject(this.#explain(error)));
    this.rowsServed += outcome.rowsServed;
    if (urgent) this.#rowsAtTip = outcome.rowsServed;
    if (outcome.result.kind === 'batch') {
      if (cause === 'timer' && urgent) this.newsFoundByTimer += 1;
      this.#learn(outcome.result);
    }
    return outcome;
  }

  #explain(error: unknown): Error {
    return explainDatabaseError(error, { doing: 'read events', params: this.#options.session.params });
  }

  #limits(urgent: boolean): ReadLimits {
    const { budgetBytes, maxEvents } = this.#options;
    const maxBytes = budgetBytes / 8;
    return {
      maxEvents: BigInt(maxEvents),
      maxBytes,
      giantBytes: budgetBytes,
      rowsPerStatement: BigInt(Math.max(1, Math.floor(maxBytes / this.#bytesPerRow))),
      expectsFew: urgent && maxBytes >= NEWEST_BYTES && this.#expectsFewAtTip(),
    };
  }

  #expectsFewAtTip(): boolean {
    return this.#rowsAtTip < NEWEST_ROWS && this.#bytesPerRow <= NEWEST_EVENT_BYTES;
  }

  #learn({ after, lastId, rows, content }: Batch): void {
    if (lastId > this.#tip) this.#tip = lastId;
    this.#bytesPerRow = Math.max(1, content.bytes / rows);
    const isWhole = after === BEFORE_ALL_IDS || lastId - after === BigInt(rows);
    if (isWhole || this.#holesReported) return;
    this.#holesReported = true;
    this.#options.log.warn(
      { after, upTo: lastId, events: rows },
      'The ids of the source have holes; that is legal, but insert_events leaves none. This is said once.',
    );
  }
}

function covers(source: Extent, destination: Extent): boolean {
  if (destination.ids === undefined) return true;
  return source.ids !== undefined && source.ids.to >= destination.ids.to && source.count >= destination.count;
}
