import { serialize } from 'pg-protocol';
import type { Connection } from '../pg/connection.js';
import { copyData, submitCopy } from '../pg/copy-in.js';
import { executeMessages, prepareMessages } from '../pg/prepared-messages.js';
import { COPY_EVENTS_IN_SQL, REFUTE_UNLESS_COUNT_SQL } from './events-sql.js';
import { NOTIFY_SQL, notificationOf } from './notification.js';

/** Events to copy, and what must be true afterwards. */
export interface CountedCopy {
  /** Tuples without header and trailer. They must not change until the promise is settled. */
  readonly parts: readonly Uint8Array[];
  readonly rows: number;
  /** After the copy there must be `count` events from `firstId` to `lastId`. */
  readonly firstId: bigint;
  readonly lastId: bigint;
  readonly count: number;
  /** Whether to notify of `lastId`. */
  readonly notifies?: boolean | undefined;
}

/**
 * Copies events and counts what is there then, in one transaction and one round trip: it is committed only if
 * the count is right. Statements are prepared, which saves a quarter of a write of one event. Measured with 5
 * ms between writes: 0.61 ms, a COPY alone 0.62 where its messages were written apart.
 * @returns the rows that the server says it copied.
 * @throws the server's error: `WRITE_REFUTED` as `code` where the count is wrong; or the connection's.
 */
export function copyInCounted(connection: Connection, copy: CountedCopy): Promise<number> {
  const values = [copy.firstId, copy.lastId, BigInt(copy.count)].map(int8);
  const statements = [COPY_STATEMENT, COUNT_STATEMENT, ...(copy.notifies ? [NOTIFY_STATEMENT] : [])];
  return submitCopy(connection, [
    ...(notePlan(connection, copy.rows) ? [] : statements.flatMap(prepareMessages)),
    ...executeMessages(COPY_STATEMENT.name, []),
    ...copyData(copy.parts),
    ...executeMessages(COUNT_STATEMENT.name, values),
    ...(copy.notifies ? executeMessages(NOTIFY_STATEMENT.name, [notificationOf(copy.lastId)]) : []),
    serialize.sync(),
  ]);
}

/** A bigint as a binary parameter, so that the server parses no text. */
function int8(value: bigint): Buffer {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

const COPY_STATEMENT = { name: 'copy events', text: COPY_EVENTS_IN_SQL };
const COUNT_STATEMENT = { name: 'count events', text: REFUTE_UNLESS_COUNT_SQL };
const NOTIFY_STATEMENT = { name: 'notify', text: NOTIFY_SQL };

/**
 * After this many rows the statements are prepared anew. A plan that was made for a table of one page would
 * scan a larger table completely, until the server has analyzed it.
 */
const ROWS_PER_PLAN = 1_000;
const rowsSincePlan = new WeakMap<Connection, number>();

/** Counts rows. @returns whether the statements are prepared and their plan is new enough. */
function notePlan(connection: Connection, rows: number): boolean {
  const before = rowsSincePlan.get(connection);
  const isPlanned = before !== undefined && before < ROWS_PER_PLAN;
  rowsSincePlan.set(connection, isPlanned ? before + rows : rows);
  return isPlanned;
}
