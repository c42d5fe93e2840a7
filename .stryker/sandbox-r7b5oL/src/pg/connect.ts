// @ts-nocheck
import { once } from 'node:events';
import type pg from 'pg';
import { Deadline } from '../common/deadline.js';
import { inOrder } from '../common/in-order.js';
import { orAborted } from '../common/or-aborted.js';
import { cancelWhatRuns } from './cancel.js';
import type { ConnectOptions } from './connect-options.js';
import type { Connection, Traffic } from './connection.js';
import { type ConnectionParams, describeDatabase } from './connection-params.js';
import { dial } from './dial.js';
import { announcedPidOf, isQuiet, newClient, onAuthentication, protocolOf, setPipelining } from './driver.js';
import { ConnectionLostError, ConnectTimeoutError, hasOwnCode, lossOf } from './error-code.js';
import { explainDatabaseError, tellSide } from './explain-error.js';
import { keepAsking } from './heartbeat.js';
import { explainLogin, userOf } from './login.js';
import { guardMessages, SHORT_MESSAGE_BYTES } from './message-guard.js';
import { pidBeside } from './pid-beside.js';
import { refusePooler } from './pooler.js';
import { CONNECTIONS_LEFT_SQL, leaveReservedSlot } from './reserved-slots.js';
import {
  applySettingsSql,
  FIRST_LOOK_SQL,
  type FirstLook,
  fireTriggersSql,
  PID_SQL,
} from './session-settings.js';
import { isTlsRefused, type SslOption, sslAttempts } from './tls.js';

/** How long an orderly end of the session may take. */
const GOODBYE_MS = 1_000;

/**
 * Opens a session.
 * @throws OperatorError that says where and why it failed and what to do, without the password;
 *   ConfigurationError if a connection pooler answers; or the reason of the signal.
 */
export async function connect(params: ConnectionParams, options: ConnectOptions): Promise<Connection> {
  const [ssl, otherwise] = sslAttempts(params);
  try {
    return await open(params, options, ssl);
  } catch (error) {
    if (otherwise === undefined || !isTlsRefused(error)) throw error;
    return open(params, options, otherwise);
  }
}

async function open(params: ConnectionParams, options: ConnectOptions, ssl: SslOption): Promise<Connection> {
  options.signal?.throwIfAborted();
  using opening = new Deadline(options.connectTimeoutMs, {
    or: options.signal,
    reason: () => new ConnectTimeoutError(options.connectTimeoutMs),
  });
  try {
    const session = await logIn(params, options, { ssl, signal: opening.signal });
    options.signal?.addEventListener('abort', () => void session.leave(), {
      once: true,
      signal: session.lost,
    });
    if (options.heartbeatIntervalMs !== undefined) keepAsking(session, options);
    return session;
  } catch (error) {
    options.signal?.throwIfAborted();
    throw explainDatabaseError(explainLogin(error, params), { doing: 'connect to', params });
  }
}

async function logIn(
  params: ConnectionParams,
  options: ConnectOptions,
  { ssl, signal }: { readonly ssl: SslOption; readonly signal: AbortSignal },
): Promise<Session> {
  const startedAtMs = performance.now();
  const open = () => openClient(params, options, { ssl, signal });
  const session = new Session(params, options, await open());
  try {
    await orAborted(session.begin(startedAtMs, open), signal);
    return session;
  } catch (error) {
    session.destroy();
    throw error;
  }
}

async function openClient(
  params: ConnectionParams,
  { applicationName, onFirstWord, pipeline = false }: ConnectOptions,
  { ssl, signal }: { readonly ssl: SslOption; readonly signal: AbortSignal },
): Promise<pg.Client> {
  const user = userOf(params);
  const dialedAtMs = performance.now();
  const socket = await dial(params.host, params.port, signal);
  const client = newClient(params, { user, applicationName, pipeline, ssl, socket });
  if (onFirstWord !== undefined) onAuthentication(client, () => onFirstWord(performance.now() - dialedAtMs));
  return client;
}

class Session implements Connection {
  readonly client: pg.Client;
  readonly params: ConnectionParams;
  readonly traffic: Traffic = { answered: 0, unanswered: 0 };
  backendPid: number | undefined;
  serverStartedAt: string | undefined;
  roundTripMs = Number.POSITIVE_INFINITY;
  readonly #options: ConnectOptions;
  readonly #loss = new AbortController();
  #look: FirstLook | undefined;
  #leaving: Promise<void> | undefined;
  /** Pending until the settings are applied. */
  #applying: Promise<void> | undefined;

