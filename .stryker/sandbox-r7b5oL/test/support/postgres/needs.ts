// @ts-nocheck
import type { TestContext } from 'vitest';
import { sharedServerFacts } from './shared-server.js';

/** For tests in which the shared server refuses a password. */
export function needsPasswordCheck({ skip }: TestContext): void {
  skip(!sharedServerFacts().checksPasswords, 'The server asks for no password.');
}
