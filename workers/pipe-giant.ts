import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { failpoint } from '../src/batch/failpoint.js';
import type { GiantWrite, WriteReply } from '../src/batch/write-task.js';
import { type Connection, connect } from '../src/pg/connect.js';
import { COPY_EVENTS_IN_SQL } from '../src/pg/events-sql.js';
import { checkRows, commitInOrder } from './write-batch.js';
import type { WriteSession } from './write-sessions.js';

/** What failed was the source, not the destination. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/**
 * Pipes one transaction that is too large for memory from the source to the destination, in one transaction there.
 * @throws SourceError when the source failed, else the destination's error.
 */
export async function pipeGiant(session: WriteSession, task: GiantWrite): Promise<WriteReply> {
  const startedAt = performance.now();
  await using source = await openSource(task);
  void session.gate.closed().then(() => source.destroy());
  await session.connection.query('BEGIN');
  const { rows, bytes } = await pipeEvents(source, session.connection, task.selectSql);
  const copyMs = performance.now() - startedAt;
  return { ok: true, rows, bytes, times: { copyMs, ...(await commitInOrder(session, task)) } };
}

async function openSource({ source }: GiantWrite): Promise<Connection> {
  try {
    // Not watched: while the destination is slow, the source waits for us.
    return await connect(source.params, { ...source, watched: false });
  } catch (error) {
    throw new SourceError('cannot read the source', { cause: error });
  }
}

async function pipeEvents(source: Connection, destination: Connection, selectSql: string) {
  const reading = source.client.query(copyTo(`COPY (${selectSql}) TO STDOUT (FORMAT binary)`));
  const writing = destination.client.query(copyFrom(COPY_EVENTS_IN_SQL));
  const counter = new ByteCounter();
  const abortBoth = AbortSignal.any([source.lost, destination.lost]);
  try {
    await destination.awaiting(pipeline(reading, counter, writing, { signal: abortBoth }));
  } catch (error) {
    if (source.lost.aborted || reading.errored === error)
      throw new SourceError(messageOf(error), { cause: error });
    throw error;
  }
  await source.query('');
  checkRows(writing.rowCount, reading.rowCount);
  return { rows: writing.rowCount, bytes: counter.bytes };
}

class ByteCounter extends Transform {
  bytes = 0;

  override _transform(chunk: Buffer, _encoding: string, done: (error: null, chunk: Buffer) => void): void {
    this.bytes += chunk.length;
    failpoint('piping');
    done(null, chunk);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
