// @ts-nocheck
import { pipeline } from 'node:stream/promises';
import { from, to } from 'pg-copy-streams';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { connectTo } from '../../test/support/postgres/databases.js';
import { findProgram, startChild } from '../measure/child.js';

const COPY_OUT = 'COPY public.events TO STDOUT (FORMAT binary)';
const COPY_IN = 'COPY public.events FROM STDIN (FORMAT binary)';

/** `psql | psql`, with the connections in the environment: nothing is quoted, no password is on the command line. */
const SCRIPT = `
PGHOST=$FROM_HOST PGPORT=$FROM_PORT PGDATABASE=$FROM_DATABASE PGUSER=$FROM_USER PGPASSWORD=$FROM_PASSWORD psql -X -q -c '${COPY_OUT}' |
PGHOST=$TO_HOST PGPORT=$TO_PORT PGDATABASE=$TO_DATABASE PGUSER=$TO_USER PGPASSWORD=$TO_PASSWORD psql -X -q -v ON_ERROR_STOP=1 -c '${COPY_IN}'`;

/** What the pipes here are made of. */
export const PIPE_NAME = findProgram('psql') === undefined ? 'COPY pipe' : 'psql pipe';

/** What everybody would do by hand: one binary COPY out, piped into one binary COPY in, for each destination at the same time. */
export async function copyThroughPipes(
  source: ConnectionParams,
  destinations: readonly ConnectionParams[],
  stop: AbortSignal,
): Promise<void> {
  const copy = findProgram('psql') === undefined ? copyThroughNode : copyThroughPsql;
  await Promise.all(destinations.map((destination) => copy(source, destination, stop)));
}

async function copyThroughPsql(source: ConnectionParams, destination: ConnectionParams, stop: AbortSignal) {
  const env = { ...variables('FROM', source), ...variables('TO', destination) };
  await startChild('/bin/sh', ['-c', SCRIPT], { env, stop }).ended;
}

async function copyThroughNode(source: ConnectionParams, destination: ConnectionParams, stop: AbortSignal) {
  await using reading = await connectTo(source);
  await using writing = await connectTo(destination);
  await pipeline(reading.client.query(to(COPY_OUT)), writing.client.query(from(COPY_IN)), { signal: stop });
}

function variables(prefix: string, { host, port, databaseName, user, password }: ConnectionParams) {
  return {
    [`${prefix}_HOST`]: host,
    [`${prefix}_PORT`]: String(port),
    [`${prefix}_DATABASE`]: databaseName,
    [`${prefix}_USER`]: user ?? '',
    [`${prefix}_PASSWORD`]: password ?? '',
  };
}
