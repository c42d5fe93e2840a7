/** `--repair` makes a table equal wherever the replicator could have written it, in one transaction, and tells the truth. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { compareTables, compareWithAll } from '../../../src/diff/compare/compare-tables.js';
import { type Repair, repairAll } from '../../../src/diff/repair/repair-all.js';
import { planRepair } from '../../../src/diff/repair/repair-plan.js';
import { readRows } from '../../../src/diff/repair/repair-reader.js';
import { EventsTable } from '../../../src/diff/tables/events-table.js';
import { tryWriterLock } from '../../../src/schema/writer-lock.js';
import { AskedPerson } from '../../support/commands/asked-person.js';
import { RunningCommand } from '../../support/commands/command.js';
import { CONTROL_C, CONTROL_D, TypedCommand } from '../../support/commands/typed-command.js';
import { HOSTILE_EVENTS, HOSTILE_TIMES } from '../../support/databases/hostile-events.js';
import { RestrictedRole } from '../../support/databases/restricted-role.js';
import { TableLock } from '../../support/databases/table-lock.js';
import { createInstallation, type Installation } from '../../support/installation/installation.js';
import { connectTo } from '../../support/postgres/databases.js';
import { startPostgres } from '../../support/postgres/server.js';
import { until } from '../../support/until.js';

const CONNECT = { connectTimeoutMs: 15_000 };

async function equalTables(events = 100, destinations = 1): Promise<Installation> {
  const all = await createInstallation({ destinations });
  await all.append(events);
  await all.copyOnce();
  return all;
}

/** Everything that can be wrong: missing events, other events, other times, both. */
const DAMAGE = `
  DELETE FROM events WHERE id BETWEEN 10 AND 20 OR id = 50;
  UPDATE events SET event = '{}' WHERE id BETWEEN 30 AND 33;
  UPDATE events SET ts = date_trunc('milliseconds', ts) - interval '1 second' WHERE id BETWEEN 60 AND 70;
  UPDATE events SET ts = '-infinity', event = 'null' WHERE id = 80`;

async function eventsDiff(all: Installation, ...args: readonly string[]) {
  await using command = new RunningCommand('slate-events-diff', ['-c', all.writeConfig(), ...args]);
  return await command.ended();
}

/** Repairs in this process what differs now, or differed when `compared` was found. */
async function repair(
  all: Installation,
  more: { askOn?: AskedPerson; beforehand?: () => Promise<unknown> } = {},
): Promise<{ repairs: (Repair | undefined)[]; told: string }> {
  const lines: string[] = [];
  const outcomes = await compareWithAll(all.source, all.destinations);
  await more.beforehand?.();
  const repairs = await repairAll(all.source, outcomes, {
    ...CONNECT,
    signal: new AbortController().signal,
    askOn: more.askOn,
    show: (line) => lines.push(line),
  });
  return { repairs: all.destinations.map((each) => repairs.get(each)), told: lines.join('\n') };
}

async function expectRepaired(all: Installation): Promise<void> {
  expect((await repair(all)).repairs).toMatchObject([{ result: 'repaired' }]);
  expect(await all.digest(all.destination())).toBe(await all.digest(all.source));
}

