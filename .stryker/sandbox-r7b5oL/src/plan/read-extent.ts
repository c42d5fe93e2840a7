// @ts-nocheck
import type { IdRange } from '../events/id-range.js';
import type { Connection } from '../pg/connection.js';
import type { Bucket, Extent } from './missing-ranges.js';

/** Count, first and last id, in one snapshot: one pass over the primary key. */
export async function readExtent(connection: Connection): Promise<Extent> {
  const [row] = await connection.query<{ count: bigint; from: bigint | null; to: bigint | null }>(
    'SELECT count(*) AS count, min(id) AS from, max(id) AS to FROM public.events',
  );
  if (row === undefined || row.from === null || row.to === null) return { count: 0n };
  return { count: row.count, ids: { from: row.from, to: row.to } };
}

/** The last id, without a pass over the primary key; undefined in an empty table. */
export async function readLastId(connection: Connection): Promise<bigint | undefined> {
  const [row] = await connection.query<{ to: bigint | null }>('SELECT max(id) AS to FROM public.events');
  return row?.to ?? undefined;
}

/**
 * Count and sum of the ids of `range` per bucket. The number of a bucket is an id without its last `bits`
 * bits: unlike a division, a shift rounds negative ids down too.
 */
export function readBuckets(connection: Connection, { from, to }: IdRange, bits: number): Promise<Bucket[]> {
  return connection.query<Bucket>(
    `SELECT id >> $1::int AS bucket, count(*) AS count, sum(id)::text AS "idSum"
       FROM public.events WHERE id BETWEEN $2::bigint AND $3::bigint GROUP BY 1`,
    [bits, from, to],
  );
}

/**
 * The ids that exist within `range`, as ranges without holes. Differences are numeric, because they may not
 * fit a bigint.
 */
export function readIslands(connection: Connection, { from, to }: IdRange): Promise<IdRange[]> {
  return connection.query<IdRange>(
    `SELECT min(id) AS from, max(id) AS to
       FROM (SELECT id, id::numeric - row_number() OVER (ORDER BY id) AS island
               FROM public.events WHERE id BETWEEN $1::bigint AND $2::bigint) AS numbered
      GROUP BY island ORDER BY 1`,
    [from, to],
  );
}
