/** `--check --json` names what is wrong, and the statements that mend it: here they are run, and then nothing is wrong. */
import { describe, expect, test } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import type { CheckDocument } from '../../src/replicate/output/check-json.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';

type Finding = CheckDocument['findings'][number];

/** An installation that is reached as a role with the rights of docs/operations.md. */
async function installed() {
  const all = await createInstallation({ destinations: 2 });
  await all.append(5);
  const role = await RestrictedRole.create(all, [
    { on: all.source, rights: 'SELECT' },
    ...all.destinations.map((on) => ({ on, rights: 'SELECT, INSERT' })),
  ]);
  const names = ['berlin', 'rome'];
  const config = {
    eventSource: { ...role.in(all.source), name: 'the shop' },
    replicationDestinations: all.destinations.map((each, n) => ({ ...role.in(each), name: names[n] })),
  };
  const user = role.in(all.source).user ?? '';
  return {
    all,
    user,
    check: () => checkOf(all, config),
    async [Symbol.asyncDispose]() {
      await role[Symbol.asyncDispose]();
      await all[Symbol.asyncDispose]();
    },
  };
}

async function checkOf(all: Installation, config: Readonly<Record<string, unknown>>) {
  const { code, stdout } = await all.runCommand(['--check', '--json'], { config });
  return { code, ...(JSON.parse(stdout) as CheckDocument) };
}

async function mend(all: Installation, params: ConnectionParams, findings: readonly Finding[]) {
  for (const statement of findings.flatMap((finding) => finding.mend)) await all.query(params, statement);
}

const INSERTER = 'CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$';

const BROKEN: Readonly<Record<string, (user: string) => string>> = {
  'a missing table': (user) =>
    `ALTER TABLE events RENAME TO gone; DROP TABLE gone; ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT ON TABLES TO ${user}`,
  'a column of another type': () =>
    'ALTER TABLE events ALTER COLUMN event TYPE json USING event::json, ALTER COLUMN ts DROP NOT NULL',
  'a missing column': () => 'ALTER TABLE events DROP COLUMN ts',
  'a column too many': () => 'ALTER TABLE events ADD COLUMN "An ""Extra""" int',
  'no primary key': () => 'ALTER TABLE events DROP CONSTRAINT events_pkey',
  'another primary key': () =>
    'ALTER TABLE events DROP CONSTRAINT events_pkey, ADD CONSTRAINT "The Key" PRIMARY KEY (id, ts)',
  'an heir': () => 'CREATE TABLE "My heir" () INHERITS (events)',
  'objects of a source': () =>
    `CREATE TABLE id (id bigint); CREATE FUNCTION insert_events(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
     CREATE FUNCTION insert_events(a text, b int) RETURNS int LANGUAGE sql AS 'SELECT 1';
     CREATE FUNCTION notify_event_insert() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
     CREATE TRIGGER notify_insert AFTER INSERT ON events EXECUTE FUNCTION notify_event_insert()`,
  'a trigger that could change events': () =>
    `${INSERTER}; CREATE TRIGGER "My act" BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION act()`,
  'a role without rights': (user) => `REVOKE ALL ON events FROM ${user}`,
  'a role that may not use the schema': () => 'REVOKE USAGE ON SCHEMA public FROM PUBLIC',
  'row-level security': () => 'ALTER TABLE events ENABLE ROW LEVEL SECURITY',
};

describe('--check --json of a destination with', () => {
  test.each(Object.entries(BROKEN))('%s', async (_, breaking) => {
    await using installation = await installed();
    const { all, user, check } = installation;
    await all.query(all.destination(), breaking(user));
    const { code, ready, destinations, findings } = await check();
    expect({ code, ready }).toEqual({ code: 1, ready: false });
    expect(destinations.map(({ name }) => name)).toEqual(['rome']);
    for (const finding of findings) {
      expect(finding).toMatchObject({ severity: 'error', about: 'berlin' });
      expect(finding.mend).not.toEqual([]);
    }
    await mend(all, all.destination(), findings);
    expect(await check()).toMatchObject({ code: 0, ready: true, findings: [] });
  });

  test('no right to connect', async () => {
    await using installation = await installed();
    const { all, check } = installation;
    await all.query(
      all.destination(),
      `REVOKE CONNECT ON DATABASE "${all.destination().databaseName}" FROM PUBLIC`,
    );
    const { findings } = await check();
    expect(findings).toMatchObject([
      { about: 'berlin', problem: expect.stringContaining('Cannot connect to berlin') },
    ]);
    await mend(all, all.destination(), findings);
    expect(await check()).toMatchObject({ ready: true, findings: [] });
  });
});

