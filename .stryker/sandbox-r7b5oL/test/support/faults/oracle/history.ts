/**
 * What becomes of a source's past, and what it was before: whatever is lost is kept in a schema of its own, so that the verdict
 * can tell which past a destination holds. Each change is one transaction: nobody sees the state between.
 */
// @ts-nocheck

import type { Connection } from '../../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../../src/pg/connection-params.js';
import { asServersReachIt, hostAndPort } from '../../databases/restore-from.js';
import { administer } from '../../installation/bad-weather.js';
import { CannotHappenError } from './cannot-happen.js';

/** `past`: what era n lost at its end; `ends`: ids that ended a transaction; `others`: what was given instead, by era. */
export const HISTORY_SQL = `
  CREATE SCHEMA oracle;
  CREATE TABLE oracle.past (era int, id bigint, ts timestamptz, event jsonb, PRIMARY KEY (era, id));
  CREATE TABLE oracle.ends (id bigint PRIMARY KEY);
  CREATE TABLE oracle.others (era int PRIMARY KEY, count bigint);
  CREATE SEQUENCE oracle.ids`;

const ENDS_SQL = `
  SELECT id FROM (SELECT id, xmin::text AS own, lead(xmin::text) OVER (ORDER BY id) AS next FROM public.events) AS e
   WHERE own IS DISTINCT FROM next`;

/** The last event of the transaction before the last `$1`; 0 when there is none. */
const END_BEFORE_SQL = `SELECT COALESCE((${ENDS_SQL} ORDER BY id DESC OFFSET $1::int LIMIT 1), 0) AS id`;

/** What a source loses, and what it gives out instead. */
export interface Loss {
  readonly transactions: number;
  readonly others: number;
  /** Without it nobody is notified of the others. */
  readonly notifies: boolean;
}

/** As after a failover to a replica that was behind: the last transactions are gone, their ids are given out again. */
export function loseCommits(source: ConnectionParams, loss: Loss): Promise<void> {
  return changeHistory(source, async (connection, era) => {
    const keep = await endBefore(connection, loss.transactions);
    await connection.query(
      'INSERT INTO oracle.past SELECT $1::int, id, ts, event FROM events WHERE id > $2::bigint',
      [era, keep],
    );
    await connection.query('DELETE FROM events WHERE id > $1::bigint', [keep]);
    await connection.query('UPDATE id SET id = $1::bigint + 1', [keep]);
    if (loss.notifies) await connection.query('SET LOCAL session_replication_role = origin');
    if (loss.others > 0) await connection.query(APPEND_OTHERS_SQL, [loss.others]);
    return loss.others;
  });
}

/** Each unlike any other event. */
const APPEND_OTHERS_SQL = `
  SELECT append_events(array_agg(jsonb_build_object('other', n, 'random', random(), 'text', repeat(md5(random()::text), 6))))
    FROM generate_series(1, $1::int) AS n`;

/** Empties the source and refills it from a destination, as an operator does who has lost it. */
export function restoreFrom(source: ConnectionParams, replica: ConnectionParams): Promise<void> {
  return changeHistory(source, async (connection, era) => {
    await connection.query('CREATE TEMP TABLE before ON COMMIT DROP AS SELECT id, ts, event FROM events');
    await connection.query('TRUNCATE events');
    const { databaseName, user = '', password = '' } = replica;
    await connection.query('SELECT FROM restore_events($1, $2, $3, $4)', [
      await addressOf(replica),
      databaseName,
      user,
      password,
    ]);
    const foreign = await connection.query(
      'SELECT FROM events e LEFT JOIN before b USING (id) WHERE (b.ts, b.event::text) IS DISTINCT FROM (e.ts, e.event::text) LIMIT 1',
    );
    if (foreign.length > 0) throw new CannotHappenError('the replica holds what the source never had');
    await connection.query(
      'INSERT INTO oracle.past SELECT $1::int, b.* FROM before b WHERE NOT EXISTS (SELECT FROM events e WHERE e.id = b.id)',
      [era],
    );
    return 0;
  });
}

async function addressOf(replica: ConnectionParams): Promise<string> {
  await using there = await administer(replica);
  return hostAndPort(await asServersReachIt(there));
}

/** How far beyond the next id a stray event is. */
const FAR = 1_000_000;

/** Somebody inserts an event far beyond the next id of table `id`. @returns its id. */
export async function insertStray(source: ConnectionParams): Promise<bigint> {
  await using admin = await administer(source);
  const [row] = await admin.query<{ id: bigint }>(
    `INSERT INTO events SELECT id + ${FAR}, now(), '{"stray": true}' FROM id RETURNING id`,
  );
  if (row === undefined) throw new Error('Table id is empty.');
  return row.id;
}

export async function deleteEvent(source: ConnectionParams, id: bigint): Promise<void> {
  await using admin = await administer(source);
  await admin.query(
    `BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM events WHERE id = ${id}; COMMIT`,
  );
}

/** The last event of the transaction before the last `transactions`; 0 when there is none. */
export async function endBefore(source: Connection, transactions: number): Promise<bigint> {
  const [row] = await source.query<{ id: bigint }>(END_BEFORE_SQL, [transactions]);
  return row?.id ?? 0n;
}

/** @param change is given a session in the transaction, and the number of the era that ends; returns how many others there are. */
async function changeHistory(
  source: ConnectionParams,
  change: (connection: Connection, era: number) => Promise<number>,
): Promise<void> {
  await using admin = await administer(source);
  // Whoever appends holds the row of table id: with the lock, nobody does.
  await admin.query(`BEGIN; SET LOCAL lock_timeout = '5s'; LOCK TABLE id IN ACCESS EXCLUSIVE MODE`);
  await admin.query('SET LOCAL session_replication_role = replica');
  // Tables that were filled a moment ago have no statistics: two of them, row by row, would take minutes.
  await admin.query('SET LOCAL enable_nestloop = off');
  await admin.query(`INSERT INTO oracle.ends ${ENDS_SQL} ON CONFLICT DO NOTHING`);
  const [last] = await admin.query<{ era: number }>('SELECT count(*)::int AS era FROM oracle.others');
  const era = last?.era ?? 0;
  const others = await change(admin, era);
  await admin.query('INSERT INTO oracle.others VALUES ($1::int, $2::bigint)', [era, others]);
  await admin.query('COMMIT');
}