describe('--repair makes equal', () => {
  test.each<[string, sql: string]>([
    ['as slate-init-db makes it', 'SELECT'],
    [
      'whose id is GENERATED ALWAYS AS IDENTITY',
      'ALTER TABLE events ALTER id ADD GENERATED ALWAYS AS IDENTITY',
    ],
    [
      'that is partitioned by range',
      `ALTER TABLE events RENAME TO whole; ALTER TABLE whole DROP CONSTRAINT events_pkey;
       CREATE TABLE events (LIKE whole, PRIMARY KEY (id)) PARTITION BY RANGE (id);
       CREATE TABLE low PARTITION OF events FOR VALUES FROM (MINVALUE) TO (40);
       CREATE TABLE high PARTITION OF events FOR VALUES FROM (40) TO (MAXVALUE);
       INSERT INTO events SELECT * FROM whole`,
    ],
    [
      'that is partitioned by hash',
      `ALTER TABLE events RENAME TO whole; ALTER TABLE whole DROP CONSTRAINT events_pkey;
       CREATE TABLE events (LIKE whole, PRIMARY KEY (id)) PARTITION BY HASH (id);
       CREATE TABLE even PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0);
       CREATE TABLE odd PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1);
       INSERT INTO events SELECT * FROM whole`,
    ],
    [
      'whose readers have AFTER triggers, a constraint trigger and foreign keys',
      `CREATE TABLE seen (id bigint REFERENCES events ON DELETE CASCADE, op text);
       CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (NEW.id, TG_OP); RETURN NULL; END';
       CREATE TRIGGER see AFTER INSERT OR UPDATE ON events FOR EACH ROW EXECUTE FUNCTION see();
       CREATE CONSTRAINT TRIGGER later AFTER UPDATE ON events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION see();
       INSERT INTO seen SELECT id FROM events`,
    ],
    [
      'in a database with other settings',
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = nowhere', current_database());
                   EXECUTE format('ALTER DATABASE %I SET DateStyle = German', current_database());
                   EXECUTE format('ALTER DATABASE %I SET TimeZone = "Asia/Kathmandu"', current_database());
                   EXECUTE format('ALTER DATABASE %I SET array_nulls = off', current_database());
                   EXECUTE format('ALTER DATABASE %I SET bytea_output = escape', current_database()); END $$`,
    ],
  ])('a destination %s', async (_, sql) => {
    await using all = await equalTables();
    await all.query(all.destination(), sql);
    const damaged = sql.startsWith('CREATE TABLE seen') ? DAMAGE.replace(/DELETE.*?;/, '') : DAMAGE;
    await all.query(all.destination(), damaged);
    await expectRepaired(all);
  });

  test('with the rights that the replicator has, UPDATE, and no right to temporary tables', async () => {
    await using all = await equalTables();
    await using role = await RestrictedRole.create(all, [
      { on: all.source, rights: 'SELECT' },
      { on: all.destination(), rights: 'SELECT, INSERT, UPDATE' },
    ]);
    const { databaseName } = all.destination();
    await all.query(
      all.destination(),
      `${DAMAGE}; REVOKE TEMPORARY ON DATABASE "${databaseName}" FROM PUBLIC`,
    );
    const config = {
      eventSource: role.in(all.source),
      replicationDestinations: [role.in(all.destination())],
    };
    const args = ['-c', all.writeConfig(config), '--repair', '--yes'];
    await using command = new RunningCommand('slate-events-diff', args);
    expect(await command.ended()).toMatchObject({ code: 0, stdout: expect.stringContaining('equal') });
    expect(await all.digest(all.destination())).toBe(await all.digest(all.source));
  });

  test('to the byte, whatever events, times and ids there are', async () => {
    await using all = await createInstallation();
    await all.query(
      all.source,
      `INSERT INTO events SELECT -9223372036854775808 + n * 1000003, now(), event FROM unnest($1::jsonb[]) WITH ORDINALITY e (event, n)
       UNION ALL SELECT 9223372036854775808 - n, ts, '{}' FROM unnest($2::timestamptz[]) WITH ORDINALITY t (ts, n)`,
      [HOSTILE_EVENTS, HOSTILE_TIMES],
    );
    await all.query(
      all.destination(),
      `INSERT INTO events SELECT id, now(), '{}' FROM unnest($1::bigint[]) AS id`,
      [(await all.query<{ id: bigint }>(all.source, 'SELECT id FROM events')).map(({ id }) => id)],
    );
    await all.query(all.destination(), 'DELETE FROM events WHERE id % 3 = 0');
    await expectRepaired(all);
    await all.query(all.destination(), `UPDATE events SET ts = 'infinity'`);
    await expectRepaired(all);
  });

  test('many events and large ones, held in memory a few megabytes at a time', async () => {
    await using all = await createInstallation();
    await all.append(12_000);
    await all.query(
      all.source,
      `SELECT append_events(ARRAY(SELECT to_jsonb(repeat(md5(n::text), 20000)) FROM generate_series(1, 12) n))`,
    );
    await all.query(all.destination(), `INSERT INTO events VALUES (1, now(), '{}'), (12001, now(), '{}')`);
    const comparison = await compareTables(all.source, all.destination());
    await using table = await EventsTable.open(all.source, CONNECT);
    let [events, largest] = [0, 0];
    for await (const { tuples, bytes } of readRows(table, planRepair(comparison).inserts.ranges, 'event')) {
      events += tuples.length;
      largest = Math.max(largest, bytes.length);
    }
    expect(events).toBe(12_010);
    expect(largest).toBeLessThan(4.5 * 1024 * 1024);
    await expectRepaired(all);
  });
});

describe('--repair changes nothing', () => {
  const TRIGGER = (body: string, when: string) =>
    `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS '${body}'; CREATE ${when} ON events FOR EACH ROW EXECUTE FUNCTION meddle()`;
  const UPDATE_AGAIN = `BEGIN IF NEW.event <> ''{"meddled": 1}'' THEN UPDATE events SET event = ''{"meddled": 1}'' WHERE id = NEW.id; END IF; RETURN NULL; END`;

  test.each<[string, sql: string, message: RegExp]>([
    [
      'an AFTER trigger changes what is inserted',
      TRIGGER(UPDATE_AGAIN, 'TRIGGER meddle AFTER INSERT'),
      /event 10 differs from what the repair wrote/,
    ],
    [
      'a deferred constraint trigger changes what is overwritten',
      TRIGGER(UPDATE_AGAIN, 'CONSTRAINT TRIGGER meddle AFTER UPDATE').replace(
        'ON events FOR',
        'ON events DEFERRABLE INITIALLY DEFERRED FOR',
      ),
      /event 30 differs from what the repair wrote/,
    ],
    [
      'a BEFORE UPDATE trigger swallows rows',
      TRIGGER('BEGIN RETURN NULL; END', 'TRIGGER meddle BEFORE UPDATE'),
      /meddle|0 of 5 events/,
    ],
    [
      'a rule makes nothing of an UPDATE',
      'CREATE RULE meddle AS ON UPDATE TO events DO INSTEAD NOTHING',
      /meddle|0 of 5 events/,
    ],
  ])('where %s', async (_, sql, message) => {
    await using all = await equalTables();
    await all.query(all.destination(), DAMAGE);
    await all.query(all.destination(), sql);
    const before = await all.digest(all.destination());
    const { code, stdout, stderr } = await eventsDiff(all, '--repair', '--yes');
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('committed');
    expect(stdout).toContain('the repair failed');
    expect(stdout).not.toContain('repaired, then');
    expect(code).toBe(2);
    expect(await all.digest(all.destination())).toBe(before);
  });

  test.each<[string, on: 'source' | 'destination', sql: string]>([
    ['an event to be inserted is there by now', 'destination', `INSERT INTO events VALUES (15, now(), '{}')`],
    ['an event to be overwritten is gone', 'destination', 'DELETE FROM events WHERE id = 31'],
    [
      'an event has gone from the left table',
      'source',
      'ALTER TABLE events DISABLE TRIGGER ALL; DELETE FROM events WHERE id = 65',
    ],
  ])('when the tables have changed since they were compared: %s', async (_, on, sql) => {
    await using all = await equalTables();
    await all.query(all.destination(), DAMAGE);
    let before = '';
    const beforehand = async () => {
      await all.query(on === 'source' ? all.source : all.destination(), sql);
      before = await all.digest(all.destination());
    };
    const [failed] = (await repair(all, { beforehand })).repairs;
    expect(failed).toMatchObject({
      result: 'failed',
      trouble: { hint: expect.stringContaining('Compare again') },
    });
    expect(await all.digest(all.destination())).toBe(before);
  });
});

describe('--repair asks', () => {
  test('each table by itself, and says which were repaired and which were not', async () => {
    await using all = await equalTables(100, 3);
    for (const each of all.destinations) await all.query(each, DAMAGE);
    const before = await all.digest(all.destination(1));
    const { repairs, told } = await repair(all, { askOn: new AskedPerson('y\n', 'n\n', 'YES\n') });
    expect(repairs.map((each) => each?.result)).toEqual(['repaired', 'declined', 'repaired']);
    const [first, second, third] = all.destinations.map(({ databaseName }) => databaseName);
    expect(told).toContain(`${first}: the repair was committed.`);
    expect(told).toContain(`${second}: nothing was written, because the answer was not yes.`);
    expect(told).toContain(`${third}: the repair was committed.`);
    expect(await all.digest(all.destination(1))).toBe(before);
    expect(await all.digest(all.destination(2))).toBe(await all.digest(all.source));
  });

  test.each(['\n', 'n\n', 'yep\n', '\u0004'])('and takes %j for a no', async (answer) => {
    await using all = await equalTables();
    await all.query(all.destination(), DAMAGE);
    const before = await all.digest(all.destination());
    const person = new AskedPerson(answer);
    expect((await repair(all, { askOn: person })).repairs).toEqual([{ result: 'declined' }]);
    expect(person.shown).toMatch(/\n$/);
    expect(await all.digest(all.destination())).toBe(before);
  });

  test.each([
    ['y\n', 0, 'repaired, then compared again'],
    ['n\n', 1, 'not repaired, because the answer was not yes'],
    [CONTROL_D, 1, 'not repaired, because the answer was not yes'],
    [CONTROL_C, 2, ''],
  ])('on a terminal: after %j it ends with %d', async (keys, code, told) => {
    await using all = await equalTables();
    await all.query(all.destination(), DAMAGE);
    const before = await all.digest(all.destination());
    await using command = new TypedCommand(['-c', all.writeConfig(), '--repair'], {}, 'slate-events-diff');
    await command.answer('Repair it? [y/N] ', keys);
    expect(await command.ended()).toBe(code);
    expect(command.stdout).toContain(told);
    const isRepaired = (await all.digest(all.destination())) !== before;
    expect(isRepaired).toBe(code === 0);
  });

  test('nobody in vain: what would be refused is refused before', async () => {
    await using all = await equalTables(100, 2);
    for (const each of all.destinations) await all.query(each, DAMAGE);
    await all.query(all.destination(0), 'CREATE RULE meddle AS ON UPDATE TO events DO INSTEAD NOTHING');
    await using writer = await connectTo(all.destination(1));
    expect(await tryWriterLock(writer)).toBe(true);
    const person = new AskedPerson();
    const { repairs } = await repair(all, { askOn: person });
    expect(repairs).toMatchObject([
      { result: 'failed', trouble: { message: expect.stringContaining('"meddle"') } },
      { result: 'failed', trouble: { message: expect.stringContaining('A replicator is writing to') } },
    ]);
    expect(person.shown).toBe('');
  });

  test('after it has shown the first events, old and new, as a terminal may show them', async () => {
    await using all = await createInstallation();
    await all.append([
      '{"price": 1.10}',
      '{"new": "\\u001b[31m\u009b\u202e"}',
      `{"long": "${'x'.repeat(500)}"}`,
      '{}',
    ]);
    await all.query(
      all.destination(),
      `INSERT INTO events VALUES (1, (SELECT '2026-01-01 00:00:00.123456Z'::timestamptz), '{"price": 1.1}')`,
    );
    await all.query(
      all.source,
      `ALTER TABLE events DISABLE TRIGGER ALL; UPDATE events SET ts = '2026-01-01 00:00:00.123457Z'`,
    );
    const { told } = await repair(all, { askOn: new AskedPerson('n\n') });
    expect(told.split('\n').slice(1, 7)).toEqual([
      '  insert 3 events that it does not have',
      '    2  2026-01-01 00:00:00.123457+00  {"new": "\\u001b[31m\\u{9b}\\u{202e}"}',
      `    3  2026-01-01 00:00:00.123457+00  {"long": "${'x'.repeat(50)}…`,
      '    4  2026-01-01 00:00:00.123457+00  {}',
      '  overwrite 1 event',
      '    1  ts  2026-01-01 00:00:00.123456+00 → 2026-01-01 00:00:00.123457+00, $.price  1.1 → 1.10',
    ]);
  });

  test('and of many events shows ten or so', async () => {
    await using all = await equalTables();
    await all.query(all.destination(), DAMAGE);
    const { told } = await repair(all, { askOn: new AskedPerson('n\n') });
    expect(told).toMatch(
      /insert 12 events that it does not have\n(?: {4}\d+ .*\n){4} {4}and 8 events more\n/,
    );
    expect(told.match(/^ {4}\d/gm)).toHaveLength(12);
  });
});

