/**
 * A hold keeps every replicator away from one destination, as long as the session of `slate-hold` lasts. It
 * is an advisory lock beside that of the one writer. `slate-hold` takes the hold first and then the writer's
 * lock, which older replicators obey too. A replicator gives way when it sees the hold.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../pg/connection.js';
import { findHolder } from './lock-holder.js';

/** Advisory lock key of "leave this destination alone": the letters `hold` as a number. */
export const HOLD_KEY = 0x686f6c64n;

/** Beginning of `application_name` for the session of a hold. It is not a session that writes. */
export const HOLD_APPLICATION = 'slate-hold';

const LOOK_AGAIN_MS = 20;

/**
 * Expression that is false if another session has a hold, or waits for one. It takes a lock that others may
 * take too, until the end of the statement; looking into `pg_locks` would cost far more.
 */
export const NOT_HELD_SQL = `pg_try_advisory_xact_lock_shared(${HOLD_KEY})`;

/** Whether another session has a hold on this database. Cheap enough to be asked every second. */
export async function isHeld(connection: Connection): Promise<boolean> {
  const [row] = await connection.query<{ free: boolean }>(`SELECT ${NOT_HELD_SQL} AS free`);
  return row?.free === false;
}

/** Describes who else holds this database: program, address, process and since when. Undefined if nobody. */
export async function describeHold(connection: Connection): Promise<string | undefined> {
  return (await findHolder(connection, HOLD_KEY))?.description;
}

/**
 * Takes the hold, which lasts as long as the session. The writer's lock must be taken next.
 * @returns undefined on success, else a description of the session that has the hold.
 */
export async function takeHold(connection: Connection): Promise<string | undefined> {
  for (;;) {
    const [row] = await connection.query<{ taken: boolean }>(
      `SELECT pg_try_advisory_lock(${HOLD_KEY}) AS taken`,
    );
    if (row?.taken) return undefined;
    // Without a holder, a replicator was just looking whether there is a hold.
    const holder = await describeHold(connection);
    if (holder !== undefined) return holder;
    await sleep(LOOK_AGAIN_MS);
  }
}
