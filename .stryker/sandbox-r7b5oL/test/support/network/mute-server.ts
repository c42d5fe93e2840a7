// @ts-nocheck
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that takes connections and never says a word. */
export class MuteServer implements AsyncDisposable {
  readonly #server = createServer((socket) => this.#sockets.push(socket.on('error', () => {})));
  readonly #sockets: Socket[] = [];

  static async start(): Promise<MuteServer> {
    const mute = new MuteServer();
    mute.#server.listen(0, '127.0.0.1');
    await once(mute.#server, 'listening');
    return mute;
  }

  /** Where a connection goes that is to reach it. */
  get place(): { readonly host: string; readonly port: number } {
    return { host: '127.0.0.1', port: (this.#server.address() as AddressInfo).port };
  }

  /** Somebody has connected, and waits. */
  get isWaitedFor(): boolean {
    return this.#sockets.length > 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
