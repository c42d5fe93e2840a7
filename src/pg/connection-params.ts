/** What libpq's `sslmode` can be; its `allow` (plain text first) is not offered. */
export const TLS_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof TLS_MODES)[number];

/** How a connection is encrypted. Certificates and keys are PEM texts, already read from their files. */
export interface TlsParams {
  readonly mode: TlsMode;
  /**
   * Authority that must have signed the certificate of the server. `'system'`: the authorities that Node
   * trusts.
   */
  readonly rootCertificate?: string;
  /** The client's own certificate and its key. */
  readonly certificate?: string;
  readonly key?: string;
}

/** How to reach one database, after the configuration has been read and its defaults filled in. */
export interface ConnectionParams {
  /** A name, an address, or a folder (`/…`) with the server's socket. */
  readonly host: string;
  readonly port: number;
  readonly databaseName: string;
  /** Absent: `PGUSER`, else the operating system's user. */
  readonly user?: string | undefined;
  /** Absent: `PGPASSWORD`, else `.pgpass`, else none. */
  readonly password?: string | undefined;
  /** The file that `password` was read from: it is read again whenever a server asks for the password. */
  readonly passwordFrom?: string;
  /** Key of the function that answers with the password: see `askForPassword`. */
  readonly passwordFunction?: string;
  /** Set if the operator declares that a pooler in session mode answers at this address. */
  readonly pooler?: 'session' | undefined;
  /** Whether each write to this destination notifies of its last event. */
  readonly notifyDestination?: boolean | undefined;
  /** Name that the operator gave this database. */
  readonly name?: string | undefined;
  /** True if nothing is to be replicated to this destination. */
  readonly paused?: boolean | undefined;
  /** Absent: what libpq's environment variables and files say, else `prefer`. */
  readonly tls?: TlsParams;
}

/** `host:port`: where a server is. */
export function hostAndPort({ host, port }: ConnectionParams): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** `host:port/database`: where a database is. Holds no secret. */
export function placeOf(params: ConnectionParams): string {
  return `${hostAndPort(params)}/${params.databaseName}`;
}

/** Name of a database in log records: the name that the operator gave it, else its place. */
export function nameOf(params: ConnectionParams): string {
  return params.name ?? placeOf(params);
}

/** Name of a database in messages: `berlin (host:port/database)`, or its place alone. */
export function describeDatabase(params: ConnectionParams): string {
  return params.name === undefined ? placeOf(params) : `${params.name} (${placeOf(params)})`;
}

/** What a server keeps of an `application_name`, in bytes; it replaces what is not ASCII. */
const APPLICATION_NAME_BYTES = 63;

/** `application_name` of a session: its purpose, then the name of the database. */
export function applicationName(purpose: string, params: ConnectionParams): string {
  return (purpose + nameOf(params)).replace(/[^ -~]/gu, '?').slice(0, APPLICATION_NAME_BYTES);
}
