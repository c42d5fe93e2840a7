// @ts-nocheck
import { describe, expect, test } from 'vitest';
import { errorCode } from '../../src/pg/error-code.js';
import { SECONDARY_INDEXES } from '../../src/schema/objects.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { connectTo } from '../support/postgres/databases.js';
import { until } from '../support/until.js';

async function indexes(all: Installation): Promise<string[]> {
  const rows = await all.query<{ name: string; definition: string }>(
    all.destination(),
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
       FROM pg_index WHERE indrelid = 'events'::regclass AND indisvalid ORDER BY 1`,
  );
  return rows.map(({ name, definition }) => `${name}: ${definition}`);
}

async function waiting(all: Installation): Promise<boolean> {
  const [row] = await all.query<{ waiting: boolean }>(
    all.destination(),
    `SELECT to_regclass('public.slate_deferred_indexes') IS NOT NULL AS waiting`,
  );
  return row?.waiting === true;
}

describe('deferred indexes', () => {
  test('are built again just as they were, after the first load', async () => {
    await using all = await createInstallation();
    await all.append(3_000);
    const before = await indexes(all);
    expect(before).toHaveLength(SECONDARY_INDEXES.length + 1);
    await all.copyOnce({ deferIndexes: true });
    await all.untilEqual();
    expect(await indexes(all)).toEqual(before);
    expect(await waiting(all)).toBe(false);
  });

  test('are built by the next start when the process was killed before, also without the option', async () => {
    await using all = await createInstallation();
    for (let n = 0; n < 6; n++) await all.append(10_000);
    const before = await indexes(all);
    await using blocker = await connectTo(all.destination());
    {
      await using killed = all.startCommand(['--once', '--defer-indexes']);
      await until('the indexes were taken off', () => waiting(all));
      // CREATE INDEX must wait for this; COPY need not.
      await blocker.query('BEGIN');
      await blocker.query('LOCK TABLE events IN ROW EXCLUSIVE MODE');
      await until('everything was copied', async () => (await all.count(all.destination())) === 60_000);
      killed.send('SIGKILL');
      await killed.ended();
    }
    await blocker.query('ROLLBACK');
    const { records } = await all.runCommand(['--check']);
    expect(records.find(({ msg }) => msg === 'plan')).toMatchObject({
      indexesToBuild: [...SECONDARY_INDEXES].sort(),
    });
    await all.copyOnce();
    expect(await indexes(all)).toEqual(before);
    expect(await waiting(all)).toBe(false);
  });

  test('are left alone in a destination that is not empty', async () => {
    await using all = await createInstallation();
    await all.append(100);
    await all.copyOnce();
    const before = await indexes(all);
    await all.append(100);
    await using replicator = all.start({ deferIndexes: true, once: true });
    await replicator.ended();
    expect(replicator.log.of('indexes are not deferred: the destination is not empty')).toHaveLength(1);
    expect(await indexes(all)).toEqual(before);
  });

  test('are refused to a role that does not own the table, before anything is touched', async () => {
    await using all = await createInstallation();
    await all.append(100);
    const grants = [{ on: all.destination(), rights: 'SELECT, INSERT' }];
    await using role = await RestrictedRole.create(all, grants);
    const replicationDestinations = [role.in(all.destination())];
    await using replicator = all.start({ deferIndexes: true, once: true, replicationDestinations });
    await expect(replicator.ended()).rejects.toThrow('must own table "events"');
    expect(await all.count(all.destination())).toBe(0);
    expect(await waiting(all)).toBe(false);
  });
});

/** Indexes of which something could be lost on the way. */
const ODD_INDEXES = `
  CREATE FUNCTION public.first_letter(jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT left($1 ->> 'name', 1) $$;
  CREATE INDEX by_function ON events (first_letter(event));
  CREATE INDEX "Odd ""name"", with; signs" ON events ((event ->> 'tag') COLLATE "C" text_pattern_ops DESC NULLS LAST, id)
    INCLUDE (ts) WITH (fillfactor = 70) WHERE event ->> 'tag' <> 'a\\d''b' AND id > 0;
  CREATE INDEX inverted ON events USING gin (event jsonb_path_ops) WITH (fastupdate = off);
  CREATE INDEX in_blocks ON events USING brin (ts) WITH (pages_per_range = 16);
  CREATE INDEX since ON events (ts) WHERE ts > '2020-02-03 04:05:06+00' AND '1 year 2 mons -3 days'::interval > '1 day'::interval;`;

/** Each makes index events_ts one that CREATE INDEX would not make again. @returns what is said of it. */
const KEPT: Readonly<Record<string, string>> = {
  "COMMENT ON INDEX events_ts IS 'needed by the dashboard'": 'it has a comment',
  'ALTER TABLE events CLUSTER ON events_ts': 'CLUSTER uses it',
  'DROP INDEX events_ts; CREATE INDEX events_ts ON events ((ts), (id + 1)); ALTER INDEX events_ts ALTER COLUMN 2 SET STATISTICS 500':
    'it has a statistics target',
  'DROP INDEX events_ts; CREATE UNIQUE INDEX events_ts ON events (ts, id)': 'it keeps rows out',
  'DROP INDEX events_ts; ALTER TABLE events ADD CONSTRAINT events_ts EXCLUDE USING btree (id WITH =)':
    'it keeps rows out',
  "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'events_ts'::regclass": 'it is not valid',
  'ALTER INDEX events_ts DEPENDS ON EXTENSION plpgsql':
    'another object depends on it, or it belongs to an extension',
};

/** What is known of an index beyond its definition. */
async function fingerprint(all: Installation, name: string): Promise<unknown> {
  const [row] = await all.query(
    all.destination(),
    `SELECT c.oid, i.indisvalid, i.indisclustered, c.reltablespace, obj_description(c.oid, 'pg_class') AS comment,
            pg_get_indexdef(c.oid) AS definition, ARRAY(SELECT attstattarget FROM pg_attribute WHERE attrelid = c.oid) AS targets
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname = $1`,
    [name],
  );
  return row;
}

describe('indexes that say more than their names', () => {
  test.each([
    ['as the server has it', ''],
    [
      'with settings that change what SQL means',
      `ALTER DATABASE "$" SET standard_conforming_strings = off;
      ALTER DATABASE "$" SET quote_all_identifiers = on; ALTER DATABASE "$" SET intervalstyle = 'sql_standard';
      ALTER DATABASE "$" SET datestyle = 'SQL, DMY'; ALTER DATABASE "$" SET timezone = 'Asia/Kathmandu'`,
    ],
  ])('are built again just as they were, %s', async (_, settings) => {
    await using all = await createInstallation();
    await all.query(all.destination(), ODD_INDEXES);
    await all.append(200);
    const before = await indexes(all);
    if (settings !== '')
      await all.query(all.destination(), settings.replaceAll('$', all.destination().databaseName));
    await using running = all.start({ deferIndexes: true, once: true });
    await running.ended();
    await all.untilEqual();
    expect(await indexes(all)).toEqual(before);
    expect(running.log.of('index built')).toHaveLength(SECONDARY_INDEXES.length + 5);
  });

  test.each(Object.entries(KEPT))('stay where CREATE INDEX would lose it: %s', async (sql, because) => {
    await using all = await createInstallation();
    await all.query(all.destination(), sql);
    await all.append(20);
    const before = await fingerprint(all, 'events_ts');
    await using running = all.start({ deferIndexes: true, once: true });
    await running.ended();
    await all.untilEqual();
    expect(await fingerprint(all, 'events_ts')).toEqual(before);
    expect(running.log.of('some indexes are not deferred')).toMatchObject([
      { kept: [{ index: 'events_ts', because }] },
    ]);
    expect(running.log.of('index built')).toHaveLength(SECONDARY_INDEXES.length - 1);
  });

  test('stay in a table with partitions, all of them', async () => {
    await using all = await createInstallation();
    await all.query(
      all.destination(),
      `DROP TABLE events;
       CREATE TABLE events (id bigint NOT NULL, ts timestamptz NOT NULL, event jsonb NOT NULL) PARTITION BY RANGE (id);
       ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id);
       CREATE TABLE low PARTITION OF events FOR VALUES FROM (MINVALUE) TO (11);
       CREATE TABLE high PARTITION OF events DEFAULT;
       CREATE INDEX events_ts ON events (ts); CREATE INDEX low_only ON low (ts)`,
    );
    await all.append(20);
    const sql =
      'SELECT indexrelid AS oid, indisvalid FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE relnamespace = $1::regnamespace ORDER BY 1';
    const before = await all.query(all.destination(), sql, ['public']);
    await all.copyOnce({ deferIndexes: true });
    await all.untilEqual();
    expect(await all.query(all.destination(), sql, ['public'])).toEqual(before);
    expect(await waiting(all)).toBe(false);
  });

  test('stay in a tablespace of their own, and those that are built go where they were', async ({ skip }) => {
    await using all = await createInstallation();
    const [server] = await all.query<{ version: number }>(
      all.destination(),
      "SELECT current_setting('server_version_num')::int AS version",
    );
    skip((server?.version ?? 0) < 150_000, 'Before PostgreSQL 15 a tablespace needs a folder of the server.');
    const name = `${all.destination().databaseName}_space`;
    await all.query(all.destination(), 'SET allow_in_place_tablespaces = on');
    await all.query(all.destination(), `CREATE TABLESPACE ${name} LOCATION ''`);
    try {
      await all.query(all.destination(), `ALTER INDEX events_ts SET TABLESPACE ${name}`);
      await all.query(
        all.destination(),
        `ALTER DATABASE "${all.destination().databaseName}" SET default_tablespace = '${name}'`,
      );
      await all.append(20);
      const before = await fingerprint(all, 'events_ts');
      await all.copyOnce({ deferIndexes: true });
      expect(await fingerprint(all, 'events_ts')).toEqual(before);
      expect(await fingerprint(all, 'events_event_operation')).toMatchObject({ reltablespace: 0 });
    } finally {
      await all.query(all.destination(), 'DROP INDEX events_ts');
      await all.query(all.destination(), `DROP TABLESPACE ${name}`);
    }
  });
});

/** An index, the first one built, that is not done before an advisory lock is free. */
const SLOW_INDEX = `
  CREATE FUNCTION public.slowly(bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN $1; END $$;
  CREATE INDEX aaa_slow ON events (slowly(id));`;

/** An installation whose slow index waits while all others were built, and who holds it up. */
async function partlyBuilt() {
  const all = await createInstallation();
  await all.query(all.destination(), SLOW_INDEX);
  await all.append(100);
  const before = await indexes(all);
  const holder = await connectTo(all.destination());
  await holder.query('SELECT pg_advisory_lock(1)');
  const untilOthersAreBuilt = () =>
    until('all others were built', async () => {
      // An index that is taken off at that moment has no definition any more (XX000).
      const there = await indexes(all).catch(() => []);
      return there.length === before.length - 1;
    });
  return { all, before, holder, untilOthersAreBuilt };
}

async function oids(all: Installation): Promise<Record<string, unknown>> {
  const rows = await all.query<{ name: string; oid: number }>(
    all.destination(),
    "SELECT indexrelid::regclass::text AS name, indexrelid AS oid FROM pg_index WHERE indrelid = 'events'::regclass",
  );
  return Object.fromEntries(rows.map(({ name, oid }) => [name, oid]));
}

/** Sessions of ours that a server still has in the destination. */
async function sessionsOfReplicators(all: Installation): Promise<string[]> {
  const names = await all.foreignSessions();
  return names.filter((name) => name.includes(': slate-replicator'));
}

describe('partly built indexes', () => {
  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'are gone on with, after %s, and those that are there are not built twice',
    async (signal) => {
      const { all: installation, before, holder, untilOthersAreBuilt } = await partlyBuilt();
      await using all = installation;
      {
        await using command = all.startCommand(['--defer-indexes']);
        await untilOthersAreBuilt();
        command.send(signal);
        const { code } = await command.ended();
        expect(code).toBe(signal === 'SIGTERM' ? 0 : null);
        if (signal === 'SIGTERM') expect(await sessionsOfReplicators(all)).toEqual([]);
      }
      const built = await oids(all);
      expect(Object.keys(built)).not.toContain('aaa_slow');
      expect(await waiting(all)).toBe(true);
      await holder[Symbol.asyncDispose]();
      await all.append(10);
      await using running = all.start({ once: true });
      await running.ended();
      await all.untilEqual();
      expect(running.log.of('index built')).toMatchObject([{ index: 'aaa_slow' }]);
      expect(await oids(all)).toMatchObject(built);
      expect(await indexes(all)).toEqual(before);
      expect(await waiting(all)).toBe(false);
    },
  );

  test('are left as they are by a role that may not build, which goes on, and are finished by one that may', async () => {
    const { all: installation, before, holder, untilOthersAreBuilt } = await partlyBuilt();
    await using all = installation;
    await using role = await RestrictedRole.create(all, [
      { on: all.destination(), rights: 'SELECT, INSERT' },
    ]);
    {
      await using command = all.startCommand(['--defer-indexes']);
      await untilOthersAreBuilt();
      command.send('SIGKILL');
    }
    await holder[Symbol.asyncDispose]();
    {
      await using lesser = all.start({ replicationDestinations: [role.in(all.destination())] });
      await lesser.log.until('deferred indexes are not built');
      await all.append(10);
      await all.untilEqual();
      await lesser.stop();
    }
    expect(await waiting(all)).toBe(true);
    await all.copyOnce();
    expect(await indexes(all)).toEqual(before);
  });

  test('are gone on with after a session that builds was ended', async () => {
    const { all: installation, before, holder, untilOthersAreBuilt } = await partlyBuilt();
    await using all = installation;
    await using running = all.start({ deferIndexes: true, onError: 'retry' });
    await untilOthersAreBuilt();
    await all.query(
      all.destination(),
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE 'CREATE INDEX aaa_slow%'`,
    );
    const [failed] = await running.log.until('destination failed: trying again');
    expect(errorCode(failed?.['err'])).toBe('57P01');
    await holder[Symbol.asyncDispose]();
    await running.log.until('caught up');
    await all.untilEqual();
    expect(await indexes(all)).toEqual(before);
  });
});

