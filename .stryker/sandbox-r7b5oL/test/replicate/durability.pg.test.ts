/** What a destination has on disk, and when. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { signalTree } from '../support/commands/process-tree.js';
import { createInstallation, type StartOptions } from '../support/installation/installation.js';
import type { PostgresServer } from '../support/postgres/postgres-server.js';
import { startPostgres } from '../support/postgres/server.js';

const RECORD_SETTING = `
  CREATE TABLE seen (value text);
  CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
  CREATE TRIGGER note AFTER INSERT ON events EXECUTE FUNCTION note();`;

const WAYS: Readonly<Record<string, StartOptions>> = {
  'one batch': {},
  lanes: { lanes: 2, maxEventsPerWrite: 10 },
  'the pipe': { memoryBudgetBytes: 1 },
};

describe.concurrent('synchronousCommit', () => {
  describe.each(['off', 'local', 'remote_apply'] as const)('%s', (synchronousCommit) => {
    test.each(Object.entries(WAYS))('is how a destination commits what comes by %s', async (_, way) => {
      await using all = await createInstallation();
      await all.query(all.destination(), RECORD_SETTING);
      for (let n = 0; n < 6; n++) await all.append(9);
      await all.copyOnce({ ...way, synchronousCommit });
      const seen = await all.query(all.destination(), 'SELECT DISTINCT value FROM seen');
      expect(seen).toEqual([{ value: synchronousCommit }]);
    });
  });
});

/** Whoever commits asynchronously leaves it to this process that it gets to the disk. */
async function stopWalWriter(server: PostgresServer, query: (sql: string) => Promise<{ pid: number }[]>) {
  const found = await query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'");
  expect(found).toHaveLength(1);
  for (const { pid } of found) process.kill(pid, 'SIGSTOP');
  return async function crash(): Promise<void> {
    signalTree(server.pid ?? Number.NaN, 'SIGKILL');
    await server.kill();
    await server.start();
  };
}

test('--once ends when what it copied survives a crash, although it committed without waiting for the disk', async ({
  skip,
}) => {
  await using server = await startPostgres();
  skip(server.pid === undefined, "The server's processes are not on this machine.");
  await using all = await createInstallation({ destinationServers: [server] });
  await all.append(20);
  const crash = await stopWalWriter(server, (sql) => all.query(all.destination(), sql));
  expect(await all.runCommand(['--once'])).toMatchObject({ code: 0, stderr: '' });
  await crash();
  expect(await all.count(all.destination())).toBe(20);
});
