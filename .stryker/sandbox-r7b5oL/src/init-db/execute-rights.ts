// @ts-nocheck
import pg from 'pg';
import type { Connection } from '../pg/connection.js';

/** A right that a role has, directly or by membership, and must keep. */
export interface ExecuteRight {
  readonly role: string;
  /** Schema, name and argument types. */
  readonly function: string;
}

/**
 * Finds the roles that can append now: they have EXECUTE on the function and, unless it runs as its owner,
 * rights on both tables. A role is left out if it can append as a member of another such role. Superusers
 * need no right.
 */
const RIGHTS_SQL = `
  WITH entrance AS (
    SELECT oid, prosecdef FROM pg_proc
     WHERE pronamespace = 'public'::regnamespace AND proname IN ('append_events', 'insert_events')
     ORDER BY proname LIMIT 1
  ), writer AS (
    SELECT role.oid, rolname FROM pg_roles AS role, entrance
     WHERE NOT rolsuper AND rolname !~ '^pg_' AND has_function_privilege(role.oid, entrance.oid, 'EXECUTE')
       AND (prosecdef OR has_column_privilege(role.oid, 'public.events', 'id', 'INSERT')
                     AND has_column_privilege(role.oid, 'public.events', 'ts', 'INSERT')
                     AND has_column_privilege(role.oid, 'public.events', 'event', 'INSERT')
                     AND has_column_privilege(role.oid, 'public.id', 'id', 'SELECT')
                     AND has_column_privilege(role.oid, 'public.id', 'id', 'UPDATE'))
  )
  SELECT writer.rolname AS role, wanted.function
    FROM writer CROSS JOIN (VALUES ('public.append_events(jsonb[])'), ('public.insert_events(text)'),
                                   ('public.restore_events(text,text,text,text)')) AS wanted (function)
   WHERE (wanted.function LIKE '%.append_events%' OR has_function_privilege(writer.oid, to_regprocedure(wanted.function), 'EXECUTE'))
     AND NOT EXISTS (SELECT FROM writer AS other WHERE other.oid <> writer.oid AND pg_has_role(writer.oid, other.oid, 'USAGE'))
   ORDER BY role, function`;

/**
 * Reads the rights that the writers of today need when PUBLIC loses EXECUTE, and when `append_events` is new.
 */
export function readWriters(connection: Connection): Promise<ExecuteRight[]> {
  return connection.query<ExecuteRight>(RIGHTS_SQL);
}

/** Grants the missing rights. @returns the names of the roles that were granted something. */
export async function grantMissing(
  connection: Connection,
  rights: readonly ExecuteRight[],
): Promise<string[]> {
  const missing = await connection.query<ExecuteRight>(
    `SELECT role, function FROM unnest($1::name[], $2::text[]) AS wanted (role, function)
      WHERE NOT has_function_privilege(role, function, 'EXECUTE')`,
    [rights.map(({ role }) => role), rights.map((right) => right.function)],
  );
  for (const right of missing) {
    await connection.query(
      `GRANT EXECUTE ON FUNCTION ${right.function} TO ${pg.escapeIdentifier(right.role)}`,
    );
  }
  return [...new Set(missing.map(({ role }) => role))];
}
