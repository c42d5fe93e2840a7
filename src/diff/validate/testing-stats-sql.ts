/**
 * What the loaders write into every event's `testingStats`, read in the server. All events of one operation
 * have the same there, but for `dbOperationEventNum`, which counts from 1 to `dbOperationEventCount`.
 */

/** What matters of one event's `testingStats`; all null where there are none. */
export interface StatsRow {
  readonly id: bigint;
  /** 1, 2, 3, …; null where there is no such number. The same for `count`. */
  readonly num: number | null;
  readonly count: number | null;
  /** Everything but the event's number. */
  readonly operation: string | null;
  readonly programId: string | null;
  readonly operationNum: string | null;
  readonly operationId: string | null;
}

/** What a server says of the events in a range of ids. */
export interface StatsSummary {
  readonly events: bigint;
  /** Operations that begin here, and the events that they say they have. */
  readonly operations: bigint;
  readonly announced: bigint;
  readonly lastId: bigint | null;
  /** The first event that is not what must follow its predecessor. */
  readonly firstBroken: bigint | null;
}

/** Without it the server would take the JSON apart again for every mention of a column. */
const COMPUTE_ONCE = 'OFFSET 0';

function statsSql(where: string): string {
  return `
  SELECT id, ${positive('dbOperationEventNum')} AS num, ${positive('dbOperationEventCount')} AS count,
         stats - 'dbOperationEventNum' AS operation, stats ->> 'programId' AS "programId",
         stats ->> 'dbOperationNum' AS "operationNum", stats ->> 'dbOperationId' AS "operationId"
    FROM (SELECT id, CASE jsonb_typeof(event -> 'testingStats') WHEN 'object' THEN event -> 'testingStats' END AS stats
            FROM public.events WHERE ${where} ${COMPUTE_ONCE}) AS e`;
}

function positive(key: string): string {
  return `CASE WHEN stats ->> '${key}' ~ '^[1-9][0-9]{0,8}$' THEN (stats ->> '${key}')::int END`;
}

const IS_BROKEN = `
  num IS NULL OR count IS NULL OR num > count OR id <> COALESCE(last_id, 0) + 1
  OR CASE num WHEN 1 THEN last_num < last_count
              ELSE num IS DISTINCT FROM last_num + 1 OR operation IS DISTINCT FROM last_operation END`;

/**
 * Summary of the first events of the ids from `$2` to `$3`. `$1` is the last id before them, if any: the
 * first one is compared with it. `$4` is how many events to read, that one included.
 */
export const STATS_SUMMARY_SQL = `
  SELECT count(*) AS events, count(*) FILTER (WHERE num = 1) AS operations,
         COALESCE(sum(count) FILTER (WHERE num = 1), 0)::bigint AS announced,
         max(id) AS "lastId", min(id) FILTER (WHERE ${IS_BROKEN}) AS "firstBroken"
    FROM (SELECT id, num, count, operation, lag(id) OVER by_id AS last_id, lag(num) OVER by_id AS last_num,
                 lag(count) OVER by_id AS last_count, lag(operation) OVER by_id AS last_operation
            FROM (${statsSql('id BETWEEN COALESCE($1::bigint, $2::bigint) AND $3::bigint ORDER BY id LIMIT $4::bigint')} ${COMPUTE_ONCE}) AS s
          WINDOW by_id AS (ORDER BY id)) AS w
   WHERE id >= $2::bigint`;

/** The event `$1` and the one before it, in this order. */
export const STATS_OF_TWO_SQL = `${statsSql('id <= $1::bigint ORDER BY id DESC LIMIT 2')} ORDER BY id DESC`;

/** The first event of the first operation up to id `$1` that is there twice: the second time it is there. */
export const REPEATED_OPERATION_SQL = `
  SELECT id FROM (SELECT id, lag(id) OVER (PARTITION BY "programId", "operationId" ORDER BY id) AS earlier
                    FROM (${statsSql('id <= $1::bigint')}) AS s WHERE num = 1) AS o
   WHERE earlier IS NOT NULL ORDER BY id LIMIT 1`;
