/** The database objects by name: what the SQL files create, the checks look for and deferred indexes rebuild. */

/** Columns of `events`, in both kinds of database, all NOT NULL. */
export const EVENTS_COLUMNS = [
  { name: 'id', type: 'bigint' },
  { name: 'ts', type: 'timestamp with time zone' },
  { name: 'event', type: 'jsonb' },
] as const;

/** Triggers on `events` that make a database a source. */
export const SOURCE_TRIGGERS = ['notify_insert', 'check_sql_command'] as const;

/** Functions of a source; each name exists exactly once (the original's replicator counts them). */
export const SOURCE_ROUTINES = [
  'insert_events',
  'notify_event_insert',
  'filter_sql_command',
  'restore_events',
] as const;

/** The channel that `notify_insert` speaks on. */
export const NOTIFICATION_CHANNEL = 'eventsinsert';
