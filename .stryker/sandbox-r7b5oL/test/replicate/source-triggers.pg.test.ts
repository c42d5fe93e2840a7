/** Sources that do not notify: said once, with the statement that mends it. The timer that looks is as good as off. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { checkOnly } from '../../src/replicate/check.js';
import { asServersReachIt } from '../support/databases/restore-from.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation, Installation } from '../support/installation/installation.js';
import { LogRecords } from '../support/installation/log-records.js';
import { connectTo, createSource } from '../support/postgres/databases.js';
import { startPostgres } from '../support/postgres/server.js';

const NEVER_MS = 3_600_000;

function warningsOf(log: LogRecords): string[] {
  return log.all.filter(({ level }) => level === 40).map(({ problem }) => String(problem));
}

/** The statements that a warning names. */
function mendIn(warnings: readonly string[]): string {
  return warnings.join().replace(/^.*Run in the source: /s, '');
}

async function warningsOfCheck(all: Installation, config: Parameters<Installation['config']>[0] = {}) {
  const log = new LogRecords();
  await checkOnly(all.config(config), log.logger);
  return warningsOf(log);
}

/** Events arrive although nobody looks unless told. */
async function expectToBeTold(all: Installation): Promise<void> {
  await using replicator = all.start({ pollIntervalMs: NEVER_MS });
  await replicator.log.until('caught up');
  await all.untilCopied(await all.append(1));
  expect(warningsOf(replicator.log)).toEqual([]);
  await replicator.stop();
}

test.each([
  ['DISABLE', 'is disabled'],
  ['ENABLE REPLICA', 'is enabled for replication only'],
])(
  'a source whose triggers are switched off (%s) is warned of once, and what is said mends it',
  async (how, said) => {
    await using all = await createInstallation();
    for (const name of ['notify_insert', 'check_sql_command'])
      await all.query(all.source, `ALTER TABLE events ${how} TRIGGER ${name}`);
    await using role = await RestrictedRole.create(all, [{ on: all.source, rights: 'SELECT' }]);
    const eventSource = role.in(all.source);
    const [warning, ...others] = await warningsOfCheck(all, { eventSource });
    expect(others).toEqual([]);
    expect(warning).toContain(`Trigger "notify_insert" of public.events ${said}`);
    expect(warning).toContain(`Trigger "check_sql_command" of public.events ${said}`);
    await using replicator = all.start({ eventSource, onError: 'retry' });
    await replicator.log.until('caught up');
    expect(warningsOf(replicator.log)).toEqual([warning]);
    await replicator.stop();
    await all.query(all.source, mendIn([warning ?? '']));
    await expectToBeTold(all);
    await expect(all.query(all.source, 'DELETE FROM events')).rejects.toThrow('events are immutable');
  },
);

test('a partition whose trigger is switched off is named', async () => {
  await using all = await createInstallation();
  await all.query(
    all.source,
    `ALTER TABLE events RENAME TO whole; ALTER INDEX events_pkey RENAME TO whole_pkey;
     CREATE TABLE events (LIKE whole, PRIMARY KEY (id)) PARTITION BY RANGE (id);
     CREATE TABLE "Events 1" PARTITION OF events FOR VALUES FROM (MINVALUE) TO (3);
     CREATE TABLE "Events 2" PARTITION OF events DEFAULT;
     DROP TABLE whole CASCADE;
     CREATE TRIGGER notify_insert AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION notify_event_insert();
     CREATE TRIGGER check_sql_command BEFORE UPDATE OR DELETE OR TRUNCATE ON events
       FOR EACH STATEMENT EXECUTE FUNCTION filter_sql_command()`,
  );
  expect(await warningsOfCheck(all)).toEqual([]);
  await expectToBeTold(all);
  await all.query(all.source, 'ALTER TABLE "Events 2" DISABLE TRIGGER notify_insert');
  const warnings = await warningsOfCheck(all);
  expect(warnings).toHaveLength(1);
  expect(mendIn(warnings)).toBe('ALTER TABLE public."Events 2" ENABLE TRIGGER notify_insert;');
  await all.append(5);
  await all.query(all.source, mendIn(warnings));
  await expectToBeTold(all);
});

test('a source that a native subscription feeds is warned of, and what is said makes it notify', async () => {
  await using server = await startPostgres({ settings: { wal_level: 'logical' } });
  const [publisher, subscriber] = [await createSource(server), await createSource(server)];
  await using all = await createInstallation();
  await using subscribed = new Installation(subscriber, all.destinations.slice(0, 0));
  await using writing = await connectTo(publisher);
  // Within one server the slot has to be made beforehand.
  await writing.query('CREATE PUBLICATION p FOR TABLE events');
  await writing.query("SELECT pg_create_logical_replication_slot('s', 'pgoutput')");
  const { host, port } = await asServersReachIt(writing);
  const reaching = `host=${host} port=${port} dbname=${publisher.databaseName} user=${server.user} password=${server.password}`;
  await subscribed.query(
    subscriber,
    `CREATE SUBSCRIPTION s CONNECTION '${reaching}' PUBLICATION p WITH (create_slot = false, slot_name = 's')`,
  );
  const config = { eventSource: subscriber, pollIntervalMs: NEVER_MS };
  const warnings = await warningsOfCheck(all, config);
  expect(warnings).toEqual([expect.stringContaining('Native replication inserts into the source')]);
  await subscribed.query(subscriber, mendIn(warnings));
  expect(await warningsOfCheck(all, config)).toEqual([]);
  await using replicator = all.start(config);
  await replicator.log.until('caught up');
  await writing.query(`SELECT append_events(ARRAY['{"n": 1}', '{"n": 2}']::jsonb[])`);
  await all.untilCopied(2n);
  await replicator.stop();
  await subscribed.query(subscriber, 'DROP SUBSCRIPTION s');
});
