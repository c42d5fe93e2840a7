// @ts-nocheck
import type { Connection } from '../pg/connection.js';
import { sourceObjectNames } from '../schema/objects.js';
import { readSql, SOURCE_TRIGGERS } from '../schema/sql-files.js';

/** A trigger of table `events`. */
export interface Trigger {
  readonly name: string;
  readonly definition: string;
  /** `pg_trigger.tgenabled`: `O` fires on the origin, `A` always, `R` on a replica, `D` never. */
  readonly enabled: 'O' | 'A' | 'R' | 'D';
}

/** What an upgrade may change, as one text: functions with their owners and rights, and triggers. */
export async function readSourceState(connection: Connection): Promise<string> {
  const functions = await connection.query(
    `SELECT pg_get_functiondef(oid), proowner, proacl::text FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace AND prokind = 'f' AND proname = ANY ($1::text[]) ORDER BY proname, oid`,
    [sourceObjectNames('routine')],
  );
  return JSON.stringify([functions, await readTriggers(connection)]);
}

/** The triggers that a source must have. */
export function readTriggers(connection: Connection): Promise<Trigger[]> {
  return connection.query<Trigger>(
    `SELECT tgname AS name, pg_get_triggerdef(oid) AS definition, tgenabled AS enabled FROM pg_trigger
      WHERE tgrelid = 'public.events'::regclass AND tgname = ANY ($1::text[]) ORDER BY tgname`,
    [sourceObjectNames('trigger')],
  );
}

/** Whether these triggers are those of the SQL file. */
export function areOurs(triggers: readonly Trigger[]): boolean {
  const statements = readSql(SOURCE_TRIGGERS)
    .split(';')
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim());
  const ours = statements.filter((statement) => statement.startsWith('CREATE TRIGGER')).sort();
  const found = triggers.map(({ definition }) => definition).sort();
  return found.join() === ours.join();
}
