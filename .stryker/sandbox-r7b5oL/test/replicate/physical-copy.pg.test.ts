/** A physical copy has everything that its original has, but it is another database. */
// @ts-nocheck

import { expect, test } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { runCommand } from '../support/commands/command.js';
import { append } from '../support/databases/events-table.js';
import { Installation } from '../support/installation/installation.js';
import { FaultProxy } from '../support/network/proxy.js';
import { connectTo, createSource } from '../support/postgres/databases.js';
import { startPostgres } from '../support/postgres/server.js';

/** Takes away what only a source may have. */
const MAKE_DESTINATION = `
  DROP TRIGGER notify_insert ON events; DROP TRIGGER check_sql_command ON events; DROP TABLE id CASCADE;
  DO $$ DECLARE f regprocedure; BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'public'::regnamespace
               AND proname IN ('insert_events', 'append_events', 'notify_event_insert', 'filter_sql_command', 'restore_events')
    LOOP EXECUTE format('DROP FUNCTION %s', f); END LOOP;
  END $$`;

async function fill(source: ConnectionParams): Promise<void> {
  await using session = await connectTo(source);
  await append(session, 10);
}

test('a destination that is a physical copy of the source is another database, under whatever name both are reached', async ({
  skip,
}) => {
  await using server = await startPostgres();
  skip(server.copy === undefined, 'This server cannot be copied.');
  const source = await createSource(server);
  await fill(source);
  await using copyServer = await server.copy?.();
  const copy = { ...source, port: copyServer?.port ?? 0 };
  await using all = new Installation(source, [copy]);
  await all.query(copy, MAKE_DESTINATION);
  await all.append(10);
  await all.copyOnce();
  await all.untilEqual();
  const diff = await runCommand('slate-events-diff', ['-c', all.writeConfig()]);
  expect(diff.stdout).toContain('equal');
  expect(diff.code).toBe(0);
  await using proxy = await FaultProxy.inFrontOf(copy);
  await expect(all.copyOnce({ replicationDestinations: [copy, proxy.through(copy)] })).rejects.toThrow(
    'are the same database',
  );
});
