/** The notifications that say which events are new: in a source its trigger sends them. */

/** The channel that they are sent on, as version 0.1.4 did. */
export const NOTIFICATION_CHANNEL = 'eventsinsert';

/**
 * What a notification carries, as that of the trigger: `id` is the last one that a transaction has inserted.
 */
export function notificationOf(id: bigint): string {
  return `{"table":"events","id":${id}}`;
}

/** Notifies of the text `$1` when its transaction is committed. */
export const NOTIFY_SQL = `SELECT pg_catalog.pg_notify('${NOTIFICATION_CHANNEL}', $1)`;

/** A statement that goes before COMMIT in the same message. Such a message takes no parameters. */
export function notifyBeforeCommitSql(id: bigint): string {
  return `SELECT pg_catalog.pg_notify('${NOTIFICATION_CHANNEL}', '${notificationOf(id)}'); `;
}
