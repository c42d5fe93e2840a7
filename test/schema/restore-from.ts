import type { Connection } from '../../src/pg/connect.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';

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

/** Restores a source from a replica. */
export function restoreFrom(source: Connection, replica: ConnectionParams): Promise<unknown> {
  const { host, port, databaseName, user, password } = replica;
  return source.query('SELECT * FROM public.restore_events($1, $2, $3, $4)', [
    `${host}:${port}`,
    databaseName,
    user,
    password,
  ]);
}
