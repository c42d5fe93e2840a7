/**
 * Replicators that run with `--standby` and the same destinations share them: whoever writes to more than its
 * fair share lets go of one at a time, and a waiting one takes it. How many wait is told by a shared advisory
 * lock that each of them holds in the destination it waits for.
 */
import { HOLDS_ADVISORY_LOCK_SQL } from '../pg/advisory-locks.js';
import type { Connection } from '../pg/connection.js';

/** Advisory lock key of "I would write here": the letters `share` as a number. */
const WAITING_KEY = 0x7368617265n;

/** How often a writer asks whether others wait. */
const ASK_EVERY_MS = 2_000;

/** How long one that let go stays away, so that another can take over. */
export const STAY_AWAY_MS = 3_000;

/**
 * Tells the writer of this database that one more replicator is ready; lasts as long as the session.
 * Idempotent.
 */
export async function announceWaiting(connection: Connection): Promise<void> {
  await withdrawWaiting(connection);
  await connection.query('SELECT pg_advisory_lock_shared($1::bigint)', [WAITING_KEY]);
}

/** The one who waited has become the writer. */
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
    // On a path that is silent for long, questions would pile up.
    if (isAsking) return;
    isAsking = true;
    const others = await countWaiting(connection).catch(() => 0);
    isAsking = false;
    // From here to `onUnfair` nothing else runs: the next destination to ask sees that this one goes.
    if (holdsTooMany({ held: shares.held(), total: shares.total, others })) onUnfair();
  }, ASK_EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
