// @ts-nocheck
import { OperatorError } from '../common/operator-error.js';
import type { Connection } from '../pg/connection.js';
import type { Operation } from './data/operation.js';
import { insertValues } from './insert-values.js';
import { encodeJsonbArray } from './jsonb-array.js';

/** Ids of the events of a transaction. Undefined with `insert_events`, which does not return them. */
export type WrittenIds = { readonly firstId: bigint; readonly lastId: bigint } | undefined;

/** Writes operations, each with one call, all in one transaction: all of them are written or none. */
export type WriteOperations = (operations: readonly Operation[]) => Promise<WrittenIds>;

/**
 * Chooses how to write to this database: with `append_events` if it has it, else with `insert_events`, as in
 * a source of version 0.1.4.
 * @throws OperatorError if it has neither, and so is no source.
 */
export async function chooseWriter(connection: Connection): Promise<WriteOperations> {
  const [found] = await connection.query<{ append: boolean; insert: boolean }>(
    `SELECT pg_catalog.to_regprocedure('public.append_events(jsonb[])') IS NOT NULL AS append,
            pg_catalog.to_regprocedure('public.insert_events(text)') IS NOT NULL AS insert`,
  );
  if (found?.append) return (operations) => append(connection, operations);
  if (found?.insert) return (operations) => insert(connection, operations);
  throw new OperatorError(
    `Database ${connection.where} is not an event source: it has neither function append_events(jsonb[]) nor insert_events(text).`,
    { hint: 'Check eventSource, or create the database with slate-init-db. Nothing was written.' },
  );
}

async function append(connection: Connection, operations: readonly Operation[]): Promise<WrittenIds> {
  const sql = `SELECT public.append_events(call) AS reply FROM ${callsTable(operations, 'jsonb[]')}`;
  const values = operations.map(({ events }) => encodeJsonbArray(events));
  const rows = await connection.query<{ reply: bigint }>(sql, values);
  const last = rows.at(-1)?.reply ?? 0n;
  return { firstId: rows[0]?.reply ?? 0n, lastId: last + BigInt(operations.at(-1)?.events.length ?? 0) - 1n };
}

async function insert(connection: Connection, operations: readonly Operation[]): Promise<WrittenIds> {
  const sql = `SELECT public.insert_events(call) AS reply FROM ${callsTable(operations, 'text')}`;
  await connection.query(
    sql,
    operations.map(({ events }) => insertValues(events)),
  );
  return undefined;
}

/** A table with one row per call. The server makes the calls in the order of the rows. */
function callsTable(operations: readonly Operation[], type: string): string {
  return `(VALUES ${operations.map((_, index) => `($${index + 1}::${type})`).join(', ')}) AS calls (call)`;
}
