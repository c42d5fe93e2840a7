/** Guarantee 3 against data that is hostile: whatever the way an event takes, it arrives to the byte. */
// @ts-nocheck

import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { compareTables } from '../../src/diff/compare/compare-tables.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { HOSTILE_EVENTS, HOSTILE_TIMES } from '../support/databases/hostile-events.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { peakMemoryMb } from '../support/peak-memory.js';

/** No transaction fits: each one is piped. */
const EVERYTHING_IS_TOO_LARGE = { memoryBudgetBytes: 1 };
const PIPING = 'piping a transaction too large for memory';

/** What somebody may have set for a whole database, to the annoyance of its clients. */
const SETTINGS = {
  source: { TimeZone: 'Asia/Kolkata', DateStyle: 'SQL, DMY', search_path: 'nowhere', bytea_output: 'escape' },
  destination: {
    TimeZone: 'America/New_York',
    DateStyle: 'German',
    standard_conforming_strings: 'off',
    default_transaction_isolation: 'serializable',
  },
};

async function alterDatabase(all: Installation, params: ConnectionParams, settings: object): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    const list = name === 'DateStyle' ? value : pg.escapeLiteral(value);
    await all.query(
      params,
      `ALTER DATABASE ${pg.escapeIdentifier(params.databaseName)} SET ${name} = ${list}`,
    );
  }
}

async function hostileInstallation(): Promise<Installation> {
  const all = await createInstallation();
  await alterDatabase(all, all.source, SETTINGS.source);
  await alterDatabase(all, all.destination(), SETTINGS.destination);
  return all;
}

/** Every event once, then every time once, each row a transaction of its own. */
async function insertHostile(all: Installation): Promise<void> {
  await all.query(
    all.source,
    `WITH last AS (SELECT COALESCE(max(id), 0) AS id FROM public.events), new AS (
       SELECT event, ts FROM unnest($1::jsonb[]) WITH ORDINALITY e (event, n), LATERAL (
         SELECT timestamptz '2020-01-01 00:00:00.000001+00' + n * interval '1.000001 s') t (ts)
       UNION ALL SELECT '{"time": true}', ts FROM unnest($2::timestamptz[]) ts)
     INSERT INTO public.events (id, ts, event) SELECT last.id + row_number() OVER (), ts, event FROM last, new`,
    [HOSTILE_EVENTS, HOSTILE_TIMES],
  );
}

const ROWS_PER_ROUND = HOSTILE_EVENTS.length + HOSTILE_TIMES.length;

function rowsOf(all: Installation, params: ConnectionParams): Promise<object[]> {
  const sql = `SELECT id, encode(timestamptz_send(ts), 'hex') AS ts, event::text AS event FROM public.events ORDER BY id`;
  return all.query(params, sql);
}

/** By a plain query, and by what `slate-eventsDiff` says. */
async function expectEqual(all: Installation, count: number): Promise<void> {
  const copied = await rowsOf(all, all.destination());
  expect(copied).toHaveLength(count);
  expect(copied).toEqual(await rowsOf(all, all.source));
  expect(await compareTables(all.source, all.destination())).toMatchObject({ equal: true });
}

function piped({ log }: RunningReplicator): number {
  return log.of(PIPING).length;
}

describe.concurrent('3 byte-equal: hostile events arrive as they are', () => {
  test('in batches, at the first load and live', async () => {
    await using all = await hostileInstallation();
    await insertHostile(all);
    await using replicator = all.start();
    await all.untilEqual();
    await insertHostile(all);
    await all.untilEqual();
    expect(piped(replicator)).toBe(0);
    await replicator.stop();
    await expectEqual(all, 2 * ROWS_PER_ROUND);
  });

  test('through the pipe for transactions that are too large for memory', async () => {
    await using all = await hostileInstallation();
    await insertHostile(all);
    await using replicator = all.start({ ...EVERYTHING_IS_TOO_LARGE, once: true });
    await replicator.ended();
    expect(piped(replicator)).toBe(ROWS_PER_ROUND);
    await expectEqual(all, ROWS_PER_ROUND);
  });

  test.each([
    ['in batches', {}],
    ['through the pipe', EVERYTHING_IS_TOO_LARGE],
  ])('into gaps in the middle of a destination, %s', async (_, overrides) => {
    await using all = await hostileInstallation();
    await insertHostile(all);
    await all.copyOnce();
    await all.query(all.destination(), 'DELETE FROM public.events WHERE id % 7 < 3 AND id > 1');
    await all.copyOnce(overrides);
    await expectEqual(all, ROWS_PER_ROUND);
  });
});

/** Each of them would have to take the event apart. */
const DROP_INDEXES =
  'DROP INDEX events_event_entityname, events_event_operation, events_event_propertyname, events_event_entityid, events_event_metadata_command';

test('an event of 100 MB is piped, and memory stays below 300 MB', async () => {
  await using all = await createInstallation();
  for (const params of [all.source, all.destination()]) await all.query(params, DROP_INDEXES);
  await all.append(10);
  await all.query(
    all.source,
    `SELECT append_events(ARRAY[jsonb_build_object('text', repeat(md5('x'), 100 * 31250))])`,
  );
  await all.append(10);
  await using command = all.startCommand([], { config: { memoryBudgetMb: 16 } });
  await command.log.until('caught up');
  await all.untilEqual();
  expect(command.log.of(PIPING)).toHaveLength(1);
  // One event is held whole, so that no statement stays open at the source while the destination takes it.
  expect(peakMemoryMb(command.pid) ?? 0).toBeLessThan(300);
  command.send('SIGTERM');
  expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
});
