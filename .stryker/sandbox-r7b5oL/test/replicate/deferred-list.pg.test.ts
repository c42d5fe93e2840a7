/** `slate_deferred_indexes` says what is run in a destination: nobody else's is read, and it stops nothing. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { checkOnly } from '../../src/replicate/check.js';
import { SECONDARY_INDEXES } from '../../src/schema/objects.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { type LogRecord, LogRecords } from '../support/installation/log-records.js';
import { connectTo } from '../support/postgres/databases.js';

const NOT_BUILT = 'deferred indexes are not built';
const NEITHER = 'indexes are not deferred, and deferred ones are not built';

/** A list that holds one definition; a statement that would leave a trace unless told otherwise. */
function list(definition = 'CREATE TABLE public.trace AS SELECT current_user AS who'): string {
  return `CREATE TABLE public.slate_deferred_indexes (name text PRIMARY KEY, definition text NOT NULL);
    INSERT INTO public.slate_deferred_indexes VALUES ('zzz', '${definition.replaceAll("'", "''")}');`;
}

const INDEX = 'CREATE INDEX zzz ON public.events USING btree (ts)';

/** A role that may make tables in the destination. */
async function createStranger(all: Installation): Promise<RestrictedRole> {
  const stranger = await RestrictedRole.create(all, [{ on: all.destination(), rights: 'SELECT' }]);
  const { user } = stranger.in(all.destination());
  await all.query(all.destination(), `GRANT CREATE ON SCHEMA public TO ${user}`);
  return stranger;
}

async function runAs(params: ConnectionParams, sql: string): Promise<void> {
  await using session = await connectTo(params);
  await session.query(sql);
}

