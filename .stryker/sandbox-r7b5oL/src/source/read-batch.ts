// @ts-nocheck
import { sourceChanged } from '../common/look-again-error.js';
import { AnchorRow } from '../events/anchor-row.js';
import { copyBehindSql } from '../events/events-sql.js';
import { type Fingerprint, isSameEvent } from '../events/fingerprint.js';
import { MAX_ID } from '../events/id-range.js';
import { TupleWalker } from '../events/tuple-walker.js';
import type { Connection } from '../pg/connection.js';
import { copyOut } from '../pg/copy-out.js';
import type { SlabPool } from '../threads/slabs.js';
import { batchBoundary } from './batch-boundary.js';
import { BatchBuilder } from './batch-builder.js';
import type { BatchRead, ReadLimits, ReadOutcome, ReadRequest } from './batch-read.js';
import { readNewest } from './read-newest.js';
import { transactionEndSql } from './reading-sql.js';

/**
 * Reads one batch. Batches end at the same ids wherever they begin (`batchBoundary`), so that destinations
 * which started at different places come to share their reads.
 * @throws LookAgainError if the source lost or changed events during the read; or the error of the driver,
 *   CopyFormatError or OrderError. What was read goes back to the pool then.
 */
export async function readBatch(
  connection: Connection,
  pool: SlabPool,
  read: BatchRead,
): Promise<ReadOutcome> {
  const reader = new BatchReader(connection, pool, read);
  try {
    return await reader.read();
  } catch (error) {
    reader.discard();
    throw error;
  }
}

/**
 * As `readBatch`, but without COPY, for a session that other queries share.
 * @param readFew how to read a few events.
 * @returns undefined if there are more than a few events to read. The carried rows are given back then.
 */
export async function readSmallBatch(
  connection: Connection,
  pool: SlabPool,
  { readFew, ...read }: BatchRead & { readonly readFew: typeof readNewest },
): Promise<ReadOutcome | undefined> {
  const reader = new BatchReader(connection, pool, read);
  try {
    return await reader.readSmall(readFew);
  } catch (error) {
    reader.discard();
    throw error;
  }
}

/** Result of one statement. */
interface Statement {
  readonly rows: number;
  /** The event behind which the statement went on, as the source holds it. */
  readonly predecessor: Fingerprint | undefined;
  readonly end: 'more' | 'nothing more' | 'stopped';
}

class BatchReader {
  readonly #connection: Connection;
  readonly #request: ReadRequest;
  readonly #limits: ReadLimits;
  readonly #boundaryId: bigint;
  readonly #builder: BatchBuilder;
  #predecessor: Fingerprint | undefined;
  #rowsServed = 0;
  #wakeUpsSeen: number | undefined;
  #reachedEnd: boolean = false;

