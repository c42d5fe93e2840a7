// @ts-nocheck
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TableType } from './objects.js';

/** Functions of a source. The files may be run again on a source that has the same or older functions. */
export const SOURCE_FUNCTIONS = [
  'insert-events.sql',
  'notify-insert.sql',
  'check-sql-command.sql',
  'restore-events.sql',
] as const;

/** Triggers of a source; the file locks table `events` against everybody. */
export const SOURCE_TRIGGERS = 'triggers.sql';

/** The files that make each kind of database, in their order. */
const FILES: Readonly<Record<TableType, readonly string[]>> = {
  source: ['events.sql', 'dblink.sql', 'next-id.sql', ...SOURCE_FUNCTIONS, SOURCE_TRIGGERS],
  destination: ['events.sql'],
};

/** The SQL that makes the objects of one kind of database. */
export function creationSql(tableType: TableType): string {
  return FILES[tableType].map(readSql).join('\n');
}

/** The text of a file of src/schema/sql; each of them also runs in psql. */
export function readSql(name: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`#sql/${name}`), 'utf8');
}
