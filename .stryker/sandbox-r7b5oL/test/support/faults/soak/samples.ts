// @ts-nocheck
import { readdirSync, readFileSync } from 'node:fs';
import type { Connection } from '../../../../src/pg/connection.js';

/** What a replicator holds at one moment. */
export interface Sample {
  /** Resident memory. */
  readonly memoryMb: number;
  /** Open files and sockets. */
  readonly files: number;
  readonly connections: number;
  /** How old the oldest snapshot is that it holds at the source: so long nothing can be vacuumed there. */
  readonly snapshotSeconds: number;
}

export const QUANTITIES = ['memoryMb', 'files', 'connections', 'snapshotSeconds'] as const;

const KIB_PER_MB = 1_000;

const CONNECTIONS_SQL = `
  SELECT count(*)::int AS count FROM pg_stat_activity
   WHERE datname = current_database() AND application_name LIKE 'slate-replicator%'`;

const SNAPSHOT_SQL = `
  SELECT COALESCE(max(EXTRACT(EPOCH FROM clock_timestamp() - xact_start)), 0)::float8 AS seconds FROM pg_stat_activity
   WHERE datname = current_database() AND application_name LIKE 'slate-replicator%' AND backend_xmin IS NOT NULL`;

/** Takes a sample of the process and of its sessions in all databases, the source's first. */
export async function takeSample(pid: number, databases: readonly Connection[]): Promise<Sample> {
  const [source] = databases;
  const snapshot = await source?.query<{ seconds: number }>(SNAPSHOT_SQL);
  const counts = await Promise.all(databases.map((each) => each.query<{ count: number }>(CONNECTIONS_SQL)));
  return {
    ...readProcess(pid),
    connections: counts.flat().reduce((sum, { count }) => sum + count, 0),
    snapshotSeconds: snapshot?.[0]?.seconds ?? Number.NaN,
  };
}

function readProcess(pid: number): Pick<Sample, 'memoryMb' | 'files'> {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { memoryMb: Number(kib) / KIB_PER_MB, files: readdirSync(`/proc/${pid}/fd`).length };
}
