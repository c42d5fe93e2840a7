import type { TestProject } from 'vitest/node';
import { startPostgres } from './server.js';
import type { ServerAddress } from './server-address.js';

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: ServerAddress;
  }
}

/** One PostgreSQL for all test files of a run; vitest calls it only when there are files that need it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  const { kind, host, port, user, password, databasePrefix } = server;
  project.provide('postgres', { kind, host, port, user, password, databasePrefix });
  return async () => server[Symbol.asyncDispose]();
}
