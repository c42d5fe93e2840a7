/** The only file that relies on the insides of pg. */
import type { Socket } from 'node:net';
import pg from 'pg';
import type { ConnectionParams } from './connection-params.js';
import { type PasswordWait, passwordOf } from './login.js';
import type { GuardedConnection } from './message-guard.js';
import type { SslOption } from './tls.js';

/** TCP probes a silent connection after this time; Node then probes every second and gives up after ten. */
const KEEPALIVE_IDLE_MS = 10_000;

export interface ClientOptions {
  /** Whom to log in as. */
  readonly user: string;
  readonly applicationName: string;
  readonly ssl: SslOption;
  /** Connected to the server. */
  readonly socket: Socket;
  readonly passwordWait: PasswordWait;
  /** Sends a query without waiting for the reply to the one before it. */
  readonly pipeline: boolean;
}

/** A client that logs in over a socket that is connected already. */
export function newClient(params: ConnectionParams, options: ClientOptions): pg.Client {
  const password = passwordOf(params, options.passwordWait);
  return new pg.Client({
    host: params.host,
    port: params.port,
    database: params.databaseName,
    ssl: options.ssl,
    user: options.user,
    password,
    application_name: options.applicationName,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_IDLE_MS,
    pipeline: options.pipeline,
    types: { getTypeParser: exactTypeParser },
    stream: () => alreadyConnected(options.socket),
  });
}

/** Makes a connected socket look as pg expects: pg calls `connect` and waits for the event. */
export function alreadyConnected(socket: Socket): Socket {
  socket.connect = () => {
    process.nextTick(() => socket.emit('connect'));
    return socket;
  };
  return socket;
}

/** Replaces parsers of pg that lose microseconds (`timestamptz` → Date) or digits (`jsonb` → JSON.parse). */
const exactTypeParser: pg.CustomTypesConfig['getTypeParser'] = (oid: number) => {
  if (oid === pg.types.builtins.INT8) return BigInt;
  if (oid === pg.types.builtins.INT4 || oid === pg.types.builtins.OID) return Number;
  if (oid === pg.types.builtins.FLOAT8) return Number;
  if (oid === pg.types.builtins.BOOL) return (text: string) => text === 't';
  return (text: string) => text;
};

/** What pg does not declare. */
interface Insides {
  readonly connection: GuardedConnection & {
    readonly stream: { destroy(): void; readonly bytesRead: number };
    once(event: string, listener: () => void): unknown;
  };
  readonly processID: number | null;
}

/** Fields that pg reads whenever a query is sent or answered. */
interface Modes {
  readonly readyForQuery: boolean;
  pipeline: boolean;
}

/** The protocol below a client. */
export function protocolOf(client: pg.Client): Insides['connection'] {
  return (client as unknown as Insides).connection;
}

/** Whether every query is answered. */
export function isQuiet(client: pg.Client): boolean {
  return (client as unknown as Modes).readyForQuery;
}

/**
 * Turns pipelining on or off: whether a query is sent without waiting for the reply to the one before. Every
 * query must be answered.
 */
export function setPipelining(client: pg.Client, pipelines: boolean): void {
  (client as unknown as Modes).pipeline = pipelines;
}

/** Messages with which a server asks a client to log in, or accepts it. */
const AUTHENTICATION = [
  'authenticationOk',
  'authenticationCleartextPassword',
  'authenticationMD5Password',
  'authenticationSASL',
];

/** Calls `heard` at the first message of a server to a client that logs in, and perhaps once more. */
export function onAuthentication(client: pg.Client, heard: () => void): void {
  for (const name of AUTHENTICATION) protocolOf(client).once(name, heard);
}

/** The server process that the server announced (BackendKeyData); null when it announced none. */
export function announcedPidOf(client: pg.Client): number | null {
  return (client as unknown as Insides).processID;
}

/**
 * Base class of our own query objects: pg refuses any other in a pipelined session, because it could leave a
 * portal open. Our query objects must end with a Sync, and handle every message.
 */
export const QueryKind = pg.Query as unknown as new (text: string) => object;

/** The part of pg's protocol that a query object of our own is handed. */
export interface ProtocolWriter {
  readonly stream: { cork(): void; uncork(): void; write(data: Uint8Array): boolean };
}

/** What writes messages to a client's server. */
export function writerOf(client: pg.Client): ProtocolWriter {
  return protocolOf(client) as unknown as ProtocolWriter;
}
