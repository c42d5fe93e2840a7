// @ts-nocheck
import type { TestProject } from 'vitest/node';
import { openPostgres } from './server.js';
import type { ServerAddress } from './server-address.js';
import { findFacts, type ServerFacts } from './server-facts.js';

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: ServerAddress;
    postgresFacts: ServerFacts;
  }
}

/** One PostgreSQL for all test files of a run; vitest calls it only when there are files that need it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await openPostgres({ say });
  const facts = await findFacts(server);
  say(`PostgreSQL ${facts.version} at ${server.host}, port ${server.port}`);
  const { kind, host, port, user, password, databasePrefix } = server;
  project.provide('postgres', { kind, host, port, user, password, databasePrefix });
  project.provide('postgresFacts', facts);
  return async () => server[Symbol.asyncDispose]();
}

function say(text: string): void {
  process.stdout.write(`Server of the tests: ${text}\n`);
}
