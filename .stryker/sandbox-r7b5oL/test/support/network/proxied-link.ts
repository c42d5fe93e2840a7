// @ts-nocheck
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSocket, type ServerPlace } from './server-socket.js';
import type { Startup } from './startup-message.js';

/** Which way bytes travel. */
export type Direction = 'to-server' | 'to-client';

/**
 * What a path does to bytes. `refuse` resets connections as soon as they are opened. `hold` keeps them until it ends, as TCP does when a cable is pulled and put back.
 * `swallow` loses them for good: from then on the connection is dead without either side being told.
 */
export type Fault =
  | { readonly kind: 'refuse' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'swallow' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number };

/** What a link asks about the path it lies on. */
export interface Path {
  readonly server: ServerPlace;
  /** The fault that is in force for a link. */
  faultOf(link: Link, direction: Direction): Fault | undefined;
  /** Resolves when a fault begins or ends. */
  changed(): Promise<unknown>;
}

/** How often a throttled direction passes something on. */
const THROTTLE_TICKS_PER_SECOND = 20;

/** One client's connection through the proxy. */
export class Link {
  readonly startup: Startup;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #path: Path;
  readonly #ended = new AbortController();
  readonly #swallowed = new AbortController();

  constructor(client: Socket, startup: Startup, path: Path) {
    this.#client = client;
    this.#path = path;
    this.startup = startup;
    this.#server = openSocket(path.server);
    for (const socket of [client, this.#server]) socket.setNoDelay(true).on('error', () => {});
  }

  /** Passes bytes on until both sides have closed. */
  async run(): Promise<void> {
    const { packet } = this.startup;
    await Promise.all([
      this.#pump('to-server', prepend(packet, this.#client), this.#server),
      this.#pump('to-client', this.#server, this.#client),
    ]);
  }

  /** Drops both sides with a reset. */
  cut(): void {
    this.#ended.abort();
    for (const socket of [this.#client, this.#server]) {
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  async #pump(direction: Direction, from: AsyncIterable<Buffer>, to: Socket): Promise<void> {
    try {
      for await (const chunk of from) await this.#pass(direction, chunk, to);
      await this.#whileHeld(direction);
      to.end();
    } catch {
      await this.#whileHeld(direction).catch(() => {});
      this.cut();
    }
  }

  async #pass(direction: Direction, chunk: Buffer, to: Socket): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      await this.#whileHeld(direction);
      const fault = this.#path.faultOf(this, direction);
      const throttled =
        fault?.kind === 'throttle' ? fault.bytesPerSecond / THROTTLE_TICKS_PER_SECOND : undefined;
      const piece = chunk.subarray(at, throttled === undefined ? undefined : at + Math.ceil(throttled));
      if (throttled !== undefined) await this.#sleep(1_000 / THROTTLE_TICKS_PER_SECOND);
      if (fault?.kind === 'delay') await this.#sleep(fault.delayMs);
      await write(to, piece);
      at += piece.length;
    }
  }

  /** Waits as long as nothing may pass. @throws when bytes were swallowed: the connection never works again. */
  async #whileHeld(direction: Direction): Promise<void> {
    for (;;) {
      const kind = this.#path.faultOf(this, direction)?.kind;
      if (kind === 'swallow') this.#swallowed.abort(new Error('bytes were swallowed'));
      if (kind !== 'hold' && kind !== 'swallow') break;
      await this.#path.changed();
    }
    this.#swallowed.signal.throwIfAborted();
  }

  #sleep(ms: number): Promise<unknown> {
    return sleep(ms, undefined, { signal: this.#ended.signal });
  }
}

async function* prepend(first: Buffer, rest: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  yield first;
  yield* rest;
}

function write(to: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    to.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
