// @ts-nocheck
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import type { Say } from './announce.js';

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