test('a table that cannot be repaired does not keep the others from it, and the report says so', async () => {
  await using all = await equalTables(100, 2);
  for (const each of all.destinations) await all.query(each, DAMAGE);
  await all.query(all.destination(0), 'CREATE RULE meddle AS ON UPDATE TO events DO INSTEAD NOTHING');
  const { code, stdout } = await eventsDiff(all, '--repair', '--yes');
  const [first, second] = all.destinations.map(({ databaseName }) => databaseName);
  expect(stdout).toMatch(new RegExp(`${first}: the repair failed`));
  expect(stdout).toMatch(new RegExp(`${second}: repaired, then compared again\n  inserted 12 events`));
  expect(code).toBe(2);
  expect(await all.digest(all.destination(1))).toBe(await all.digest(all.source));
});

test('a connection that is lost during the commit leaves it open what was written, and the message says so', async () => {
  await using server = await startPostgres();
  await using all = await createInstallation({ destinationServers: [server] });
  await all.append(10);
  const admin = server.params('postgres');
  await all.query(admin, `ALTER SYSTEM SET synchronous_standby_names = 'nobody'`);
  await all.query(admin, 'SELECT pg_reload_conf()');
  const repairing = repair(all);
  const committing = `FROM pg_stat_activity WHERE application_name = 'slate-eventsDiff' AND wait_event = 'SyncRep'`;
  await until(
    'the commit was under way',
    async () => (await all.query(admin, `SELECT ${committing}`)).length > 0,
  );
  await all.query(admin, `SELECT pg_terminate_backend(pid) ${committing}`);
  const { repairs, told } = await repairing;
  await all.query(admin, 'ALTER SYSTEM RESET synchronous_standby_names');
  await all.query(admin, 'SELECT pg_reload_conf()');
  expect(repairs).toMatchObject([
    {
      result: 'failed',
      trouble: { message: expect.stringMatching(/lost during the commit.*completely, or not at all/) },
    },
  ]);
  expect(told).not.toContain('committed');
});

test('a repair waits for a lock as long as it takes, and says nothing of having written before', async () => {
  await using all = await equalTables();
  await all.query(all.destination(), `${DAMAGE}`);
  const { databaseName } = all.destination();
  await all.query(all.source, `ALTER DATABASE "${databaseName}" SET lock_timeout = '1ms'`);
  const lock = await TableLock.take(all.destination(), 'SHARE');
  await using command = new RunningCommand('slate-events-diff', [
    '-c',
    all.writeConfig(),
    '--repair',
    '--yes',
  ]);
  await lock.untilWaitedFor();
  await lock.release();
  const { code, stderr } = await command.ended();
  expect(code).toBe(0);
  expect(stderr).toMatch(/the repair was committed\.\n$/);
});
