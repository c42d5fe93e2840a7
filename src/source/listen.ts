import { failpoint } from '../common/failpoint.js';
import { NOTIFICATION_CHANNEL } from '../events/notification.js';
import type { Connection } from '../pg/connection.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import type { WakeUps } from './wake-ups.js';

/**
 * Starts to listen on a session that does nothing else and is never in a transaction. Commits after it
 * returns cause a wake-up; the caller must then read once to catch earlier ones.
 */
export async function listen(connection: Connection, wakeUps: WakeUps): Promise<void> {
  try {
    connection.client.on('notification', () => wakeUps.signal('notification'));
    await connection.query(`LISTEN ${NOTIFICATION_CHANNEL}`);
    failpoint('listening');
  } catch (error) {
    throw explainDatabaseError(error, { doing: 'listen to', params: connection.params });
  }
}
