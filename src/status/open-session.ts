import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../pg/connect.js';
import type { ConnectOptions } from '../pg/connect-options.js';
import type { Connection } from '../pg/connection.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import { errorCode } from '../pg/error-code.js';
import { TOO_MANY_CONNECTIONS } from '../pg/sqlstate.js';

/** Options of a session that lasts no longer than a look. */
export type LookSession = ConnectOptions & { readonly signal: AbortSignal };

const TRY_AGAIN_MS = 100;

/**
 * Opens a session. Waits for a free connection of the server or the role: the other sessions of the same look
 * end soon.
 * @throws what keeps it from being opened; where that is the number of connections, when the time is over.
 */
export async function openSession(params: ConnectionParams, options: LookSession): Promise<Connection> {
  let isFull: unknown;
  for (;;) {
    try {
      return await connect(params, options);
    } catch (error) {
      if (options.signal.aborted) throw isFull ?? error;
      if (errorCode(error) !== TOO_MANY_CONNECTIONS) throw error;
      isFull = error;
    }
    await sleep(TRY_AGAIN_MS, undefined, { signal: options.signal }).catch(() => {});
  }
}
