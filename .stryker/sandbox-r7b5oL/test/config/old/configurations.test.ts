// @ts-nocheck
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { ReplicatorConfig } from '../../../src/config/replicator-config.js';
import { ConfigFolder } from '../../support/config/config-folder.js';
import { OLD_CONFIGURATIONS } from '../../support/config/old-configurations.js';
import { type OldConfiguration, type Site, writeOld } from '../../support/config/old-site.js';

const SITE: Site = { host: 'db1', user: 'me', password: 'hunter2', source: 'events', replica: 'replica' };
const SCRIPT = fileURLToPath(new URL('../../support/config/print-replicator-config.mjs', import.meta.url));

interface Outcome {
  readonly config?: ReplicatorConfig;
  readonly error?: { readonly message: string; readonly exitCode: number };
}

/** Reads a configuration in a Node of its own: vitest loads scripts in its own way. */
async function read(old: OldConfiguration): Promise<Outcome> {
  using folder = new ConfigFolder();
  const env = { PATH: process.env['PATH'], HOME: folder.path, ...old.env };
  const { stdout } = await promisify(execFile)(process.execPath, [SCRIPT, writeOld(old, SITE, folder)], {
    env,
  });
  return JSON.parse(stdout) as Outcome;
}

test.concurrent.each(OLD_CONFIGURATIONS)('what version 0.1.4 runs is read: $title', async (old) => {
  const { read: differs = {}, warnings = [] } = old;
  const { source, maxEventsPerWrite, connectTimeoutMs, ...place } = {
    ...{ host: 'db1', port: 5432, user: SITE.user, password: SITE.password, source: SITE.source },
    ...{ maxEventsPerWrite: 10_000, connectTimeoutMs: 15_000 },
    ...differs,
  };
  const { config, error } = await read(old);
  expect(error).toBeUndefined();
  const tls = { mode: 'prefer' };
  expect(config).toMatchObject({ maxEventsPerWrite, connectTimeoutMs, warnings });
  expect(config?.eventSource).toEqual(JSON.parse(JSON.stringify({ ...place, databaseName: source, tls })));
  expect(config?.replicationDestinations).toEqual([
    JSON.parse(JSON.stringify({ ...place, databaseName: SITE.replica, tls })),
  ]);
});
