import { userInfo } from 'node:os';
import pg from 'pg';
import { type ConnectionParams, describeDatabase } from './connection-params.js';
import { explainDatabaseError } from './explain-error.js';

export interface ConnectOptions {
  /** What `pg_stat_activity.application_name` shows. */
  applicationName: string;
  /** How long connecting may take, in milliseconds. */
  connectTimeoutMs: number;
  /** Session settings, applied right after connecting; those that this major does not know are left out. */
  settings?: Readonly<Record<string, string>>;
  /** Sends a query without waiting for the reply to the one before it. Each is still a transaction of its own. */
  pipeline?: boolean;
}

/** One open database session. Disposing it says goodbye to the server; `destroy` just drops the socket. */
export interface Connection extends AsyncDisposable {
  readonly client: pg.Client;
  /** `host:port/database`, for messages. */
  readonly where: string;
  /** The server process behind this session (`pg_backend_pid()`). */
  readonly backendPid: number;
  /** Aborted when the session is gone, whoever ended it; its reason is the error, where there is one. */
  readonly lost: AbortSignal;
  /** Rows of one statement: `int8` as bigint, `timestamptz`, `json` and `jsonb` as the server's text. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Drops the socket at once; whatever was running is rolled back by the server. */
  destroy(): void;
}

/**
 * Opens a session.
 * @throws OperatorError that says where and why it failed and what to do; never holds the password.
 */
export async function connect(params: ConnectionParams, options: ConnectOptions): Promise<Connection> {
  const client = newClient(params, options);
  const connection = wrap(client, params, watchForLoss(client));
  try {
    await client.connect();
    await applySettings(client, options.settings ?? {});
  } catch (error) {
    connection.destroy();
    throw explainDatabaseError(error, { doing: 'connect', params });
  }
  return connection;
}

function newClient(params: ConnectionParams, options: ConnectOptions): pg.Client {
  return new pg.Client({
    host: params.host,
    port: params.port,
    database: params.databaseName,
    user: params.user ?? process.env['PGUSER'] ?? userInfo().username,
    ...(params.password === undefined ? {} : { password: params.password }),
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs,
    keepAlive: true,
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

function watchForLoss(client: pg.Client): AbortController {
  const loss = new AbortController();
  client.on('error', (error) => loss.abort(error));
  client.on('end', () => loss.abort(new Error('the connection was closed')));
  return loss;
}

function wrap(client: pg.Client, params: ConnectionParams, loss: AbortController): Connection {
  return {
    client,
    where: describeDatabase(params),
    get backendPid() {
      return (client as unknown as { processID: number }).processID;
    },
    lost: loss.signal,
    async query<Row>(text: string, values: readonly unknown[] = []) {
      const result = values.length > 0 ? await client.query(text, [...values]) : await client.query(text);
      return result.rows as Row[];
    },
    destroy() {
      loss.abort(new Error('the connection was dropped'));
      socketOf(client).destroy();
    },
    async [Symbol.asyncDispose]() {
      if (!loss.signal.aborted) await client.end().catch(() => socketOf(client).destroy());
    },
  };
}

/** pg offers no public way to drop a socket without waiting for the server. */
function socketOf(client: pg.Client): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}

async function applySettings(client: pg.Client, settings: Readonly<Record<string, string>>): Promise<void> {
  if (Object.keys(settings).length === 0) return;
  await client.query(
    'SELECT set_config(name, wanted, false) FROM unnest($1::text[], $2::text[]) s(name, wanted) JOIN pg_settings USING (name)',
    [Object.keys(settings), Object.values(settings)],
  );
}
