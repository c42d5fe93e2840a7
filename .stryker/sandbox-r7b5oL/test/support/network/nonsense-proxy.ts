// @ts-nocheck
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import type { Certified } from './certificates.js';
import { MessageReader } from './message-reader.js';
import { openSocket, type ServerPlace } from './server-socket.js';
import { type Role, readStartup } from './startup-message.js';

interface Nonsense {
  /** Sent to the client right behind the server's first message of this type. */
  readonly bytes: Buffer;
  readonly behind: string;
  /** In the first session of this role only. */
  readonly role: Role;
}

export interface NonsenseOptions {
  readonly server: ServerPlace;
  readonly nonsense: Nonsense;
  /** Encrypts the side of the clients. */
  readonly certificate?: Certified | undefined;
}

/** Stands before a server and passes on what both sides say; once, it adds something that no server would send. */
export class NonsenseProxy implements AsyncDisposable {
  /** How often the nonsense was sent. */
  sent = 0;
  readonly #options: NonsenseOptions;
  readonly #listening: Server;
  readonly #sockets = new Set<Socket>();

  static async inFrontOf(options: NonsenseOptions): Promise<NonsenseProxy> {
    const proxy = new NonsenseProxy(options);
    proxy.#listening.listen(0, '127.0.0.1');
    await once(proxy.#listening, 'listening');
    return proxy;
  }

  private constructor(options: NonsenseOptions) {
    this.#options = options;
    this.#listening = createServer((client) => void this.#serve(client));
  }

  /** The same database, reached through this proxy. */
  through(params: ConnectionParams): ConnectionParams {
    const { port } = this.#listening.address() as AddressInfo;
    const tls = { mode: this.#options.certificate === undefined ? 'disable' : 'require' } as const;
    return { ...params, host: '127.0.0.1', port, tls };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#listening, 'close');
  }

  async #serve(plain: Socket): Promise<void> {
    const client = this.#keep(await this.#encrypted(this.#keep(plain)));
    const startup = await readStartup(client);
    if (startup === undefined) return;
    const server = this.#keep(openSocket(this.#options.server));
    const { nonsense } = this.#options;
    client.on('data', (bytes) => server.write(bytes)).on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    new MessageReader(server, ({ type, bytes }) => {
      client.write(bytes);
      if (this.sent > 0 || type !== nonsense.behind || startup.role !== nonsense.role) return;
      this.sent += 1;
      client.write(nonsense.bytes);
    });
    server.write(startup.packet);
  }

  /** Answers the wish for encryption, which comes in a packet of eight bytes. */
  async #encrypted(client: Socket): Promise<Socket> {
    const { certificate } = this.#options;
    if (certificate === undefined) return client;
    await once(client, 'readable');
    client.read(8);
    client.write('S');
    return new TLSSocket(client, { isServer: true, key: certificate.key, cert: certificate.certificate });
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }
}
