/**
 * A way to a PostgreSQL server on which no answer arrives before everything that can be asked without it has been asked, and
 * answered by the server: how often that is so is how many round trips a client of this process cannot make at the same
 * time. No clock is read.
 */
// @ts-nocheck

import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { MessageReader } from './message-reader.js';
import { openSocket, type ServerPlace } from './server-socket.js';
import { readStartup } from './startup-message.js';

/** Query and Sync: the server answers each with one ReadyForQuery. */
const ENDS_QUESTION: ReadonlySet<string> = new Set(['Q', 'S']);
const BIND = 'B';
const HEADER_BYTES = 5;
const READY_FOR_QUERY = 'Z';

/** A client of this process that sends nothing in so many turns of the event loop has nothing to send. */
const QUIET_TURNS = 50;

export class RoundTrips implements AsyncDisposable {
  /** Round trips over the long way that followed each other. Logins and writing sessions are left out. */
  count = 0;
  /** Questions that were asked, over either way. */
  questions = 0;
  /** Sessions that were opened over the long way. */
  farSessions = 0;
  /** Names of the prepared statements that were executed, over either way. */
  readonly executed: string[] = [];
  readonly #far: Server;
  readonly #near: Server;
  readonly #sockets = new Set<Socket>();
  /** Logins and questions that the server has not answered yet. */
  #unanswered = 0;
  /** Lets the answers go that wait at the end of the long way. */
  #held: (() => void)[] = [];
  /** Among them is one that somebody may wait for. */
  #heldCounts: boolean = false;
  readonly #signOfLife: string | undefined;
  #quietTurns = 0;

  /** @param signOfLife a question that is asked beside others all the time: nobody waits for its answer. */
  static async to(place: ServerPlace, signOfLife?: string): Promise<RoundTrips> {
    const trips = new RoundTrips(place, signOfLife);
    for (const server of [trips.#far, trips.#near]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
    return trips;
  }

  private constructor(place: ServerPlace, signOfLife: string | undefined) {
    this.#signOfLife = signOfLife;
    const serve = (holds: boolean) =>
      createServer({ noDelay: true }, (client) => void this.#accept(client, openSocket(place), holds));
    this.#far = serve(true);
    this.#near = serve(false);
  }

  /** Whether the server has answered everything that it was asked. */
  get isAnswered(): boolean {
    return this.#unanswered === 0;
  }

  /** The same database, a long way off. */
  far(params: ConnectionParams): ConnectionParams {
    return { ...params, host: '127.0.0.1', port: (this.#far.address() as AddressInfo).port };
  }

  /** The same database, whose answers arrive at once. */
  near(params: ConnectionParams): ConnectionParams {
    return { ...params, host: '127.0.0.1', port: (this.#near.address() as AddressInfo).port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#far, this.#near]) server.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([this.#far, this.#near].map((server) => once(server, 'close')));
  }

  async #accept(client: Socket, server: Socket, holds: boolean): Promise<void> {
    for (const socket of [client, server.setNoDelay(true)]) {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    }
    const startup = await readStartup(client);
    if (startup === undefined) return;
    if (holds) this.farSessions += 1;
    this.#unanswered += 1;
    server.write(startup.packet);
    const counts: boolean[] = [];
    this.#passQuestions(client, server, counts);
    // Whether a writing thread has something to send cannot be told from this thread.
    this.#passAnswers(server, client, { holds: holds && startup.role !== 'write', counts });
  }

  /** @param counts notes of each question whether somebody may wait for its answer. */
  #passQuestions(client: Socket, server: Socket, counts: boolean[]): void {
    new MessageReader(client, ({ type, bytes }) => {
      if (type === BIND) this.executed.push(statementOf(bytes));
      if (ENDS_QUESTION.has(type)) {
        counts.push(this.#signOfLife === undefined || !bytes.includes(this.#signOfLife));
        this.#unanswered += 1;
        this.questions += 1;
      }
      server.write(bytes);
      this.#stir();
    });
    client.on('end', () => server.end());
  }

  #passAnswers(
    server: Socket,
    client: Socket,
    { holds, counts }: { holds: boolean; counts: boolean[] },
  ): void {
    let isLoggedIn = false;
    new MessageReader(server, ({ type, bytes }) => {
      if (holds && isLoggedIn) {
        this.#held.push(() => client.write(bytes));
        this.#heldCounts ||= counts[0] === true;
      } else client.write(bytes);
      if (type === READY_FOR_QUERY) {
        if (isLoggedIn) counts.shift();
        isLoggedIn = true;
        this.#unanswered -= 1;
      }
      this.#stir();
    });
    server.on('end', () => client.end());
  }

  /** Something moved: waits anew until nothing does. */
  #stir(): void {
    const isWaiting = this.#quietTurns > 0;
    this.#quietTurns = 1;
    if (!isWaiting) setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#quietTurns += 1;
    if (this.#quietTurns <= QUIET_TURNS) {
      setImmediate(() => this.#turn());
      return;
    }
    this.#quietTurns = 0;
    if (this.#unanswered === 0 && this.#held.length > 0) this.#release();
  }

  #release(): void {
    const held = this.#held;
    this.#held = [];
    if (this.#heldCounts) this.count += 1;
    this.#heldCounts = false;
    for (const letGo of held) letGo();
  }
}

/** A Bind names its portal, then its statement. */
function statementOf(bind: Buffer): string {
  return bind.toString('latin1', HEADER_BYTES).split('\0')[1] ?? '';
}
