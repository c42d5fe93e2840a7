/**
 * A long way to a PostgreSQL server: each byte arrives some milliseconds after it was sent, however many are on the way.
 */
// @ts-nocheck

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { DelayedBytes } from './delayed-bytes.js';
import { type Line, lineOf } from './line.js';
import { openSocket, type ServerPlace } from './server-socket.js';

/** Disposing it ends all connections. */
export interface Distance extends AsyncDisposable {
  readonly port: number;
  /** The same database, reached over the long way. */
  through(params: ConnectionParams): ConnectionParams;
}

/**
 * All connections share the line.
 * @param line how long each direction takes in ms, or all about it; 0: bytes are handed on at once, without a timer.
 */
export async function startDistance(place: ServerPlace, line: Line | number): Promise<Distance> {
  const about = typeof line === 'number' ? { oneWayMs: line } : line;
  const [there, back] = [lineOf(about), lineOf(about)];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const far = openSocket(place).setNoDelay(true);
    for (const socket of [client, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    new DelayedBytes(client, far, there);
    new DelayedBytes(far, client, back);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    through: (params) => ({ ...params, host: '127.0.0.1', port }),
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
