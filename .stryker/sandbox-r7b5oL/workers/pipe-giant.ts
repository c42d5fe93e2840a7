// @ts-nocheck
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { failpoint } from '../src/common/failpoint.js';
import { messageOf } from '../src/common/message-of.js';
import { COPY_EVENTS_IN_SQL } from '../src/events/events-sql.js';
import { connect } from '../src/pg/connect.js';
import type { Connection } from '../src/pg/connection.js';
import { BINARY_HEADER, BINARY_TRAILER } from '../src/pg/copy-format.js';
import type { GiantWrite, WriteReply } from '../src/threads/messages.js';
import { ChangedSourceError, RangeReader } from './read-ranges.js';
import { checkRows, commitInOrder } from './write-batch.js';
import type { WriteSession } from './write-sessions.js';

/** The source failed, not the destination. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
}

/**
 * Pipes one transaction, which is too large for memory, from the source into one transaction of the
 * destination.
 * @throws SourceError or ChangedSourceError if the source failed, else the error of the destination.
 */
export async function pipeGiant(session: WriteSession, task: GiantWrite): Promise<WriteReply> {
  const startedAt = performance.now();
  const ended = new AbortController();
  void session.gate.closed().then(() => ended.abort());
  try {
    await session.connection.query('BEGIN');
    const reader = new RangeReader(() => openSource(task, ended.signal), task);
    checkRows(await pipeEvents(reader, session.connection), reader.rows);
    const copyMs = performance.now() - startedAt;
    const times = { copyMs, ...(await commitInOrder(session, task)) };
    return { ok: true, rows: reader.rows, bytes: reader.bytes, last: reader.last, times };
  } finally {
    // Closes the session of the source, whatever it is doing.
    ended.abort();
  }
}

function openSource({ source }: GiantWrite, signal: AbortSignal): Promise<Connection> {
  return connect(source.params, { ...source, signal });
}

/** @returns how many rows the destination reports. */
async function pipeEvents(reader: RangeReader, destination: Connection): Promise<number> {
  const writing = destination.client.query(copyFrom(COPY_EVENTS_IN_SQL));
  const reading = Readable.from(copyStream(reader), { objectMode: false, highWaterMark: 1 });
  await destination.awaiting(pipeline(reading, writing, { signal: destination.lost }));
  return writing.rowCount;
}

async function* copyStream(reader: RangeReader): AsyncGenerator<Buffer, void> {
  yield BINARY_HEADER;
  try {
    for await (const tuples of reader.tuples()) {
      failpoint('piping');
      yield tuples;
    }
  } catch (error) {
    if (error instanceof ChangedSourceError) throw error;
    throw new SourceError(messageOf(error), { cause: error });
  }
  yield BINARY_TRAILER;
}
