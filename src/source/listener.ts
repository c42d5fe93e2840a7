import { failpoint } from '../batch/failpoint.js';
import type { Logger } from '../lifecycle/log.js';
import { type Connection, type ConnectOptions, connect } from '../pg/connect.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { poolerRefusal } from '../pg/pooler.js';
import { NOTIFICATION_CHANNEL } from '../schema/objects.js';
import type { WakeUps } from './wake-ups.js';

/**
 * Listens on a connection of its own, which is never in a transaction and carries nothing but wake-ups. When it returns, every commit from now on wakes; what was committed before is
 * for the caller to look for, in that order.
 */
export async function listen(
  params: ConnectionParams,
  options: ConnectOptions,
  { wakeUps, log }: { wakeUps: WakeUps; log: Logger },
): Promise<Connection> {
  const connection = await connect(params, { ...options, log });
  try {
    connection.client.on('notification', () => wakeUps.signal('notification'));
    await connection.query(`LISTEN ${NOTIFICATION_CHANNEL}`);
    failpoint('listening');
    await makeSureItLasts(connection);
  } catch (error) {
    connection.destroy();
    throw explainDatabaseError(error, { doing: 'listen', params });
  }
  return connection;
}

/** @throws ConfigurationError when the next statement runs in another session, which a pooler may have managed to hide. */
async function makeSureItLasts(connection: Connection): Promise<void> {
  const channels = await connection.query<{ channel: string }>('SELECT pg_listening_channels() AS channel');
  if (channels.some(({ channel }) => channel === NOTIFICATION_CHANNEL)) return;
  throw poolerRefusal(connection.params, 'LISTEN does not last');
}