  constructor(params: ConnectionParams, options: ConnectOptions, client: pg.Client) {
    this.params = params;
    this.#options = options;
    this.client = client;
    const { maxMessageBytes = SHORT_MESSAGE_BYTES } = options;
    guardMessages(protocolOf(client), maxMessageBytes, (error) => this.destroy(error));
    client.on('error', (error) => this.destroy(error));
    client.on('end', () => this.destroy(new ConnectionLostError('The server closed the connection.')));
  }

  get where(): string {
    return describeDatabase(this.params);
  }

  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  /**
   * Logs in, makes sure that no pooler shares the session with others, and only then applies the settings.
   */
  async begin(startedAtMs: number, open: () => Promise<pg.Client>): Promise<void> {
    await this.awaiting(this.client.connect());
    const [look] = await this.query<FirstLook>(FIRST_LOOK_SQL);
    const [again] = await this.query<{ pid: number }>(PID_SQL);
    const besidePid = this.params.pooler === 'session' ? await pidBeside(open) : undefined;
    if (look === undefined || again === undefined) throw new Error('The server returned no row.');
    refusePooler(this.params, {
      announcedPid: announcedPidOf(this.client),
      answeredBy: [look.pid, again.pid],
      besidePid,
      backendAgeMs: Number(look.backendAgeMs),
      connectionAgeMs: performance.now() - startedAtMs,
    });
    this.#look = look;
    this.backendPid = look.pid;
    this.serverStartedAt = look.serverStartedAt;
    const applying = this.#apply(look);
    if (!this.#options.pipeline) return applying;
    // Later queries are sent behind the settings without waiting for them. They get no answer if the settings
    // fail.
    this.#applying = applying;
    applying.then(
      () => {
        this.#applying = undefined;
      },
      (error) => this.destroy(error),
    );
  }

  /** Applies the settings in one message: to a far server, each message costs as much as all of them. */
  async #apply(look: FirstLook): Promise<void> {
    const triggers = this.#options.firesTriggers ? [fireTriggersSql(this.#options, look)] : [];
    const statements = [...applySettingsSql(this.#options, look), CONNECTIONS_LEFT_SQL, ...triggers];
    // Where a message has several statements, there is a result for each.
    const asking = this.client.query(statements.join(';')) as unknown as Promise<pg.QueryResult[]>;
    const results = await this.awaiting(asking);
    leaveReservedSlot(results[statements.indexOf(CONNECTIONS_LEFT_SQL)]?.rows[0]);
  }

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    this.#options.signal?.throwIfAborted();
    const asking = values.length > 0 ? this.client.query(text, [...values]) : this.client.query(text);
    const answer = this.awaiting(asking);
    if (this.#applying !== undefined) await inOrder([this.#applying, answer]);
    return (await answer).rows as Row[];
  }

  async awaiting<T>(answer: Promise<T>): Promise<T> {
    this.traffic.unanswered += 1;
    const askedAtMs = performance.now();
    try {
      const given = await answer;
      this.roundTripMs = Math.min(this.roundTripMs, performance.now() - askedAtMs);
      return given;
    } catch (error) {
      // The driver's error about a session that has ended has no code and no reason.
      const saysWhy = hasOwnCode(error) || !this.lost.aborted;
      throw tellSide(saysWhy ? error : lossOf(this.lost.reason), this.params);
    } finally {
      this.traffic.unanswered -= 1;
      this.traffic.answered += 1;
    }
  }

  async alone<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#options.pipeline) return work();
    while (!isQuiet(this.client)) await orAborted(once(this.client, 'drain'), this.lost);
    setPipelining(this.client, false);
    try {
      return await work();
    } finally {
      setPipelining(this.client, true);
    }
  }

  async fireTriggers(): Promise<void> {
    if (this.#look !== undefined) await this.query(fireTriggersSql(this.#options, this.#look));
  }

  openBeside(applicationName: string): Promise<Connection> {
    const { connectTimeoutMs, signal } = this.#options;
    return connect(this.params, { applicationName, connectTimeoutMs, signal });
  }

  /** Has the server cancel its statements, then drops the session. */
  leave(): Promise<void> {
    this.#leaving = cancelWhatRuns(this).then(() => this.destroy());
    return this.#leaving;
  }

  destroy(reason: Error = new ConnectionLostError('The connection was dropped.')): void {
    this.#loss.abort(reason);
    protocolOf(this.client).stream.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.lost.aborted || this.#leaving !== undefined) return this.#leaving;
    // If its socket were dropped, a session that waits for a lock would live on in the server and keep its
    // locks.
    if (this.traffic.unanswered > 0) return this.leave();
    await orAborted(this.client.end(), AbortSignal.timeout(GOODBYE_MS)).catch(() => this.destroy());
  }
}
