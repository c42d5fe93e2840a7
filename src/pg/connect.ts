import { userInfo } from 'node:os';
import pg from 'pg';
import { orAborted } from '../lifecycle/or-aborted.js';
import { cancelWhatRuns } from './cancel.js';
import { type ConnectionParams, describeDatabase } from './connection-params.js';
import { ConnectionLostError } from './error-code.js';
import { explainDatabaseError } from './explain-error.js';
import { keepAsking } from './heartbeat.js';
import {
  applySettingsSql,
  INITIAL_SETTINGS_SQL,
  type InitialSettings,
  type SessionPurpose,
  sessionSettings,
} from './session-settings.js';
import { isTlsRefused, type SslOption, sslAttempts } from './tls.js';

export interface ConnectOptions extends SessionPurpose {
  /** What `pg_stat_activity.application_name` shows. */
  applicationName: string;
  /** How long connecting may take, in milliseconds. */
  connectTimeoutMs: number;
  /** Finds out when the path to the server dies without a word (`keepAsking`). */
  watched?: boolean;
  /**
   * Aborted: nothing more is asked of the server, what it is doing is cancelled, and the session is dropped, also
   * while it is being opened.
   */
  signal?: AbortSignal;
  /** Sends a query without waiting for the reply to the one before it. Each is still a transaction of its own. */
  pipeline?: boolean;
}

/** A silent path is probed after this long; Node then probes every second and gives up after ten. */
const KEEPALIVE_IDLE_MS = 10_000;

/** How long saying goodbye to the server may take. */
const GOODBYE_MS = 1_000;

/** One open database session. Disposing it says goodbye to the server; `destroy` just drops the socket. */
export interface Connection extends AsyncDisposable {
  readonly client: pg.Client;
  /** `host:port/database`, for messages. */
  readonly where: string;
  /** The server process behind this session; undefined while connecting and behind a pooler. */
  readonly backendPid: number | undefined;
  /** What was asked of the server in this session. */
  readonly traffic: Traffic;
  /** Aborted when the session is gone, whoever ended it; its reason is the error, where there is one. */
  readonly lost: AbortSignal;
  /** Rows of one statement: `int8` as bigint, `timestamptz`, `json` and `jsonb` as the server's text. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Counts something else than a `query` as asked until `answer` is settled. */
  awaiting<T>(answer: Promise<T>): Promise<T>;
  /** Opens another session to the same database in the same way. */
  openBeside(applicationName: string): Promise<Connection>;
  /** Drops the socket at once; whatever was running is rolled back by the server. The reason is that of `lost`. */
  destroy(reason?: Error): void;
}

/** How many statements were answered so far, and how many are waiting for it. */
export interface Traffic {
  answered: number;
  unanswered: number;
}

/**
 * Opens a session.
 * @throws OperatorError that says where and why it failed and what to do, never holding the password; or the signal's reason.
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
  const session = new Session(params, options, ssl);
  try {
    await session.open();
  } catch (error) {
    session.destroy();
    options.signal?.throwIfAborted();
    throw explainDatabaseError(error, { doing: 'connect', params });
  }
  if (options.watched) keepAsking(session);
  return session;
}

function newClient(params: ConnectionParams, options: ConnectOptions, ssl: SslOption): pg.Client {
  return new pg.Client({
    host: params.host,
    port: params.port,
    database: params.databaseName,
    ssl,
    user: params.user ?? (process.env['PGUSER'] || userInfo().username),
    ...(params.password === undefined ? {} : { password: params.password }),
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_IDLE_MS,
    pipeline: options.pipeline ?? false,
    types: { getTypeParser: exactTypeParser },
  });
}

/** pg's own parsers lose microseconds (`timestamptz` → Date) and digits (`jsonb` → JSON.parse). */
const exactTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid: number) => {
  if (oid === pg.types.builtins.INT8) return BigInt;
  if (oid === pg.types.builtins.INT4 || oid === pg.types.builtins.OID) return Number;
  if (oid === pg.types.builtins.FLOAT8) return Number;
  if (oid === pg.types.builtins.BOOL) return (text: string) => text === 't';
  return (text: string) => text;
};

class Session implements Connection {
  readonly client: pg.Client;
  readonly traffic: Traffic = { answered: 0, unanswered: 0 };
  backendPid: number | undefined;
  readonly #params: ConnectionParams;
  readonly #options: ConnectOptions;
  readonly #loss = new AbortController();
  #leaving: Promise<void> | undefined;

  constructor(params: ConnectionParams, options: ConnectOptions, ssl: SslOption) {
    this.#params = params;
    this.#options = options;
    this.client = newClient(params, options, ssl);
    this.client.on('error', (error) => this.#loss.abort(error));
    this.client.on('end', () => this.#loss.abort(new ConnectionLostError('the connection was closed')));
    const leave = () => {
      this.#leaving = cancelWhatRuns(this).then(() => this.destroy());
    };
    options.signal?.addEventListener('abort', leave, { once: true, signal: this.lost });
  }

  get where(): string {
    return describeDatabase(this.#params);
  }

  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  async open(): Promise<void> {
    await this.client.connect();
    const applying = applySettings(this.client, this.#options);
    this.backendPid = await orAborted(applying, AbortSignal.timeout(this.#options.connectTimeoutMs));
  }

  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    this.#options.signal?.throwIfAborted();
    const asking = values.length > 0 ? this.client.query(text, [...values]) : this.client.query(text);
    return (await this.awaiting(asking)).rows as Row[];
  }

  async awaiting<T>(answer: Promise<T>): Promise<T> {
    this.traffic.unanswered += 1;
    try {
      return await answer;
    } finally {
      this.traffic.unanswered -= 1;
      this.traffic.answered += 1;
    }
  }

  openBeside(applicationName: string): Promise<Connection> {
    return connect(this.#params, { ...this.#options, applicationName, watched: false });
  }

  destroy(reason: Error = new ConnectionLostError('the connection was dropped')): void {
    this.#loss.abort(reason);
    socketOf(this.client).destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.lost.aborted || this.#leaving !== undefined) return this.#leaving;
    await orAborted(this.client.end(), AbortSignal.timeout(GOODBYE_MS)).catch(() => this.destroy());
  }
}

/** pg offers no public way to drop a socket without waiting for the server. */
function socketOf(client: pg.Client): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}

/** @returns the server process behind the session; undefined behind a pooler, which gives out numbers of its own. */
async function applySettings(client: pg.Client, purpose: SessionPurpose): Promise<number | undefined> {
  const { rows } = await client.query<InitialSettings & { pid: number }>(INITIAL_SETTINGS_SQL);
  const [initial] = rows;
  if (initial === undefined) throw new Error('The server answers without a row.');
  await client.query(applySettingsSql(sessionSettings(purpose, initial), pg.escapeLiteral));
  const { processID } = client as unknown as { processID: number };
  return initial.pid === processID ? processID : undefined;
}
