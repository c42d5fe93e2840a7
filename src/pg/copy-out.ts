import { once } from 'node:events';
import { to as copyTo } from 'pg-copy-streams';
import { orAborted } from '../lifecycle/or-aborted.js';
import type { Connection } from './connect.js';

/**
 * Runs `COPY … TO STDOUT` and hands its bytes on.
 * @param onChunk takes a chunk, which is its own copy; returns false to stop reading.
 * @returns the rows that the server says it sent, or undefined when `onChunk` stopped it; the connection is then
 * destroyed, because the protocol has no other way to end a COPY that is being sent.
 */
export function copyOut(
  connection: Connection,
  sql: string,
  onChunk: (chunk: Buffer) => boolean,
): Promise<number | undefined> {
  return connection.awaiting(consume(connection, sql, onChunk));
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
