/**
 * Stands before a server as PgBouncer does: few sessions of the server are lent to many clients, for one
 * transaction each (or, in session mode, for as long as a client stays). It runs in this process.
 */
// @ts-nocheck

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { type Message, MessageReader } from './message-reader.js';
import { openSocket, type ServerPlace } from './server-socket.js';
import { readStartup, type Startup } from './startup-message.js';

export interface PoolerOptions {
  /** Sessions of the server; default 1. */
  readonly size?: number;
  /** Whether a client is told the number of the server process that logged in first, or one that means nothing. */
  readonly keys?: 'own' | 'real';
  readonly mode?: 'transaction' | 'session';
}

interface PooledSession {
  readonly socket: Socket;
  /** Takes what the server sends now. */
  receive: (message: Message) => void;
}

const READY = 'Z';
const KEY_DATA = 'K';
const TERMINATE = 'X';
const IDLE = 'I'.charCodeAt(0);
/** A number that is no server process's. */
const OWN_KEY = Buffer.from('K\0\0\0\x0c\x7f\xff\xff\xff\0\0\0\0', 'latin1');
const DISCARD_ALL = Buffer.from('Q\0\0\0\x10DISCARD ALL\0', 'latin1');

export class TransactionPooler implements AsyncDisposable {
  readonly #server: ServerPlace;
  readonly #options: Required<PoolerOptions>;
  readonly #listening: Server;
  readonly #sockets = new Set<Socket>();
  /** The one that was used longest ago comes first. */
  readonly #idle: PooledSession[] = [];
  readonly #waiting: ((session: PooledSession) => void)[] = [];
  #sessions = 0;
  #welcome: Buffer[] = [];

  static async inFrontOf(server: ServerPlace, options: PoolerOptions = {}) {
    const pooler = new TransactionPooler(server, { size: 1, keys: 'own', mode: 'transaction', ...options });
    pooler.#listening.listen(0, '127.0.0.1');
    await once(pooler.#listening, 'listening');
    return pooler;
  }

  private constructor(server: ServerPlace, options: Required<PoolerOptions>) {
    this.#server = server;
    this.#options = options;
    this.#listening = createServer((client) => void this.#serve(client));
  }

  /** The same database, reached through this pooler. */
  through(params: ConnectionParams): ConnectionParams {
    return { ...params, ...this.place };
  }

  /** Where it listens. */
  get place(): ServerPlace {
    return { host: '127.0.0.1', port: (this.#listening.address() as AddressInfo).port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#listening, 'close');
  }

  async #serve(client: Socket): Promise<void> {
    this.#keep(client);
    const startup = await readStartup(client);
    if (startup === undefined) return;
    const first = this.#sessions < this.#options.size ? await this.#logIn(client, startup) : undefined;
    if (first === undefined) client.write(Buffer.concat(this.#welcome));
    if (this.#options.mode === 'session') this.#lendForGood(client, first ?? (await this.#borrow()));
    else {
      if (first !== undefined) this.#giveBack(first);
      this.#lendByTransaction(client);
    }
  }

  /** Opens one more session of the server, in which the client itself logs in. */
  async #logIn(client: Socket, startup: Startup): Promise<PooledSession> {
    this.#sessions += 1;
    const socket = this.#keep(openSocket(this.#server));
    const session: PooledSession = { socket, receive: () => {} };
    new MessageReader(socket, (message) => session.receive(message));
    socket.on('close', () => {
      this.#sessions -= 1;
      if (this.#idle.includes(session)) this.#idle.splice(this.#idle.indexOf(session), 1);
    });
    const answer = (bytes: Buffer) => socket.write(bytes);
    client.on('data', answer);
    const greeted = new Promise<Buffer[]>((resolve) => {
      let welcome: Buffer[] = [];
      session.receive = ({ type, bytes }) => {
        const own = type === KEY_DATA && this.#options.keys === 'own' ? OWN_KEY : bytes;
        client.write(own);
        // AuthenticationOk is the last of its kind: what came before asked for the password.
        welcome = type === 'R' ? [own] : [...welcome, own];
        if (type === READY) resolve(welcome);
      };
    });
    socket.write(startup.packet);
    this.#welcome = await greeted;
    client.off('data', answer);
    return session;
  }

  #lendForGood(client: Socket, session: PooledSession): void {
    session.receive = ({ bytes }) => client.write(bytes);
    new MessageReader(client, ({ type, bytes }) => {
      if (type !== TERMINATE) session.socket.write(bytes);
    });
    client.on('close', () => {
      session.receive = ({ type }) => {
        if (type === READY) this.#giveBack(session);
      };
      session.socket.write(DISCARD_ALL);
    });
  }

  #lendByTransaction(client: Socket): void {
    let lent: Promise<PooledSession> | undefined;
    let asked = 0;
    const lend = async () => {
      const session = await this.#borrow();
      session.receive = ({ type, bytes }) => {
        client.write(bytes);
        if (type !== READY) return;
        asked -= 1;
        if (asked > 0 || bytes[bytes.length - 1] !== IDLE) return;
        lent = undefined;
        this.#giveBack(session);
      };
      return session;
    };
    new MessageReader(client, ({ type, bytes }) => {
      if (type === TERMINATE) return;
      if (type === 'Q' || type === 'S') asked += 1;
      lent ??= lend();
      void lent.then(({ socket }) => socket.write(bytes));
    });
    client.on('close', () => void lent?.then(({ socket }) => socket.destroy()));
  }

  #borrow(): Promise<PooledSession> {
    const session = this.#idle.shift();
    if (session !== undefined) return Promise.resolve(session);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #giveBack(session: PooledSession): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(session);
    else next(session);
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    return socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
  }
}