/** Text that hardly compresses. */
function text(characters: number): string {
  const words = Array.from({ length: characters }, (_, n) => ((n * n * 7919 + n * 31) % 9973).toString(36));
  return words.join('').slice(0, characters);
}

describe('an index that a value is too long for', () => {
  test.each([
    ['and the server names it', 6_000, ''],
    ['and the server does not name it', 90_000, ''],
    ['and it is one of some events only', 90_000, 'WHERE id <> 2'],
  ])('is named with the event, %s; without it the others are built', async (_, characters, where) => {
    await using all = await createInstallation();
    await all.query(all.destination(), `CREATE INDEX words ON events ((event ->> 'words'), ts) ${where}`);
    await all.append([
      '{}',
      where === '' ? '{}' : JSON.stringify({ words: text(characters + 9_000) }),
      JSON.stringify({ words: text(characters) }),
      '{}',
    ]);
    await using running = all.start({ deferIndexes: true, onError: 'retry' });
    expect(await running.failure()).toMatchObject({
      message: expect.stringMatching(/Cannot build index "words" because of event 3 in .* \[54000\]/),
      hint: `To go on without this index, run in the destination: DELETE FROM public.slate_deferred_indexes WHERE name = 'words';`,
    });
    expect(running.log.of('destination failed: trying again')).toEqual([]);
    await all.query(all.destination(), "DELETE FROM slate_deferred_indexes WHERE name = 'words'");
    await all.copyOnce();
    await all.untilEqual();
    expect(await indexes(all)).toHaveLength(SECONDARY_INDEXES.length + 1);
    expect(await waiting(all)).toBe(false);
  });
});
