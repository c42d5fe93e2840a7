import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a transaction pooler makes of it: it happens in some other session. As many bytes as it replaces. */
const LISTEN = 'LISTEN eventsinsert';
const ELSEWHERE = 'SELECT 1'.padEnd(LISTEN.length);

export interface ForgetfulPooler extends AsyncDisposable {
  readonly port: number;
}

/** Stands before a server on 127.0.0.1 as a transaction pooler does: LISTEN is answered, and forgotten. */
export async function startForgetfulPooler(serverPort: number): Promise<ForgetfulPooler> {
  const sockets = new Set<Socket>();
  const pooler = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {}).on('close', () => to.destroy());
      from.on('data', (bytes) => to.write(from === client ? forget(bytes) : bytes));
    }
  });
  pooler.listen(0, '127.0.0.1');
  await once(pooler, 'listening');
  return {
    port: (pooler.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      pooler.close();
      for (const socket of sockets) socket.destroy();
      await once(pooler, 'close');
    },
  };
}

function forget(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(LISTEN, ELSEWHERE), 'latin1');
}
