import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import type { Connection } from './connect.js';

export interface PipedCopy {
  readonly source: Connection;
  /** `COPY … TO STDOUT` */
  readonly sourceSql: string;
  readonly destination: Connection;
  /** `COPY … FROM STDIN`, in the same format. */
  readonly destinationSql: string;
}

/**
 * Pipes rows from one server into another; a slow one holds the other back.
 * @returns how many rows both servers say it were.
 * @throws what the first of them to fail said; the destination's transaction is then to be rolled back.
 */
export async function pipeCopy(copy: PipedCopy): Promise<number> {
  const { source, destination } = copy;
  const reading = source.client.query(copyTo(copy.sourceSql));
  const writing = destination.client.query(copyFrom(copy.destinationSql));
  const signal = AbortSignal.any([source.lost, destination.lost]);
  await destination.awaiting(source.awaiting(pipeline(reading, writing, { signal })));
  // The count comes after the last byte.
  await source.query('');
  if (reading.rowCount !== writing.rowCount) {
    throw new Error(
      `${source.where} sent ${reading.rowCount} rows, ${destination.where} took ${writing.rowCount}`,
    );
  }
  return reading.rowCount;
}
