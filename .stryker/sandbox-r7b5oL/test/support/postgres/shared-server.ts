// @ts-nocheck
import { inject } from 'vitest';
import './global-setup.js';
import type { DatabaseServer } from './postgres-server.js';
import { serverAt } from './server-address.js';
import type { ServerFacts } from './server-facts.js';

/** The PostgreSQL that all test files of this run share. Tests make databases of their own on it and never stop it. */
export function sharedServer(): DatabaseServer {
  return serverAt(inject('postgres'));
}

/** What not every server can show: a test that needs it skips itself with a reason, which the end of the run counts. */
export function sharedServerFacts(): ServerFacts {
  return inject('postgresFacts');
}
