/**
 * Reads, in the server, the `testingStats` that the loaders write into every event. They are the same for all
 * events of one operation, except `dbOperationEventNum`, which counts from 1 to `dbOperationEventCount`.
 */
// @ts-nocheck


/** What matters of one event's `testingStats`; all null where there are none. */
export interface StatsRow {
  readonly id: bigint;
  /** 1, 2, 3, …; null if there is no such number. The same for `count`. */
  readonly num: number | null;
  readonly count: number | null;
  /** Everything except the number of the event. */
  readonly operation: string | null;
  readonly programId: string | null;
  readonly operationNum: string | null;
  readonly operationId: string | null;
}

/** What a server reports about the events in a range of ids. */
export interface StatsSummary {
  readonly events: bigint;
  /** Number of operations that begin in the range, and of the events that these operations should have. */
  readonly operations: bigint;
  readonly announced: bigint;
  readonly lastId: bigint | null;
  /** Id of the first event that does not continue its predecessor correctly. */
  readonly firstBroken: bigint | null;
}

/** Keeps the server from parsing the JSON again for every use of a column. */
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
 * Sums up the first events of the ids from `$2` to `$3`. `$1` is the last id before them, if any; the first
 * event is compared with it. `$4` is the number of events to read, including that of `$1`.
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

/**
 * Finds the first operation up to id `$1` that is there twice. Returns the first event of its second
 * occurrence.
 */
export const REPEATED_OPERATION_SQL = `
  SELECT id FROM (SELECT id, lag(id) OVER (PARTITION BY "programId", "operationId" ORDER BY id) AS earlier
                    FROM (${statsSql('id <= $1::bigint')}) AS s WHERE num = 1) AS o
   WHERE earlier IS NOT NULL ORDER BY id LIMIT 1`;
