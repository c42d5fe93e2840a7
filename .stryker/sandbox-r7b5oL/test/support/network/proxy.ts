/**
 * A TCP proxy in front of one PostgreSQL server that misbehaves on demand, per connection: it tells the roles apart
 * by what clients send at start-up. It runs in this process, so tests turn faults on and off without a wait.
 */
// @ts-nocheck

import { EventEmitter, once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { type Direction, type Fault, Link, type Path } from './proxied-link.js';
import type { ServerPlace } from './server-socket.js';
import { type Role, readStartup } from './startup-message.js';

/** Which connections a fault is for; what is absent matches all. */
export interface Target {
  readonly role?: Role;
  readonly database?: string;
  readonly direction?: Direction;
  /** Only the connections that are open when the fault begins: new ones get through. */
  readonly openNow?: boolean;
}

interface Imposed {
  readonly fault: Fault;
  readonly isFor: (link: Link, direction: Direction) => boolean;
}

export class FaultProxy implements AsyncDisposable {
  /** Connections that were reset by a fault of kind `refuse`. */
  refused = 0;
  readonly #server: Server;
  readonly #path: Path;
  #destination: ServerPlace;
  readonly #links = new Set<Link>();
  readonly #clients = new Set<Socket>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #imposed: readonly Imposed[] = [];

  /** @param server the PostgreSQL that is to be reached through it. */
  static async inFrontOf({ host, port }: ServerPlace): Promise<FaultProxy> {
    const proxy = new FaultProxy({ host, port });
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(server: ServerPlace) {
    this.#server = createServer((client) => void this.#accept(client));
    this.#destination = server;
    const destination = () => this.#destination;
    this.#path = {
      get server() {
        return destination();
      },
      faultOf: (link, direction) => this.#imposed.find(({ isFor }) => isFor(link, direction))?.fault,
      changed: () => once(this.#changes, 'change'),
    };
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The same database, reached through this proxy. */
  through(params: ConnectionParams): ConnectionParams {
    return { ...params, host: '127.0.0.1', port: this.port };
  }

  /** How many connections of this kind are open. */
  count(target: Target = {}): number {
    return this.#matching(target).length;
  }

  /** From now until it is disposed of, the fault is in force for all such connections, also for new ones. */
  impose(fault: Fault, target: Target = {}): Disposable {
    const open = target.openNow ? new Set(this.#links) : undefined;
    const isFor = (link: Link, direction: Direction) =>
      matches(link, target) && (target.direction ?? direction) === direction && (open?.has(link) ?? true);
    const imposed = { fault, isFor };
    this.#change([...this.#imposed, imposed]);
    return { [Symbol.dispose]: () => this.#change(this.#imposed.filter((each) => each !== imposed)) };
  }

  /** From now until it is disposed of, new connections lead elsewhere. */
  detour(elsewhere: ServerPlace): Disposable {
    const usual = this.#destination;
    this.#destination = elsewhere;
    return {
      [Symbol.dispose]: () => {
        this.#destination = usual;
      },
    };
  }

  /** Resets the connections of this kind that are open now. @returns how many there were. */
  cut(target: Target = {}): number {
    const links = this.#matching(target);
    for (const link of links) link.cut();
    return links.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.cut();
    for (const client of this.#clients) client.destroy();
    this.#change([]);
    await once(this.#server, 'close');
  }

  #matching(target: Target): Link[] {
    return [...this.#links].filter((link) => matches(link, target));
  }

  #change(imposed: readonly Imposed[]): void {
    this.#imposed = imposed;
    this.#changes.emit('change');
  }

  async #accept(client: Socket): Promise<void> {
    this.#clients.add(client);
    client.on('error', () => {}).on('close', () => this.#clients.delete(client));
    const startup = await readStartup(client);
    if (startup === undefined) return;
    const link = new Link(client, startup, this.#path);
    this.#links.add(link);
    if (this.#path.faultOf(link, 'to-server')?.kind === 'refuse') {
      this.refused += 1;
      link.cut();
    }
    await link.run();
    this.#links.delete(link);
  }
}

function matches({ startup }: Link, { role, database }: Target): boolean {
  return (role ?? startup.role) === startup.role && (database ?? startup.database) === startup.database;
}
