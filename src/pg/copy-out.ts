import { once } from 'node:events';
import { to as copyTo } from 'pg-copy-streams';
import { orAborted } from '../lifecycle/or-aborted.js';
import type { Connection } from './connect.js';

export interface CopyOutOptions {
  /** Gives up when no byte arrives for this long, in milliseconds: a dead path looks like silence. */
  stallTimeoutMs: number;
  /** Takes a chunk, which is its own copy; returns false to stop reading. */
  onChunk: (chunk: Buffer) => boolean;
}

/**
 * Runs `COPY … TO STDOUT` and hands its bytes on.
 * @returns the rows that the server says it sent, or undefined when `onChunk` stopped it; the connection is then
 * destroyed, because the protocol has no other way to end a COPY that is being sent.
 */
export async function copyOut(
  connection: Connection,
  sql: string,
  options: CopyOutOptions,
): Promise<number | undefined> {
  const stalled = new AbortController();
  const timer = setTimeout(() => {
    stalled.abort();
    connection.destroy();
  }, options.stallTimeoutMs);
  try {
    return await consume(connection, sql, (chunk) => {
      timer.refresh();
      return options.onChunk(chunk);
    });
  } catch (error) {
    if (!stalled.signal.aborted) throw error;
    throw new Error(`no data for ${options.stallTimeoutMs} ms from ${connection.where}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** pg-copy-streams does not hear of a socket that dies while it reads: hence `orAborted`. */
async function consume(
  connection: Connection,
  sql: string,
  onChunk: (chunk: Buffer) => boolean,
): Promise<number | undefined> {
  const drained = once(connection.client, 'drain', { signal: connection.lost });
  drained.catch(() => {});
  const stream = connection.client.query(copyTo(sql));
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  for (;;) {
    const next = await orAborted(chunks.next(), connection.lost);
    if (next.done) break;
    if (onChunk(next.value)) continue;
    connection.destroy();
    return undefined;
  }
  await drained;
  return stream.rowCount;
}
