/**
 * A long way to a PostgreSQL server: each byte arrives some milliseconds after it was sent, however many are on
 * the way.
 */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { openSocket, type ServerPlace } from './server-socket.js';

/**
 * The sender is held up when so much is on the way, or has arrived and waits for the receiver. A path of 300 MB/s
 * and 100 ms holds as much.
 */
export const MOST_BYTES = 32 * 1024 * 1024;

/** Disposing it ends all connections. */
export interface Distance extends AsyncDisposable {
  readonly port: number;
  /** The same database, reached over the long way. */
  through(params: ConnectionParams): ConnectionParams;
}

/** @param oneWayMs how long each direction takes; 0: bytes are handed on at once, without a timer. */
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
    port,
    through: (params) => ({ ...params, host: '127.0.0.1', port }),
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

function carry(from: Socket, to: Socket, oneWayMs: number): void {
  let onTheWay = 0;
  const taken = (bytes: number) => {
    onTheWay -= bytes;
    if (onTheWay <= MOST_BYTES / 2) from.resume();
  };
  from.on('data', (chunk) => {
    onTheWay += chunk.length;
    if (onTheWay > MOST_BYTES) from.pause();
    after(oneWayMs, () => to.write(chunk, () => taken(chunk.length)));
  });
  from.on('end', () => after(oneWayMs, () => to.end()));
  // What was sent before the end still arrives, however slowly it is taken.
  from.on('close', () => setTimeout(() => to.destroySoon(), 2 * oneWayMs));
}

/** Timers of the same length fire in the order in which they were set. Node's shortest takes a millisecond. */
function after(ms: number, act: () => void): void {
  if (ms === 0) act();
  else setTimeout(act, ms);
}
