import { failpoint } from '../batch/failpoint.js';
import type { Logger } from '../lifecycle/log.js';
import { type Connection, type ConnectOptions, connect } from '../pg/connect.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { explainDatabaseError } from '../pg/explain-error.js';
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
  const connection = await connect(params, options);
  try {
    connection.client.on('notification', () => wakeUps.signal('notification'));
    await connection.query(`LISTEN ${NOTIFICATION_CHANNEL}`);
    failpoint('listening');
    await warnBehindPooler(connection, log);
  } catch (error) {
    connection.destroy();
    throw explainDatabaseError(error, { doing: 'listen', params });
  }
  return connection;
}

/** A transaction pooler answers LISTEN and forgets it: the next statement runs in another session. */
async function warnBehindPooler(connection: Connection, log: Logger): Promise<void> {
  const channels = await connection.query<{ channel: string }>('SELECT pg_listening_channels() AS channel');
  if (channels.some(({ channel }) => channel === NOTIFICATION_CHANNEL)) return;
  log.warn(
    { source: connection.where },
    'LISTEN does not last on this connection (a transaction pooler?): new events are found by polling only. Connect to the server itself.',
  );
}
