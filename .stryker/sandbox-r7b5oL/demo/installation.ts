// @ts-nocheck
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase } from '../src/init-db/create-database.js';
import type { ConnectionParams } from '../src/pg/connection-params.js';
import type { DatabaseServer } from '../test/support/postgres/postgres-server.js';
import { say } from './say.js';

const REPLICAS = ['replica_1', 'replica_2', 'replica_3'];
const CONNECT_TIMEOUT_MS = 15_000;

/** A source, its destinations and a configuration file that names them. Disposing removes the file's folder. */
export interface Installation extends AsyncDisposable {
  readonly source: ConnectionParams;
  readonly destinations: readonly ConnectionParams[];
  readonly folder: string;
  readonly configFile: string;
  /** The file holds no password: the commands find it here. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Creates the databases and writes the configuration file, and shows both. */
export async function install(server: DatabaseServer): Promise<Installation> {
  const params = (name: string) => server.params(server.databasePrefix + name);
  const source = params('source');
  const destinations = REPLICAS.map(params);
  await createDatabase(source, { tableType: 'source', connectTimeoutMs: CONNECT_TIMEOUT_MS });
  for (const each of destinations)
    await createDatabase(each, { tableType: 'destination', connectTimeoutMs: CONNECT_TIMEOUT_MS });
  const folder = mkdtempSync(join(tmpdir(), 'slate-demo-'));
  const configFile = join(folder, 'replicator.config.cjs');
  const text = configText(source, destinations);
  writeFileSync(configFile, text);
  say(`and the configuration file of the replicator:\n\n${text}`);
  return {
    source,
    destinations,
    folder,
    configFile,
    environment: { PGPASSWORD: server.password },
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configText(source: ConnectionParams, destinations: readonly ConnectionParams[]): string {
  const one = ({ host, port, user, databaseName }: ConnectionParams) =>
    `{ host: '${host}', port: ${port}, user: '${user}', databaseName: '${databaseName}' }`;
  return `module.exports = {
  eventSource: ${one(source)},
  replicationDestinations: [
${destinations.map((each) => `    ${one(each)},`).join('\n')}
  ],
};
`;
}
