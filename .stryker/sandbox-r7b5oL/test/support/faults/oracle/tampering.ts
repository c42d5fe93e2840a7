/** What somebody does to the events of a destination that nobody should. */
// @ts-nocheck

import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../../src/pg/connection-params.js';
import { administer } from '../../installation/bad-weather.js';
import { CannotHappenError } from './cannot-happen.js';
import { endBefore } from './history.js';

/** Remembers what was edited, and what it should still be. */
export const TAMPERING_SQL = `
  CREATE SCHEMA oracle;
  CREATE TABLE oracle.edited (id bigint PRIMARY KEY, ts timestamptz, event jsonb)`;

const QUIET_WITHIN_MS = 3_000;
const LOOK_AGAIN_MS = 50;
const TIP_SQL = `SELECT concat_ws(' ', count(*), max(id)) AS tip FROM public.events`;

/** Changes events of the destination while nothing is being written: `skip` the last ones, change `count` before them. */
export function editEvents(
  source: ConnectionParams,
  destination: ConnectionParams,
  { skip, count, change }: { skip: number; count: number; change: 'event' | 'ts' },
): Promise<void> {
  const set =
    change === 'event' ? `event = event || '{"edited": true}'` : `ts = ts + interval '1 microsecond'`;
  return whileQuiet(source, destination, async (session) => {
    await session.query(
      `WITH edited AS (UPDATE events SET ${set} WHERE id IN (
         SELECT id FROM events ORDER BY id DESC OFFSET ${skip} LIMIT ${count}) RETURNING *)
       INSERT INTO oracle.edited SELECT * FROM edited ON CONFLICT (id) DO UPDATE SET ts = excluded.ts, event = excluded.event`,
    );
  });
}

/**
 * The replicator is about to stop a destination that holds what the source has lost, and may have looked already.
 * @throws CannotHappenError when the last event of the destination is not the source's.
 */
export async function refuseAnotherPast(
  source: ConnectionParams,
  destination: ConnectionParams,
): Promise<void> {
  await using there = await administer(destination);
  await using here = await administer(source);
  const [last] = await there.query<{ id: bigint; event: string }>(
    'SELECT id, (ts, event)::text AS event FROM events ORDER BY id DESC LIMIT 1',
  );
  if (last === undefined) return;
  const same = await here.query('SELECT FROM events WHERE id = $1 AND (ts, event)::text = $2', [
    last.id,
    last.event,
  ]);
  if (same.length === 0) throw new CannotHappenError('this replica has another past');
}

/** Deletes the events of the last transactions. @param before is told the last event that stays. */
export function deleteLast(
  source: ConnectionParams,
  destination: ConnectionParams,
  { transactions, before }: { transactions: number; before: (last: bigint) => void },
): Promise<void> {
  return whileQuiet(source, destination, async (session, holder) => {
    const keep = await endBefore(holder, transactions);
    before(keep);
    await session.query('DELETE FROM events WHERE id > $1::bigint', [keep]);
  });
}

/** Empties the destination, whatever is being written. */
export async function truncate(destination: ConnectionParams): Promise<void> {
  await using admin = await administer(destination);
  await admin.query(`BEGIN; SET LOCAL lock_timeout = '3s'; TRUNCATE events; COMMIT`);
}

/**
 * Does something to a destination that has everything, while nobody can append: there is no write under way that could
 * still come on top of it, so that it must be noticed.
 */
async function whileQuiet(
  source: ConnectionParams,
  destination: ConnectionParams,
  work: (session: Connection, holder: Connection) => Promise<void>,
): Promise<void> {
  await using holder = await administer(source);
  await using session = await administer(destination);
  await holder.query(`BEGIN; SET LOCAL lock_timeout = '5s'; LOCK TABLE id IN ACCESS EXCLUSIVE MODE`);
  await untilSame(holder, session);
  await session.query(`BEGIN; SET LOCAL lock_timeout = '3s'`);
  await work(session, holder);
  await session.query('COMMIT');
  await holder.query('ROLLBACK');
}

async function untilSame(source: Connection, destination: Connection): Promise<void> {
  const giveUpAt = performance.now() + QUIET_WITHIN_MS;
  const tip = async (connection: Connection) => (await connection.query<{ tip: string }>(TIP_SQL))[0]?.tip;
  while ((await tip(source)) !== (await tip(destination))) {
    if (performance.now() > giveUpAt) throw new CannotHappenError('the destination did not catch up');
    await sleep(LOOK_AGAIN_MS);
  }
}
