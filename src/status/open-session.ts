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
 * @throws the error of the last attempt; else the reason of the signal.
 */
export async function openSession(params: ConnectionParams, options: LookSession): Promise<Connection> {
  for (;;) {
    try {
      return await connect(params, options);
    } catch (error) {
      if (errorCode(error) !== TOO_MANY_CONNECTIONS) throw error;
      await sleep(TRY_AGAIN_MS, undefined, { signal: options.signal }).catch(() => {
        throw error;
      });
    }
  }
}
