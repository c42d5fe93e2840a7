// @ts-nocheck
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { findProgram, startChild } from '../measure/child.js';

/** Why pgcopydb cannot take part: it is not installed, or its pg_dump is older than the server. */
export function whyNoPgcopydb(serverVersion: string): string | undefined {
  if (findProgram('pgcopydb') === undefined) return 'pgcopydb is not installed';
  const dumpMajor = majorOf(pgDumpVersion());
  const serverMajor = majorOf(serverVersion);
  if (dumpMajor >= serverMajor) return undefined;
  return `pgcopydb needs a pg_dump that is not older than the server: pg_dump ${dumpMajor}, server ${serverMajor}`;
}

/** Clones a database into an empty one: tables first, then their indexes, two jobs each. */
export async function cloneWithPgcopydb(
  source: ConnectionParams,
  target: ConnectionParams,
  { folder, stop }: { folder: string; stop: AbortSignal },
): Promise<void> {
  const jobs = ['--table-jobs', '2', '--index-jobs', '2'];
  const working = ['--dir', join(folder, target.databaseName), '--no-owner', '--no-acl'];
  const env = { PGCOPYDB_SOURCE_PGURI: uri(source), PGCOPYDB_TARGET_PGURI: uri(target) };
  await startChild('pgcopydb', ['clone', ...jobs, ...working], { env, stop }).ended;
}

function pgDumpVersion(): string {
  if (findProgram('pg_dump') === undefined) return '0';
  return execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }).replace(/^\D*/, '');
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

function uri({ host, port, databaseName, user, password }: ConnectionParams): string {
  const [name, secret, database] = [user ?? '', password ?? '', databaseName].map(encodeURIComponent);
  return `postgres://${name}:${secret}@${host}:${port}/${database}`;
}
