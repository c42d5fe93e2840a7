/** A long way to a PostgreSQL server: each byte arrives some milliseconds after it was sent, however many are on the way. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { openSocket, type ServerPlace } from './server-socket.js';

/** Whoever sends is held up when so much is on the way: no path holds more. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Disposing it ends all connections. */
export interface Distance extends AsyncDisposable {
  /** The same database, reached over the long way. */
  through(params: ConnectionParams): ConnectionParams;
}

/** @param oneWayMs how long each direction takes. */
export async function startDistance(place: ServerPlace, oneWayMs: number): Promise<Distance> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const far = openSocket(place).setNoDelay(true);
    for (const socket of [client, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    carry(client, far, oneWayMs);
    carry(far, client, oneWayMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    through: (params) => ({ ...params, host: '127.0.0.1', port }),
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

/** Timers of the same length fire in the order in which they were set. */
function carry(from: Socket, to: Socket, oneWayMs: number): void {
  let onTheWay = 0;
  from.on('data', (chunk) => {
    onTheWay += chunk.length;
    if (onTheWay > MOST_BYTES) from.pause();
    setTimeout(() => {
      onTheWay -= chunk.length;
      if (onTheWay <= MOST_BYTES / 2) from.resume();
      to.write(chunk);
    }, oneWayMs);
  });
  from.on('end', () => setTimeout(() => to.end(), oneWayMs));
  from.on('close', () => setTimeout(() => to.destroy(), 2 * oneWayMs));
}
