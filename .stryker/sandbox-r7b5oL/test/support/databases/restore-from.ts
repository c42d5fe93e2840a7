// @ts-nocheck
import type { Connection } from '../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';

/** Host and port under which a server reaches itself. */
export async function asServersReachIt(
  connection: Connection,
): Promise<Pick<ConnectionParams, 'host' | 'port'>> {
  const [address] = await connection.query<{ host: string; port: number }>(
    'SELECT host(inet_server_addr()) AS host, inet_server_port() AS port',
  );
  if (address === undefined) throw new Error('a server without an address');
  return address;
}

/** What restore_events calls a server: `host:port`, with an IPv6 address in brackets. */
export function hostAndPort({ host, port }: Pick<ConnectionParams, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** Restores a source from a replica. */
export function restoreFrom(source: Connection, replica: ConnectionParams): Promise<unknown> {
  const { databaseName, user, password } = replica;
  return source.query('SELECT * FROM public.restore_events($1, $2, $3, $4)', [
    hostAndPort(replica),
    databaseName,
    user,
    password,
  ]);
}
