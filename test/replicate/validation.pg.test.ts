import { describe, expect, test } from 'vitest';
import { ConfigurationError, DivergenceError, type OperatorError } from '../../src/common/operator-error.js';
import type { ReplicatorConfig } from '../../src/config/replicator-config.js';
import { describeDatabase } from '../../src/pg/connection-params.js';
import { checkOnly } from '../../src/replicate/check.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { LogRecords } from '../support/installation/log-records.js';
import { FaultProxy } from '../support/network/proxy.js';

/** An installation with ten events whose destinations are equal to the source; the last one is for the test to spoil. */
async function equalInstallation(): Promise<Installation> {
  const all = await createInstallation({ destinations: 2 });
  await all.append(['{"number": 1.10}', '{"n": 2}', '{"n": 3}']);
  await all.append(7);
  await all.copyOnce();
  return all;
}

/**
 * Starts a replicator, and `--check`, that must both refuse, and sees to it that not a byte was written anywhere, also
 * not to the destination that is right and has something to copy.
 */
async function refusal(all: Installation, overrides: Partial<ReplicatorConfig> = {}): Promise<OperatorError> {
  const before = await digests(all);
  const checked: OperatorError = await checkOnly(all.config(overrides), new LogRecords().logger).then(
    () => expect.unreachable('--check accepted it'),
    (error) => error,
  );
  await using replicator = all.start(overrides);
  const refused = (await replicator.failure()) as OperatorError;
  expect({ name: refused.name, message: refused.message }).toEqual({
    name: checked.name,
    message: checked.message,
  });
  expect(await digests(all)).toEqual(before);
  return refused;
}

function digests(all: Installation): Promise<string[]> {
  return Promise.all([all.source, ...all.destinations].map((params) => all.digest(params)));
}

/** The last destination of an installation, which the test has spoilt. */
function spoilt(all: Installation) {
  return all.destination(all.destinations.length - 1);
}

describe('source and destinations must be different databases', () => {
  test('accepts different databases of one server', async () => {
    await using all = await equalInstallation();
    await all.untilEqual();
  });

  test('accepts them also where the role may not ask the server who it is', async () => {
    await using all = await createInstallation();
    await all.append(3);
    await all.query(all.source, 'REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC');
    await using reader = await RestrictedRole.create(all, [{ on: all.source, rights: 'SELECT' }]);
    await all.copyOnce({ eventSource: reader.in(all.source) });
    await all.untilEqual();
  });

  test('refuses the source as a destination under another address', async () => {
    await using all = await equalInstallation();
    await using proxy = await FaultProxy.inFrontOf(all.source);
    const again = proxy.through(all.source);
    const error = await refusal(all, { replicationDestinations: [all.destination(), again] });
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error.message).toContain('are the same database');
    for (const params of [all.source, again]) expect(error.message).toContain(describeDatabase(params));
  });

  test('refuses one destination under two addresses', async () => {
    await using all = await equalInstallation();
    await all.append(5);
    await using proxy = await FaultProxy.inFrontOf(all.source);
    const again = proxy.through(all.destination());
    const error = await refusal(all, { replicationDestinations: [all.destination(), again] });
    expect(error.message).toContain('are the same database');
    expect(error.exitCode).toBe(2);
  });
});

describe('each database must have the right objects', () => {
  test('refuses a destination as the source, naming what it lacks', async () => {
    await using all = await createInstallation({ destinations: 2 });
    const error = await refusal(all, {
      eventSource: all.destination(1),
      replicationDestinations: [all.destination(0)],
    });
    expect(error.message).toContain(`/${all.destination(1).databaseName} is not an event source`);
    expect(error.message).toContain('trigger "notify_insert" is missing');
    expect(error.hint).toContain('slate-init-db');
    expect(error.exitCode).toBe(1);
  });

  test('refuses a destination that can be written like a source, and writes nothing to the right one', async () => {
    await using all = await equalInstallation();
    await all.append(5);
    await all.query(spoilt(all), 'CREATE TABLE id (id bigint)');
    const error = await refusal(all);
    expect(error.message).toContain(
      `${spoilt(all).databaseName} cannot be a destination: table "id" belongs`,
    );
    expect(error.exitCode).toBe(1);
  });
});

