/**
 * Replicators that run with `--standby` share their destinations. A replicator that writes to more than its
 * fair share gives up one destination at a time, and one that waits takes it. Each waiting replicator holds a
 * shared advisory lock in the destination: the number of these locks is the number of waiting replicators.
 */
// @ts-nocheck

import { HOLDS_ADVISORY_LOCK_SQL } from '../pg/advisory-locks.js';
import type { Connection } from '../pg/connection.js';

/** Advisory lock key of "I would write here": the letters `share` as a number. */
const WAITING_KEY = 0x7368617265n;

/** How often a writer asks whether others wait. */
const ASK_EVERY_MS = 2_000;

/** How long a replicator that gave up a destination stays away, so that another can take over. */
export const STAY_AWAY_MS = 3_000;

/** Tells the writer of this database that a replicator waits, as long as this session lasts. Idempotent. */
export async function announceWaiting(connection: Connection): Promise<void> {
  await withdrawWaiting(connection);
  await connection.query('SELECT pg_advisory_lock_shared($1::bigint)', [WAITING_KEY]);
}

/** Ends the announcement: the replicator that waited has become the writer. */
export async function withdrawWaiting(connection: Connection): Promise<void> {
  await connection.query(
    `SELECT pg_advisory_unlock_shared($1::bigint) FROM pg_locks WHERE ${HOLDS_ADVISORY_LOCK_SQL} AND pid = pg_backend_pid()`,
    [WAITING_KEY],
  );
}

async function countWaiting(connection: Connection): Promise<number> {
  const [row] = await connection.query<{ waiting: bigint }>(
    `SELECT count(*) AS waiting FROM pg_locks WHERE ${HOLDS_ADVISORY_LOCK_SQL}`,
    [WAITING_KEY],
  );
  return Number(row?.waiting ?? 0n);
}

/**
 * True when a replicator that writes to `held` of `total` destinations has more than its share beside
 * `others`.
 */
export function holdsTooMany({
  held,
  total,
  others,
}: {
  held: number;
  total: number;
  others: number;
}): boolean {
  return others > 0 && held > Math.ceil(total / (others + 1));
}

/** How many destinations this process writes to now, and how many there are. */
export interface Shares {
  readonly held: () => number;
  readonly total: number;
}

/** Watches, while a destination is written to, whether it should be left to another replicator. */
export function watchFairness(connection: Connection, shares: Shares, onUnfair: () => void): Disposable {
  let isAsking = false;
  const timer = setInterval(async () => {
    // If the server does not answer for long, queries would pile up.
    if (isAsking) return;
    isAsking = true;
    const others = await countWaiting(connection).catch(() => 0);
    isAsking = false;
    // Nothing else runs between here and `onUnfair`: the next destination that asks sees that this one is
    // given up.
    if (holdsTooMany({ held: shares.held(), total: shares.total, others })) onUnfair();
  }, ASK_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
