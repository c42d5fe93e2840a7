// @ts-nocheck
import { connect, type Socket } from 'node:net';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';

/** Where a PostgreSQL listens: a name or an address, or the folder of its socket. */
export type ServerPlace = Pick<ConnectionParams, 'host' | 'port'>;

/** A bare connection to a PostgreSQL. */
export function openSocket({ host, port }: ServerPlace): Socket {
  return host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
}
