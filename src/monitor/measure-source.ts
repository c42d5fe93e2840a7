import { MAX_ID } from '../events/id-range.js';
import type { Connection } from '../pg/connection.js';

/** Answer of the source to one query. */
export interface SourceAnswer {
  readonly maxId: bigint | undefined;
  /** Its clock, in milliseconds since 1970. */
  readonly nowMs: number;
  /** Fraction of the queue of notifications that is in use. */
  readonly notificationQueueUsage: number;
  /** For ids that were asked: `ts` of the first event behind the id, in milliseconds since 1970. */
  readonly firstBehindMs: ReadonlyMap<bigint, number>;
}

/** Each id costs one look into the primary key. */
const MEASURE_SQL = `
  SELECT (SELECT max(id) FROM public.events) AS "maxId",
         extract(epoch FROM clock_timestamp())::float8 * 1000 AS "nowMs",
         pg_notification_queue_usage() AS usage,
         array_to_string(ARRAY(
           SELECT COALESCE((SELECT extract(epoch FROM e.ts)::float8 * 1000 FROM public.events e
                             WHERE e.id > behind.id ORDER BY e.id LIMIT 1), 'NaN')
             FROM unnest($1::bigint[]) WITH ORDINALITY AS behind (id, n) ORDER BY n), ' ') AS "behindMs"`;

interface Row {
  readonly maxId: bigint | null;
  readonly nowMs: number;
  readonly usage: number;
  readonly behindMs: string;
}

/** Asks the source for all that the monitor needs, in one short statement. */
export async function measureSource(connection: Connection, after: readonly bigint[]): Promise<SourceAnswer> {
  const [row] = await connection.query<Row>(MEASURE_SQL, [after.map(asBigint)]);
  if (row === undefined) throw new Error('The source returned no row.');
  const times = row.behindMs.split(' ').map(Number);
  const found = after.map((id, n) => [id, times[n] ?? Number.NaN] as const);
  return {
    maxId: row.maxId ?? undefined,
    nowMs: row.nowMs,
    notificationQueueUsage: row.usage,
    // A `ts` may be infinite.
    firstBehindMs: new Map(found.filter(([, ms]) => Number.isFinite(ms))),
  };
}

/** The position before all ids is one less than the lowest bigint. */
function asBigint(id: bigint): bigint {
  return id < -MAX_ID ? -MAX_ID : id;
}