describe('a role needs no more rights than its work does', () => {
  test('SELECT at the source, SELECT and INSERT at the destination are enough', async () => {
    await using all = await createInstallation();
    await all.append(25);
    await using reader = await RestrictedRole.create(all, [{ on: all.source, rights: 'SELECT' }]);
    const writing = { on: all.destination(), rights: 'SELECT, INSERT' };
    await using writer = await RestrictedRole.create(all, [writing]);
    const config = {
      eventSource: reader.in(all.source),
      replicationDestinations: [writer.in(all.destination())],
    };
    await checkOnly(all.config(config), new LogRecords().logger);
    await using replicator = all.start(config);
    await replicator.log.until('caught up');
    await all.append(3);
    await all.untilEqual();
    await replicator.stop();
  });

  test.each([
    ['INSERT', 'SELECT', 'the role may not INSERT into table "events"'],
    ['SELECT', 'INSERT', 'the role may not SELECT from table "events"'],
  ])('without %s at the destination it is refused', async (_, rights, problem) => {
    await using all = await equalInstallation();
    await all.append(5);
    await using role = await RestrictedRole.create(all, [{ on: spoilt(all), rights }]);
    const replicationDestinations = [all.destination(), role.in(spoilt(all))];
    expect((await refusal(all, { replicationDestinations })).message).toContain(problem);
  });

  test('without SELECT at the source it is refused', async () => {
    await using all = await equalInstallation();
    await using role = await RestrictedRole.create(all, []);
    const error = await refusal(all, { eventSource: role.in(all.source) });
    expect(error.message).toContain('the role may not SELECT from table "events"');
  });

  test('without the right to see the schema it is refused', async () => {
    await using all = await equalInstallation();
    await using role = await RestrictedRole.create(all, [{ on: spoilt(all), rights: 'SELECT, INSERT' }]);
    await all.query(spoilt(all), 'REVOKE ALL ON SCHEMA public FROM PUBLIC');
    const error = await refusal(all, { replicationDestinations: [role.in(spoilt(all))] });
    expect(error.message).toContain('the role may not use schema "public"');
    expect(error.message).toContain(spoilt(all).databaseName);
  });
});

describe('the events of a destination must be those of the source, to the byte', () => {
  const wrong = {
    'another first event': [
      'UPDATE events SET event = \'{"number": 1.1}\' WHERE id = 1',
      1,
      'a different "event"',
    ],
    'a first event with one microsecond more': [
      "UPDATE events SET ts = ts + '1 microsecond' WHERE id = 1",
      1,
      'a different "ts"',
    ],
    'another event among the last hundred': [
      'UPDATE events SET event = \'{"n": 3.0}\' WHERE id = 3',
      3,
      'a different "event"',
    ],
    'two events swapped': [
      'UPDATE events e SET event = other.event FROM events other WHERE (e.id, other.id) IN ((5, 6), (6, 5))',
      5,
      'a different "event"',
    ],
    'timestamps cut to milliseconds': [
      "UPDATE events SET ts = date_trunc('milliseconds', ts)",
      1,
      'a "ts" without its microseconds, as slate-replicator 0.1.4 wrote it',
    ],
  } as const;

  test.each(Object.entries(wrong))('refuses %s', async (_, [sql, id, how]) => {
    await using all = await equalInstallation();
    await untilTruncatable(all);
    await all.append(5);
    await all.query(spoilt(all), sql);
    const error = await refusal(all);
    expect(error).toBeInstanceOf(DivergenceError);
    expect(error.exitCode).toBe(3);
    expect(error.message).toContain(`Destination ${describeDatabase(spoilt(all))}`);
    expect(error.message).toContain(`event ${id} has ${how}`);
    expect(error.hint).toContain('slate-eventsDiff');
  });

  test('says how a destination that the original wrote is mended', async () => {
    await using all = await equalInstallation();
    await untilTruncatable(all);
    await all.query(spoilt(all), "UPDATE events SET ts = date_trunc('milliseconds', ts)");
    expect((await refusal(all)).hint).toContain('Run slate-eventsDiff --repair');
  });

  test('accepts what differs in the time zone of the session only', async () => {
    await using all = await equalInstallation();
    await all.query(
      spoilt(all),
      `ALTER DATABASE "${spoilt(all).databaseName}" SET TimeZone = 'Asia/Kathmandu'`,
    );
    await all.append(5);
    await all.copyOnce();
    await all.untilEqual();
  });
});