  constructor(connection: Connection, pool: SlabPool, { request, limits, carried }: BatchRead) {
    this.#connection = connection;
    this.#request = request;
    this.#limits = limits;
    this.#boundaryId = batchBoundary(request.after, limits.maxEvents, limits.idsPerEvent);
    this.#builder = new BatchBuilder(pool, request.after, {
      boundaryId: this.#boundaryId,
      maxRows: Number(limits.maxEvents),
      maxBytes: limits.maxBytes,
      settledId: limits.settledId,
    });
    if (carried === undefined) return;
    this.#predecessor = carried.predecessor;
    this.#builder.addCarried(carried.rest);
  }

  async read(): Promise<ReadOutcome> {
    if (this.#mayReadFew()) await this.#take((behind) => this.#readFew(readNewest, behind));
    while (!this.#builder.settled && !this.#reachedEnd) {
      const end = await this.#take((behind) => this.#readOnce(behind));
      if (end === 'stopped' || (end === 'more' && this.#builder.cut !== undefined)) break;
    }
    return this.#outcome();
  }

  async readSmall(readFew: typeof readNewest): Promise<ReadOutcome | undefined> {
    if (this.#mayReadFew()) await this.#take((behind) => this.#readFew(readFew, behind));
    if (this.#builder.settled || this.#reachedEnd) return this.#outcome();
    this.discard();
    return undefined;
  }

  discard(): void {
    this.#builder.discard();
  }

  /** Reads more rows, behind the last row that was read, or behind the requested event. */
  async #take(read: (anchorId: bigint | undefined) => Promise<Statement>): Promise<Statement['end']> {
    const own = this.#builder.lastRow;
    const { rows, predecessor, end } = await read(own?.id ?? this.#request.anchorId);
    if (own === undefined) this.#predecessor = predecessor;
    else if (!isSameEvent(own, predecessor)) throw sourceChanged(own.id);
    this.#rowsServed += rows;
    this.#reachedEnd = end === 'nothing more';
    if (this.#reachedEnd) this.#builder.end();
    return end;
  }

  /** A prepared statement cannot be used behind a pooler, nor if `after` is no bigint. */
  #mayReadFew(): boolean {
    const { anchorId, after } = this.#request;
    const isDirect = this.#connection.backendPid !== undefined;
    return this.#limits.expectsFew && isDirect && anchorId === after && !this.#builder.settled;
  }

  /** Reads a few events in the cheap way, if few are expected. */
  async #readFew(read: typeof readNewest, anchorId = this.#builder.lastId): Promise<Statement> {
    const { tuples, reachedEnd, predecessor, wakeUpsSeen } = await read(this.#connection, {
      after: anchorId,
      upTo: this.#upTo ?? MAX_ID,
    });
    this.#wakeUpsSeen = wakeUpsSeen;
    const feed = this.#builder.feeder(TupleWalker.inTuples());
    for (const tuple of tuples) feed(tuple);
    return { rows: tuples.length, predecessor, end: reachedEnd ? 'nothing more' : 'more' };
  }

  /** One statement, one snapshot. */
  async #readOnce(anchorId: bigint | undefined): Promise<Statement> {
    const limit = this.#rowsToAsk();
    const sql = copyBehindSql({ after: this.#builder.lastId, upTo: this.#upTo, limit, anchorId });
    const walker = new TupleWalker();
    const anchor = anchorId === undefined ? undefined : new AnchorRow(anchorId);
    const feed = this.#builder.feeder(walker, anchor);
    const sent = await copyOut(this.#connection, sql, (chunk) => {
      feed(chunk);
      return this.#builder.bytes <= this.#limits.giantBytes;
    });
    if (sent !== undefined && (sent !== walker.tuples || !walker.ended))
      throw new Error(`The source says it sent ${sent} events, ${walker.tuples} arrived.`);
    const rows = walker.tuples - (anchor?.isThere ? 1 : 0);
    const end = sent === undefined ? 'stopped' : rows < limit ? 'nothing more' : 'more';
    return { rows, predecessor: anchor?.fingerprint, end };
  }

  /** One row more than fits: it shows whether the last transaction goes on. */
  #rowsToAsk(): number {
    const { maxEvents, rowsPerStatement } = this.#limits;
    const from = this.#builder.lastId;
    const toBoundary = this.#boundaryId > from ? this.#boundaryId - from + 1n : maxEvents;
    const room = maxEvents - BigInt(this.#builder.rows) + 1n;
    const wanted = [toBoundary, room > 0n ? room : maxEvents, rowsPerStatement];
    return Number(wanted.reduce((least, each) => (each < least ? each : least)));
  }

  get #upTo(): bigint | undefined {
    const { upTo = MAX_ID } = this.#request;
    const { endId } = this.#limits;
    const least = upTo < endId ? upTo : endId;
    return least === MAX_ID ? undefined : least;
  }

  #outcome(): ReadOutcome {
    return { ...this.#result(), rowsServed: this.#rowsServed, wakeUpsSeen: this.#wakeUpsSeen };
  }

  #result(): Pick<ReadOutcome, 'result' | 'rest'> {
    const { cut, isBlocked, rows } = this.#builder;
    const read = { after: this.#request.after, predecessor: this.#predecessor };
    if (cut === undefined) {
      this.#builder.discard();
      if (isBlocked || rows === 0) return { result: { kind: 'nothing', ...read, isBlocked } };
      return { result: { kind: 'giant', ...read } };
    }
    const reachedEnd = this.#reachedEnd && !isBlocked;
    const { batch, rest } = this.#builder.build(cut, { predecessor: this.#predecessor, reachedEnd });
    if (rest.bytes > 0 && rest.bytes <= this.#limits.maxBytes && !isBlocked) return { result: batch, rest };
    rest.discard();
    return { result: batch };
  }
}

/** Finds the last id and the number of events of the transaction that begins behind `after`. */
export async function findTransactionEnd(
  connection: Connection,
  request: Pick<ReadRequest, 'after' | 'upTo'>,
): Promise<{ readonly lastId: bigint; readonly rows: bigint }> {
  const [row] = await connection.query<{ lastId: bigint | null; rows: bigint }>(transactionEndSql(request));
  if (row?.lastId == null) throw sourceChanged(request.after + 1n);
  return { lastId: row.lastId, rows: row.rows };
}
