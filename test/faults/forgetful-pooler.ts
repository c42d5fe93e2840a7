import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a transaction pooler makes of it: it happens in some other session. As many bytes as it replaces. */
const LISTEN = 'LISTEN eventsinsert';
const ELSEWHERE = 'SELECT 1'.padEnd(LISTEN.length);

export interface ForgetfulPooler extends AsyncDisposable {
  readonly port: number;
}

/** BackendKeyData (manual, "Message Formats"): its kind and length, before the number of the server process. */
const KEY_DATA = 'K\0\0\0\x0c';
/** A pooler gives out numbers of its own. */
const OWN_NUMBER = '\x7f\xff\xff\xff';

/**
 * Stands before a server on 127.0.0.1 as a transaction pooler does: LISTEN is answered, and forgotten; which server process
 * there is behind a session cannot be seen.
 */
export async function startForgetfulPooler(serverPort: number): Promise<ForgetfulPooler> {
  const sockets = new Set<Socket>();
  const pooler = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1');
    const hideProcess = processHider();
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {}).on('close', () => to.destroy());
      from.on('data', (bytes) => to.write(from === client ? forget(bytes) : hideProcess(bytes)));
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

/** Replaces the number of the server process, which is told once per session. */
function processHider(): (bytes: Buffer) => Buffer {
  let isDone = false;
  return (bytes) => {
    const at = isDone ? -1 : bytes.indexOf(KEY_DATA, 0, 'latin1');
    if (at < 0) return bytes;
    isDone = true;
    bytes.write(OWN_NUMBER, at + KEY_DATA.length, 'latin1');
    return bytes;
  };
}
