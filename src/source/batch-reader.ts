import type { Connection } from '../pg/connection.js';
import type { SlabPool } from '../threads/slabs.js';
import type { CacheRequest, Carried } from './batch-cache.js';
import type { BatchRead, ReadLimits, ReadOutcome } from './batch-read.js';
import { readBatch, readSmallBatch } from './read-batch.js';
import type { ReadPace } from './read-pace.js';
import type { ReadingConnections } from './reading-connections.js';
import { FAR_MS, ReadsAhead } from './reads-ahead.js';
import type { Settlement } from './settlement.js';
import type { WakeUps } from './wake-ups.js';

export interface BatchReaderOptions {
  readonly connections: ReadingConnections;
  readonly settlement: Settlement;
  readonly pace: ReadPace;
  readonly pool: SlabPool;
  readonly wakeUps: WakeUps;
}

/** Reads one batch at a time: which session reads it, how much of it, and whether it was read ahead. */
export class BatchReader {
  /** Rows that the source has sent. */
  rowsServed = 0;
  readonly #options: BatchReaderOptions;
  readonly #ahead: ReadsAhead;
  /** Its answers take longer than reading a few events. */
  #isFar: boolean = false;

  constructor(options: BatchReaderOptions) {
    this.#options = options;
    this.#ahead = new ReadsAhead(options.connections, options.wakeUps);
  }

  /** @param urgent whether the read goes beyond all that was read so far. @throws as the connection does. */
  async read(request: CacheRequest, carried: Carried | undefined, urgent: boolean): Promise<ReadOutcome> {
    const isGap = request.upTo !== undefined;
    const limits = {
      ...this.#options.pace.limits(urgent),
      // The ids of a gap were looked up: what is missing between them was missing then.
      settledId: isGap ? request.upTo : this.#options.settlement.settledId,
      endId: await this.#options.settlement.endIdBehind(request.after),
    };
    const isAhead = this.#mayReadAhead(request, limits);
    const few = isAhead ? await this.#readAhead({ request, limits, carried }) : undefined;
    if (urgent && few === undefined) this.#ahead.forget();
    const rest = isAhead
      ? { request, limits: { ...limits, expectsFew: false } }
      : { request, limits, carried };
    const outcome = few ?? (await this.#readAlone(rest, urgent));
    this.rowsServed += outcome.rowsServed;
    return outcome;
  }

  /**
   * Reads in a session that others use too. There is no COPY in it: they would have to wait, and one that is
   * stopped ends it.
   * @returns undefined where there are more than a few events to read.
   */
  #readAhead(read: BatchRead): Promise<ReadOutcome | undefined> {
    const attempt = attempts(read);
    return this.#options.connections.useTogether((connection) => {
      this.#learnDistance(connection);
      return readSmallBatch(connection, this.#options.pool, { ...attempt(), readFew: this.#ahead.read });
    });
  }

  #readAlone(read: BatchRead, urgent: boolean): Promise<ReadOutcome> {
    const attempt = attempts(read);
    return this.#options.connections.use(urgent, (connection) => {
      this.#learnDistance(connection);
      return readBatch(connection, this.#options.pool, attempt());
    });
  }

  #learnDistance({ roundTripMs }: Connection): void {
    this.#isFar = roundTripMs >= FAR_MS;
  }

  #mayReadAhead({ anchorId, after }: CacheRequest, { expectsFew }: Pick<ReadLimits, 'expectsFew'>): boolean {
    return this.#isFar && expectsFew && anchorId === after;
  }

  /** What was sent ahead is of no use any more. */
  forgetAhead(): void {
    this.#ahead.forget();
  }
}

/** The same read for each attempt; but one that has failed has given back what was carried. */
function attempts({ carried, ...read }: BatchRead): () => BatchRead {
  let rest = carried;
  return () => {
    const attempt = { ...read, carried: rest };
    rest = undefined;
    return attempt;
  };
}
