import type { ReadResult } from '../batch/batch.js';
import { BatchBuilder } from '../batch/batch-builder.js';
import type { SlabPool, SlabWriter } from '../batch/slabs.js';
import { TupleWalker } from '../batch/tuple-walker.js';
import type { Connection } from '../pg/connect.js';
import { copyOut } from '../pg/copy-out.js';
import { BEFORE_ALL_IDS } from '../plan/id-range.js';
import { selectEventsSql, transactionEndSql } from './events-sql.js';
import { readNewest } from './read-newest.js';

/** What to read: the events after an id, as many whole transactions as fit. */
export interface ReadRequest {
  /** The last id that is already there. */
  readonly after: bigint;
  /** Absent: to the end of the table. Else the end of a gap. */
  readonly upTo?: bigint;
}

export interface ReadLimits {
  readonly maxEvents: bigint;
  readonly maxBytes: number;
  /** A single transaction larger than this is not held in memory. */
  readonly giantBytes: number;
  /** How many rows one statement should ask for, given what rows have weighed so far. */
  readonly rowsPerStatement: bigint;
  /** There should be few events, and small ones. */
  readonly expectsFew: boolean;
}

export interface ReadOutcome {
  readonly result: ReadResult;
  /** Rows read beyond the cut: the next batch begins with them. */
  readonly rest?: SlabWriter;
  /** Rows that the source sent. */
  readonly rowsServed: number;
}

/**
 * Reads one batch. Batches end at the same ids wherever they begin (`batchBoundary`), so that destinations which
 * started at different places come to share their reads.
 * @throws the driver's error, CopyFormatError or OrderError; whatever was read is given back to the pool.
 */
export async function readBatch(
  connection: Connection,
  pool: SlabPool,
  read: { request: ReadRequest; limits: ReadLimits; carried?: SlabWriter },
): Promise<ReadOutcome> {
  const { request, limits } = read;
  const boundaryId = batchBoundary(request.after, limits.maxEvents);
  const builder = new BatchBuilder(pool, request.after, { boundaryId, maxBytes: limits.maxBytes });
  try {
    if (read.carried !== undefined) builder.addCarried(read.carried);
    return await fill(connection, builder, { ...read, boundaryId });
  } catch (error) {
    builder.discard();
    throw error;
  }
}

/**
 * The last id that a batch behind `after` should hold: a multiple of nine tenths of `maxEvents`, so that a batch whose
 * start lies a little before such a multiple, because a transaction straddled it, still has room up to the next one.
 */
export function batchBoundary(after: bigint, maxEvents: bigint): bigint {
  const stride = (maxEvents * 9n) / 10n;
  // Not `after / stride`, which rounds towards zero: a batch of negative ids would be twice as long.
  const next = after - (((after % stride) + stride) % stride) + stride;
  return next - after < maxEvents - stride ? next + stride : next;
}

interface Filling {
  readonly request: ReadRequest;
  readonly limits: ReadLimits;
  readonly boundaryId: bigint;
}

async function fill(connection: Connection, builder: BatchBuilder, filling: Filling): Promise<ReadOutcome> {
  let { rows: rowsServed, reachedEnd } = await readFew(connection, builder, filling);
  while (!builder.settled && !reachedEnd) {
    const read = await readOnce(connection, builder, filling);
    rowsServed += read.rows;
    if (read.stopped) break;
    reachedEnd = read.rows < read.asked;
    if (reachedEnd) builder.end();
    else if (builder.cut !== undefined) break;
  }
  if (builder.cut !== undefined || builder.rows === 0)
    return { ...finish(builder, filling, reachedEnd), rowsServed };
  builder.discard();
  return { result: { kind: 'giant', ...filling.request }, rowsServed };
}

/**
 * Begins with the cheap way to read a few events, where few are expected. Behind a pooler, and where `after` is no
 * bigint, there is only COPY.
 */
async function readFew(connection: Connection, builder: BatchBuilder, { request, limits }: Filling) {
  const after = builder.lastId;
  const isPossible = connection.backendPid !== undefined && request.upTo === undefined;
  if (!limits.expectsFew || !isPossible || after === BEFORE_ALL_IDS) return { rows: 0, reachedEnd: false };
  const { tuples, reachedEnd } = await readNewest(connection, after);
  const feed = builder.feeder(TupleWalker.inTuples());
  for (const tuple of tuples) feed(tuple);
  if (reachedEnd) builder.end();
  return { rows: tuples.length, reachedEnd };
}

/** One statement, one snapshot. Asks for one row more than fits, to see whether the last transaction goes on. */
async function readOnce(
  connection: Connection,
  builder: BatchBuilder,
  { request, limits, boundaryId }: Filling,
) {
  const from = builder.lastId;
  const toBoundary = boundaryId > from ? boundaryId - from + 1n : limits.maxEvents;
  const asked = Number(toBoundary < limits.rowsPerStatement ? toBoundary : limits.rowsPerStatement);
  const rowsBefore = builder.rows;
  const walker = new TupleWalker();
  const feed = builder.feeder(walker);
  const sql = selectEventsSql({
    after: from,
    limit: asked,
    ...(request.upTo === undefined ? {} : { upTo: request.upTo }),
  });
  const sent = await copyOut(connection, `COPY (${sql}) TO STDOUT (FORMAT binary)`, (chunk) => {
    feed(chunk);
    return builder.bytes <= limits.giantBytes;
  });
  const rows = builder.rows - rowsBefore;
  if (sent !== undefined && (sent !== rows || !walker.ended)) {
    throw new Error(`the source says it sent ${sent} events, ${rows} arrived`);
  }
  return { rows, asked, stopped: sent === undefined };
}

function finish(
  builder: BatchBuilder,
  { request, limits }: Filling,
  reachedEnd: boolean,
): Omit<ReadOutcome, 'rowsServed'> {
  if (builder.cut === undefined) return { result: { kind: 'nothing', after: request.after } };
  const { batch, rest } = builder.build(builder.cut, reachedEnd);
  if (rest.bytes > 0 && rest.bytes <= limits.maxBytes) return { result: batch, rest };
  rest.discard();
  return { result: batch };
}

/**
 * The last id of the transaction that begins behind `after`. It walks the primary key: 0.2 s for a million events.
 */
export async function findTransactionEnd(connection: Connection, request: ReadRequest): Promise<bigint> {
  const [row] = await connection.query<{ lastId: bigint | null }>(transactionEndSql(request));
  if (row?.lastId == null) throw new Error(`no event behind ${request.after} any more`);
  return row.lastId;
}
