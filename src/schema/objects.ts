/**
 * The database objects by name: what the SQL files create, the checks look for and deferred indexes rebuild.
 */

/** A source has more than a destination; what it has more must be absent in a destination. */
export type TableType = 'source' | 'destination';

/** Columns of `events` in both kinds of database, all NOT NULL. `type` is the result of `format_type()`. */
export const EVENTS_COLUMNS = [
  { name: 'id', type: 'bigint' },
  { name: 'ts', type: 'timestamp with time zone' },
  { name: 'event', type: 'jsonb' },
] as const;

/** The index behind the primary key `(id)` of `events`. */
export const PRIMARY_KEY_INDEX = 'events_pkey';

/**
 * The other indexes of `events`, in both kinds of database. A database without them works, but its queries
 * are slow.
 */
export const SECONDARY_INDEXES = [
  'events_ts',
  'events_event_entityname',
  'events_event_operation',
  'events_event_propertyname',
  'events_event_entityid',
  'events_event_metadata_command',
] as const;

export interface SourceOnlyObject {
  readonly kind: 'table' | 'trigger' | 'routine';
  /** In schema `public`; a trigger is one of table `events`. */
  readonly name: string;
  /**
   * Rows of the object in information_schema. The replicator of version 0.1.4 counts them, so no routine may
   * be overloaded. A trigger has one row for each event on which it fires, except TRUNCATE, which the SQL
   * standard does not know.
   */
  readonly rows: number;
  /** Not in a source that the original made, until `slate-init-db --upgrade`. */
  readonly since1?: true;
}

/**
 * Objects that a source has and a destination must not have. A database that can be written like a source is
 * no replica.
 */
export const SOURCE_ONLY_OBJECTS: readonly SourceOnlyObject[] = [
  { kind: 'table', name: 'id', rows: 1 },
  { kind: 'trigger', name: 'notify_insert', rows: 1 },
  { kind: 'trigger', name: 'check_sql_command', rows: 2 },
  { kind: 'routine', name: 'insert_events', rows: 1 },
  { kind: 'routine', name: 'notify_event_insert', rows: 1 },
  { kind: 'routine', name: 'filter_sql_command', rows: 1 },
  { kind: 'routine', name: 'restore_events', rows: 1 },
  { kind: 'routine', name: 'append_events', rows: 1, since1: true },
];

/** Names of the objects of one kind that only a source has. */
export function sourceObjectNames(kind: SourceOnlyObject['kind']): string[] {
  return SOURCE_ONLY_OBJECTS.filter((object) => object.kind === kind).map(({ name }) => name);
}
