import { once } from 'node:events';
import { to as copyTo } from 'pg-copy-streams';
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

async function consume(
  connection: Connection,
  sql: string,
  onChunk: (chunk: Buffer) => boolean,
): Promise<number | undefined> {
  const lost = rejectWhenLost(connection);
  const drained = once(connection.client, 'drain', { signal: lost.signal });
  drained.catch(() => {});
  const stream = connection.client.query(copyTo(sql));
  try {
    const chunks = stream[Symbol.asyncIterator]();
    for (;;) {
      const next = await Promise.race([chunks.next(), lost.rejection]);
      if (next.done) break;
      if (onChunk(next.value)) continue;
      connection.destroy();
      return undefined;
    }
    await Promise.race([drained, lost.rejection]);
    return stream.rowCount;
  } finally {
    lost.dispose();
  }
}

/** pg-copy-streams does not hear of a socket that dies while it reads. */
function rejectWhenLost(connection: Connection) {
  const waiting = new AbortController();
  let onLost: () => void = () => {};
  const rejection = new Promise<never>((_, reject) => {
    onLost = () => reject(connection.lost.reason);
    connection.lost.addEventListener('abort', onLost, { once: true });
    if (connection.lost.aborted) onLost();
  });
  rejection.catch(() => {});
  const dispose = () => {
    connection.lost.removeEventListener('abort', onLost);
    waiting.abort();
  };
  return { rejection, signal: waiting.signal, dispose };
}