describe('--check --json of a source with', () => {
  test.each([
    'DROP TRIGGER notify_insert ON events',
    'DROP TRIGGER check_sql_command ON events',
    'DROP FUNCTION insert_events(text); DROP FUNCTION append_events(jsonb[])',
    'DROP FUNCTION notify_event_insert() CASCADE; DROP FUNCTION filter_sql_command() CASCADE',
    'DROP FUNCTION restore_events(text, text, text, text)',
    'DROP TABLE id',
  ])('%s', async (breaking) => {
    await using installation = await installed();
    const { all, check } = installation;
    await all.query(all.source, breaking);
    const { code, ready, findings } = await check();
    expect({ code, ready }).toEqual({ code: 1, ready: false });
    await mend(all, all.source, findings);
    expect(await check()).toMatchObject({ code: 0, ready: true, findings: [] });
    expect(await all.append(1)).toBe(6n);
  });

  test('a trigger that is switched off: a warning', async () => {
    await using installation = await installed();
    const { all, check } = installation;
    await all.query(all.source, 'ALTER TABLE events DISABLE TRIGGER notify_insert');
    const { code, ready, findings } = await check();
    expect({ code, ready }).toEqual({ code: 0, ready: true });
    expect(findings).toMatchObject([{ severity: 'warning', about: 'the shop' }]);
    await mend(all, all.source, findings);
    expect((await check()).findings).toEqual([]);
  });
});

describe('--check --json', () => {
  test('tells nobody to drop what makes a source when a source stands where a destination belongs', async () => {
    await using all = await createInstallation();
    await using other = await createInstallation();
    const { ready, findings } = await checkOf(all, { replicationDestinations: [other.source] });
    expect(ready).toBe(false);
    expect(findings.map(({ problem }) => problem)).toContain('table "id" belongs to a source only');
    expect(findings.flatMap(({ mend }) => mend)).toEqual([]);
  });

  test('says what a run would copy, with ids as strings', async () => {
    await using installation = await installed();
    const { all, check } = installation;
    await all.copyOnce();
    await all.append(3);
    await all.query(all.destination(1), 'DELETE FROM events WHERE id = 2');
    expect(await check()).toMatchObject({
      ready: true,
      source: { name: 'the shop', events: '8', maxId: '8' },
      destinations: [
        {
          name: 'berlin',
          events: '5',
          missingEvents: '3',
          missingRanges: [{ from: '6', to: '8' }],
          writer: null,
        },
        {
          name: 'rome',
          events: '4',
          missingEvents: '4',
          missingRanges: [
            { from: '2', to: '2' },
            { from: '6', to: '8' },
          ],
        },
      ],
      servers: [{ needed: expect.any(Number), free: expect.any(Number) }],
      findings: [],
    });
  });

  test('finds a divergence, which no statement mends', async () => {
    await using installation = await installed();
    const { all, check } = installation;
    await all.copyOnce();
    await all.query(all.destination(), `UPDATE events SET event = '{"z": 1}' WHERE id = 5`);
    const { code, findings } = await check();
    expect(code).toBe(3);
    expect(findings).toMatchObject([{ severity: 'error', about: 'berlin', mend: [] }]);
  });

  test('of a source that is down, and of a wrong configuration, is a document too', async () => {
    await using all = await createInstallation();
    const down = await checkOf(all, { eventSource: { ...all.source, port: 1 } });
    expect(down).toMatchObject({ code: 1, ready: false, source: null });
    expect(down.findings).toMatchObject([{ problem: expect.stringContaining('ECONNREFUSED') }]);
    const wrong = await checkOf(all, { lanes: 0 });
    expect(wrong).toMatchObject({ code: 2, ready: false });
    expect(wrong.findings).toMatchObject([
      { problem: expect.stringContaining('lanes: expected at least 1') },
    ]);
  });

  test.each([['--json'], ['--json', '--check', '--dry-run'], ['--json', '--once']])(
    '%j %s %s: without --check there is no document',
    async (...args) => {
      await using all = await createInstallation();
      const { code, stdout, stderr } = await all.runCommand(args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('--json goes with --check');
    },
  );
});

test('--check in words tells the statements, too', async () => {
  await using installation = await installed();
  const { all, user } = installation;
  const [first] = all.destinations;
  await all.query(all.destination(), `REVOKE INSERT ON events FROM ${user}`);
  const config = { replicationDestinations: [{ ...first, user, password: 'restricted' }] };
  const { stdout } = await all.runCommand(['--check', '--log-format', 'text'], { config });
  expect(stdout).toContain(`This mends it:\n  GRANT INSERT ON public.events TO ${user};\n`);
});
