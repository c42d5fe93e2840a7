/** Takes the bytes that `COPY (SELECT id, ts, event …) TO STDOUT (FORMAT binary)` gave. */
export const COPY_EVENTS_IN_SQL = 'COPY public.events (id, ts, event) FROM STDIN (FORMAT binary)';

/** SQLSTATE of a write whose predecessor is not there: division by zero, which nothing else here can raise. */
export const PREDECESSOR_MISSING = '22012';

/**
 * A statement that fails when event `id` is not there. Sent in the same message as what follows, it keeps that from
 * happening: a destination that lost its latest commits in a crash cannot be given what comes after them. COPY and
 * COMMIT take no parameters in one message with it, so the id is formatted; it can only be a bigint.
 */
export function standsOnSql(id: bigint | undefined): string {
  return id === undefined ? '' : `SELECT 1 / count(*) FROM public.events WHERE id = ${id}; `;
}
