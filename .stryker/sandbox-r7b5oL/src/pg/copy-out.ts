// @ts-nocheck
import { to as copyTo } from 'pg-copy-streams';
import { AbortScope } from '../common/or-aborted.js';
import type { Connection } from './connection.js';

/**
 * Runs `COPY … TO STDOUT` and hands its bytes on.
 * @param onChunk takes a chunk, which it may keep. Returns false to stop reading.
 * @returns how many rows the server reports; undefined if `onChunk` stopped the reading. The connection is
 *   then destroyed, as it is if `onChunk` throws: the protocol has no other way to end a COPY that is being
 *   sent.
 */
export function copyOut(
  connection: Connection,
  sql: string,
  onChunk: (chunk: Buffer) => boolean,
): Promise<number | undefined> {
  return connection.alone(() => connection.awaiting(consume(connection, sql, onChunk)));
}

/** pg-copy-streams does not hear of a socket that dies while it reads: hence the scope. */
async function consume(
  connection: Connection,
  sql: string,
  onChunk: (chunk: Buffer) => boolean,
): Promise<number | undefined> {
  using scope = new AbortScope(connection.lost);
  const drained = scope.orAborted(new Promise((resolve) => connection.client.once('drain', resolve)));
  drained.catch(() => {});
  const stream = connection.client.query(copyTo(sql));
  const end = await scope.orAborted(untilEnd(stream, onChunk));
  if (end === 'whole') {
    await drained;
    return stream.rowCount;
  }
  connection.destroy();
  if (end === 'stopped') return undefined;
  throw end.thrown;
}

/**
 * How a stream ended: all of it was taken, `onChunk` wanted no more, or it threw.
 * @throws the server's error.
 */
type End = 'whole' | 'stopped' | { readonly thrown: unknown };

function untilEnd(stream: NodeJS.ReadableStream, onChunk: (chunk: Buffer) => boolean): Promise<End> {
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      try {
        if (onChunk(chunk)) return;
        resolve('stopped');
      } catch (thrown) {
        resolve({ thrown });
      }
      stream.off('data', onData);
    };
    stream.on('data', onData);
    stream.on('end', () => resolve('whole'));
    stream.on('error', reject);
  });
}
