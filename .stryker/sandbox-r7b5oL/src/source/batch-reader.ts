// @ts-nocheck
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
  /** Whether the round trip takes longer than reading a few events. */
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
      // The ids of a gap were looked up before, so ids that are missing between them are final.
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
   * Reads in a session that other queries share. It does not use COPY: the others would have to wait, and a
   * COPY that is stopped ends the session.
   * @returns undefined if there are more than a few events to read.
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

  /** Drops all reads that were sent ahead. */
  forgetAhead(): void {
    this.#ahead.forget();
  }
}

/** Makes the read of each attempt. Only the first has the carried rows: a failed read gives them back. */
function attempts({ carried, ...read }: BatchRead): () => BatchRead {
  let rest = carried;
  return () => {
    const attempt = { ...read, carried: rest };
    rest = undefined;
    return attempt;
  };
}
