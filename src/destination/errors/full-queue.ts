import type { Connection } from '../../pg/connection.js';
import { serverErrorFields } from '../../pg/error-code.js';

/**
 * Whether a commit failed because the server has no room for its notification. Its SQLSTATE is that of values
 * that are too long, too.
 */
export function isQueueFull(error: unknown): boolean {
  return serverErrorFields(error).routine === 'PreCommit_Notify';
}

/** What to do where the server has no room. */
export const QUEUE_FULL_HINT =
  'A session of that server listens to notifications and has been in a transaction for long: the log of the server names it. End that session, or take notifyDestination away.';

/**
 * Has the server drop notifications that every listener has read. A full queue stays full otherwise, also
 * when the listener that had filled it is gone: PostgreSQL drops them when it adds one, and when it is asked
 * this.
 */
export async function makeRoomInQueue(connection: Connection): Promise<void> {
  await connection.query('SELECT pg_notification_queue_usage()').catch(() => {});
}
