// @ts-nocheck
import { cpus, platform, release, totalmem } from 'node:os';
import type { DatabaseServer } from '../../test/support/postgres/postgres-server.js';
import type { Machine } from '../report/result.js';
import { select } from './clusters.js';

const BYTES_PER_GB = 1e9;

/** What the numbers depend on. */
export async function describeMachine(server: DatabaseServer): Promise<Machine> {
  const [row] = await select<{ version: string }>(
    server.params('postgres'),
    "SELECT current_setting('server_version') AS version",
  );
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / BYTES_PER_GB),
    system: `${platform()} ${release()}`,
    node: process.version,
    postgres: row?.version ?? 'unknown',
    serverKind: server.kind,
  };
}
