import { inject } from 'vitest';
import './global-setup.js';
import type { DatabaseServer } from './server.js';
import { serverAt } from './server-address.js';

/** The PostgreSQL that all test files of this run share. Tests make databases of their own on it and never stop it. */
export function sharedServer(): DatabaseServer {
  return serverAt(inject('postgres'));
}