/** Tables, indexes and views of a destination that slate-init-db did not make. */
async function foreignObjects(all: Installation): Promise<string[]> {
  const rows = await all.query<{ name: string }>(
    all.destination(),
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relname NOT LIKE 'events%' AND relname NOT LIKE 'slate_deferred_indexes%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

/** What `--check` warns of. */
async function warningsOfCheck(all: Installation): Promise<LogRecord[]> {
  const log = new LogRecords();
  await checkOnly(all.config(), log.logger);
  return log.of(NOT_BUILT);
}

/** Replicates one event, live, and sees to it that the list was named and left alone. */
async function goesOn(all: Installation, message: RegExp): Promise<void> {
  const said = [
    { level: 40, err: { message: expect.stringMatching(message), hint: expect.stringMatching(/drop|DROP/) } },
  ];
  expect(await warningsOfCheck(all)).toMatchObject(said);
  await using running = all.start();
  await running.log.until('caught up');
  await all.append(1);
  await all.untilEqual();
  expect(running.log.of(NOT_BUILT)).toMatchObject(said);
  expect(await foreignObjects(all)).toEqual([]);
  expect(await all.query(all.destination(), 'SELECT FROM slate_deferred_indexes')).toHaveLength(1);
}

describe.concurrent('a list of somebody else', () => {
  test.each([
    ['a statement', list()],
    ['the definition of an index', list(INDEX)],
  ])('that holds %s is named, not read, and stops nothing', async (_, sql) => {
    await using all = await createInstallation();
    await using stranger = await createStranger(all);
    const { user } = stranger.in(all.destination());
    await runAs(stranger.in(all.destination()), `${sql}GRANT SELECT ON slate_deferred_indexes TO PUBLIC`);
    await all.append(5);
    await goesOn(
      all,
      new RegExp(`belongs to role "${user}", which neither runs this replicator nor owns events`),
    );
  });

  test('that is a view is not looked into', async () => {
    await using all = await createInstallation();
    await using stranger = await createStranger(all);
    await runAs(
      stranger.in(all.destination()),
      `CREATE FUNCTION public.act() RETURNS text LANGUAGE plpgsql AS
         $$ BEGIN EXECUTE 'CREATE TABLE public.trace ()'; RETURN 'x'; END $$;
       CREATE VIEW public.slate_deferred_indexes AS SELECT act() AS name, ''::text AS definition;
       GRANT SELECT ON slate_deferred_indexes TO PUBLIC`,
    );
    await all.append(5);
    expect(await warningsOfCheck(all)).toHaveLength(1);
    await all.copyOnce();
    await all.untilEqual();
    expect(await foreignObjects(all)).toEqual([]);
  });

  test('keeps indexes from being deferred, not events from being copied', async () => {
    await using all = await createInstallation();
    await using stranger = await createStranger(all);
    await runAs(
      stranger.in(all.destination()),
      'CREATE TABLE slate_deferred_indexes (name text, definition text)',
    );
    await all.append(5);
    await using running = all.start({ deferIndexes: true, once: true });
    await running.ended();
    await all.untilEqual();
    expect(running.log.of(NEITHER)).toHaveLength(1);
    expect(running.log.of('index built')).toEqual([]);
  });
});

/** What makes a list of ours one that others can have a say in, or another thing than the replicator makes. */
const CHANGED: Readonly<Record<string, { readonly sql: string; readonly message: RegExp }>> = {
  'others may insert into': {
    sql: 'GRANT INSERT ON slate_deferred_indexes TO PUBLIC',
    message: /^Roles other than "\w+" and "\w+" may write to table public.slate_deferred_indexes/,
  },
  'others may update a column of': {
    sql: 'GRANT UPDATE (definition) ON slate_deferred_indexes TO pg_monitor',
    message: /^Roles other than/,
  },
  'has row-level security': {
    sql: 'ALTER TABLE slate_deferred_indexes ENABLE ROW LEVEL SECURITY',
    message: /is not the table that the replicator creates/,
  },
  'has a rule': {
    sql: 'CREATE RULE r AS ON INSERT TO slate_deferred_indexes DO INSTEAD NOTHING',
    message: /is not the table that/,
  },
  'has a trigger': {
    sql: `CREATE TRIGGER t BEFORE DELETE ON slate_deferred_indexes FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
    message: /is not the table that/,
  },
  'has another column': {
    sql: 'ALTER TABLE slate_deferred_indexes ADD x int',
    message: /is not the table that/,
  },
  'has children': {
    sql: 'CREATE TABLE events_child () INHERITS (slate_deferred_indexes)',
    message: /is not the table that/,
  },
  'is forgotten in a crash': {
    sql: 'ALTER TABLE slate_deferred_indexes SET UNLOGGED',
    message: /is not the table that/,
  },
  'holds something else than an index': {
    sql: "UPDATE slate_deferred_indexes SET definition = 'DROP TABLE public.events'",
    message: /^The definition of "zzz" in table .* does not define an index on events/,
  },
  'holds an index on another table': {
    sql: "UPDATE slate_deferred_indexes SET definition = 'CREATE INDEX zzz ON public.events_other USING btree (ts)'",
    message: /^The definition of "zzz"/,
  },
  'holds an index of another name': {
    sql: `UPDATE slate_deferred_indexes SET definition = 'CREATE INDEX yyy ON public.events USING btree (ts)'`,
    message: /^The definition of "zzz"/,
  },
};

describe.concurrent('a list of ours is left alone, and named, when it', () => {
  test.each(Object.entries(CHANGED))('%s', async (_, { sql, message }) => {
    await using all = await createInstallation();
    await all.query(all.destination(), `${list(INDEX)}${sql}`);
    await all.append(5);
    await goesOn(all, message);
  });
});

test('a definition that ends in another statement is not run', async () => {
  await using all = await createInstallation();
  await all.query(all.destination(), list(`${INDEX}; CREATE TABLE public.trace ()`));
  await all.append(5);
  await using running = all.start();
  expect(await running.failure()).toMatchObject({
    message: expect.stringMatching(
      /Cannot build index "zzz" in .*cannot insert multiple commands.* \[42601\]/,
    ),
    hint: `To go on without this index, run in the destination: DELETE FROM public.slate_deferred_indexes WHERE name = 'zzz';`,
  });
  expect(await foreignObjects(all)).toEqual([]);
});

test('a definition that the server reads as something else is not kept', async () => {
  await using all = await createInstallation();
  const definition = 'CREATE INDEX zzz ON public.events USING btree (ts) WHERE 1 = 1';
  await all.query(all.destination(), list(definition));
  await all.append(5);
  await using running = all.start();
  expect(await running.failure()).toMatchObject({
    message: expect.stringContaining(`was not built as "${definition}"`),
  });
  expect(await all.query(all.destination(), "SELECT FROM pg_class WHERE relname = 'zzz'")).toEqual([]);
});

test('a list that was left over when all was built goes away', async () => {
  await using all = await createInstallation();
  const [row] = await all.query<{ definition: string }>(
    all.destination(),
    "SELECT pg_get_indexdef('events_ts'::regclass) AS definition",
  );
  await all.query(all.destination(), list(row?.definition).replace('zzz', 'events_ts'));
  await all.append(5);
  await using running = all.start({ once: true });
  await running.ended();
  await all.untilEqual();
  expect(await all.query(all.destination(), "SELECT to_regclass('slate_deferred_indexes') AS oid")).toEqual([
    { oid: null },
  ]);
  expect(running.log.of('index built')).toEqual([]);
});

test.each([
  ['not read', ''],
  ['read, but not build', 'GRANT SELECT ON slate_deferred_indexes TO $'],
])('a role that may %s what waits copies without it, and says who may', async (_, grant) => {
  await using all = await createInstallation();
  await using role = await RestrictedRole.create(all, [{ on: all.destination(), rights: 'SELECT, INSERT' }]);
  await all.query(all.destination(), list(INDEX));
  const { user = '' } = role.in(all.destination());
  if (grant !== '') await all.query(all.destination(), grant.replace('$', user));
  await all.append(5);
  const replicationDestinations = [role.in(all.destination())];
  await using running = all.start({ replicationDestinations, once: true });
  await running.ended();
  await all.untilEqual();
  expect(running.log.of(NOT_BUILT)).toMatchObject([
    {
      err: {
        message: expect.stringContaining('this role may not build them'),
        hint: `Start the replicator once as role "${all.destination().user}".`,
      },
    },
  ]);
  await all.copyOnce();
  expect(await all.query(all.destination(), "SELECT to_regclass('zzz') AS built")).toEqual([
    { built: expect.stringMatching(/zzz/) },
  ]);
});

test('nobody may write to the list that is made, whatever rights new tables are given', async () => {
  await using all = await createInstallation();
  await using stranger = await createStranger(all);
  const { user } = stranger.in(all.destination());
  await all.query(
    all.destination(),
    `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO PUBLIC, ${user};
     CREATE FUNCTION slowly(bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN $1; END $$;
     CREATE INDEX aaa_slow ON events (slowly(id))`,
  );
  await all.append(5);
  await using holder = await connectTo(all.destination());
  await holder.query('SELECT pg_advisory_lock(1)');
  await using running = all.start({ deferIndexes: true, once: true });
  await running.log.until('index built', { count: SECONDARY_INDEXES.length });
  const grants = await all.query(
    all.destination(),
    "SELECT FROM pg_class, aclexplode(relacl) WHERE oid = 'slate_deferred_indexes'::regclass AND grantee <> relowner",
  );
  expect(grants).toEqual([]);
  await holder.query('SELECT pg_advisory_unlock(1)');
  await running.ended();
});