describe('a destination may not have more than the source', () => {
  test('refuses one that is ahead', async () => {
    await using all = await equalInstallation();
    await all.query(spoilt(all), 'INSERT INTO events SELECT 11, ts, event FROM events WHERE id = 10');
    const error = await refusal(all);
    expect(error.message).toContain(
      'is ahead of the source: its last event is 11, that of the source is 10. The first event that differs is 11. Nothing was written.',
    );
    expect(error.exitCode).toBe(3);
  });

  test('refuses one that has more rows', async () => {
    await using all = await equalInstallation();
    await withoutImmutability(all, 'DELETE FROM events WHERE id = 5');
    await all.query(all.destination(), 'DELETE FROM events WHERE id = 5');
    const error = await refusal(all);
    expect(error.message).toContain(
      'holds 10 events, but the source holds only 9. The first event that differs is 5.',
    );
    expect(error.exitCode).toBe(3);
  });

  test('refuses one that has an event which the source has not, although it has fewer in all', async () => {
    await using all = await createInstallation();
    await all.append(250);
    await all.copyOnce();
    await withoutImmutability(all, 'DELETE FROM events WHERE id = 100');
    await all.query(spoilt(all), 'DELETE FROM events WHERE id BETWEEN 20 AND 30');
    const error = await refusal(all);
    expect(error.message).toContain('holds event 100, which the source does not have');
    expect(error.exitCode).toBe(3);
  });

  test('refuses one that holds events while the source is empty', async () => {
    await using all = await equalInstallation();
    await withoutImmutability(all, 'TRUNCATE events');
    await all.query(all.destination(), 'TRUNCATE events');
    const error = await refusal(all);
    expect(error.message).toContain(
      'holds 10 events, but the source is empty. The first event that differs is 1.',
    );
    expect(error.exitCode).toBe(3);
  });

  test('accepts an empty source with empty destinations', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.copyOnce();
    await using replicator = all.start();
    await replicator.log.until('caught up', { count: 2 });
    await all.append(4);
    await all.untilEqual();
  });

  test('accepts a source that has holes, and a destination with the same ones', async () => {
    await using all = await equalInstallation();
    await withoutImmutability(all, 'DELETE FROM events WHERE id = 5');
    for (const destination of all.destinations) {
      await all.query(destination, 'DELETE FROM events WHERE id = 5');
    }
    await all.append(5);
    await all.copyOnce();
    await all.untilEqual();
  });
});

test('what was found is logged, with counts and ids per database', async () => {
  await using all = await equalInstallation();
  await all.append(5);
  await all.query(spoilt(all), 'DELETE FROM events WHERE id = 5');
  await using replicator = all.start({ once: true });
  await replicator.ended();
  expect(replicator.log.of('source checked')).toMatchObject([
    { level: 30, source: describeDatabase(all.source), sourceEvents: 15n, sourceMaxId: 15n },
  ]);
  const known = { sourceEvents: 15n, sourceMaxId: 15n };
  expect(
    replicator.log.of('destination checked', { destination: describeDatabase(all.destination()) }),
  ).toMatchObject([{ level: 30, destinationEvents: 10n, destinationMaxId: 10n, gaps: 0, ...known }]);
  expect(
    replicator.log.of('destination checked', { destination: describeDatabase(spoilt(all)) }),
  ).toMatchObject([{ level: 30, destinationEvents: 9n, destinationMaxId: 10n, gaps: 1, ...known }]);
});

/** Cutting to milliseconds changes something only where there are microseconds: one transaction in a thousand has none. */
async function untilTruncatable(all: Installation): Promise<void> {
  const sql = "SELECT FROM events WHERE id = 1 AND ts <> date_trunc('milliseconds', ts)";
  expect(await all.query(all.source, sql)).toHaveLength(1);
}

/** As somebody with all rights might. */
async function withoutImmutability(all: Installation, sql: string): Promise<void> {
  await all.query(
    all.source,
    `ALTER TABLE events DISABLE TRIGGER check_sql_command; ${sql}; ALTER TABLE events ENABLE TRIGGER check_sql_command`,
  );
}
