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

/** The function of a destination. The file may be run again. */
export const DESTINATION_FUNCTION = 'wait-for-event.sql';

/** Triggers of a source; the file locks table `events` against everybody. */
export const SOURCE_TRIGGERS = 'triggers.sql';

/** The files that make each kind of database, in their order. */
const FILES: Readonly<Record<TableType, readonly string[]>> = {
  source: ['events.sql', 'dblink.sql', 'next-id.sql', ...SOURCE_FUNCTIONS, SOURCE_TRIGGERS],
  destination: ['events.sql', DESTINATION_FUNCTION],
};

/** The SQL that makes the objects of one kind of database. */
export function creationSql(tableType: TableType): string {
  return FILES[tableType].map(readSql).join('\n');
}

/** The files that create each function and trigger that only a source has. They may be run again. */
const FILES_OF: Readonly<Record<string, readonly string[]>> = {
  notify_insert: [SOURCE_TRIGGERS],
  check_sql_command: [SOURCE_TRIGGERS],
  insert_events: ['insert-events.sql'],
  append_events: ['insert-events.sql'],
  notify_event_insert: ['notify-insert.sql'],
  filter_sql_command: ['check-sql-command.sql'],
  restore_events: ['dblink.sql', 'restore-events.sql'],
};

/** The SQL that creates `events`, without its secondary indexes. */
export function eventsTableSql(): string {
  return tableSql('events.sql');
}

/** The SQL that creates an object which only a source has, in a database that holds events. */
export function sourceObjectSql(name: string): string {
  const nextId = 'INSERT INTO public.id SELECT COALESCE(max(id), 0) + 1 FROM public.events;';
  if (name === 'id') return `${tableSql('next-id.sql')}\n${nextId}`;
  return (FILES_OF[name] ?? []).map((file) => readSql(file).trimEnd()).join('\n');
}

function tableSql(file: string): string {
  return /^CREATE TABLE .*?;$/ms.exec(readSql(file))?.[0] ?? '';
}

/** The text of a file of src/schema/sql; each of them also runs in psql. */
export function readSql(name: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`#sql/${name}`), 'utf8');
}
