/** `slate-status` asks the databases themselves; what it says is what is in them, whether a replicator runs or not. */
import { describe, expect, test } from 'vitest';
import { placeOf } from '../../src/pg/connection-params.js';
import { SECONDARY_INDEXES } from '../../src/schema/objects.js';
import { type CommandResult, RunningCommand } from '../support/commands/command.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { TableLock } from '../support/databases/table-lock.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { MuteServer } from '../support/network/mute-server.js';
import { connectTo } from '../support/postgres/databases.js';
import { until } from '../support/until.js';

const NAMES = ['berlin', 'Köln', 'rome', 'oslo'];

/** An installation whose destinations have names. */
function named(all: Installation) {
  const replicationDestinations = all.destinations.map((params, n) => ({ ...params, name: NAMES[n] }));
  return { eventSource: { ...all.source, name: 'the shop' }, replicationDestinations };
}

type Config = Readonly<Record<string, unknown>>;

function start(all: Installation, args: readonly string[], config: Config = named(all)): RunningCommand {
  return new RunningCommand('slate-status', ['-c', all.writeConfig(config), ...args]);
}

async function run(all: Installation, args: readonly string[], config?: Config): Promise<CommandResult> {
  await using command = start(all, args, config);
  return await command.ended();
}

/** The document that `--json` prints, and the exit code. */
async function statusOf(all: Installation, args: readonly string[] = [], config?: Config) {
  const { code, stdout, stderr } = await run(all, ['--json', ...args], config);
  expect(stderr).toBe('');
  return { code, ...JSON.parse(stdout) };
}

describe('slate-status says how far each destination is behind', () => {
  test('in events, exactly, and in seconds by the clock of the source, without a replicator', async () => {
    await using all = await createInstallation({ destinations: 3 });
    await all.append(5);
    await all.copyOnce({ replicationDestinations: all.destinations.slice(0, 2) });
    await all.append(3);
    await all.copyOnce({ replicationDestinations: all.destinations.slice(0, 1) });
    await all.query(
      all.source,
      "SET session_replication_role = replica; UPDATE events SET ts = ts - interval '1 hour'",
    );
    const { code, source, destinations } = await statusOf(all);
    expect(code).toBe(0);
    expect(source).toMatchObject({ name: 'the shop', maxId: '8', error: null });
    expect(destinations).toMatchObject([
      { name: 'berlin', maxId: '8', lagEvents: '0', lagSeconds: 0, writer: null, within: true },
      { name: 'Köln', maxId: '5', lagEvents: '3' },
      { name: 'rome', maxId: null, lagEvents: '8' },
    ]);
    for (const { lagSeconds } of destinations.slice(1)) expect(Math.floor(lagSeconds / 60)).toBe(60);
  });

  test('counts what is missing in the middle, and tells where', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(300);
    await all.copyOnce();
    await all.append(50);
    await all.query(all.destination(), 'DELETE FROM events WHERE id IN (7, 8, 9, 150)');
    const { destinations } = await statusOf(all);
    expect(destinations).toMatchObject([
      {
        lagEvents: '54',
        gaps: {
          events: '4',
          ranges: 2,
          first: [
            { from: '7', to: '9' },
            { from: '150', to: '150' },
          ],
        },
      },
      { lagEvents: '50', gaps: { events: '0', ranges: 0 } },
    ]);
    const { stdout } = await run(all, []);
    expect(stdout).toMatch(/berlin +300 +54 /);
    expect(stdout).toContain('berlin: lacks 4 events below its last id, in ids 7 to 9, 150\n');
  });

  test('with --quick counts only what is behind the last id', async () => {
    await using all = await createInstallation();
    await all.append(300);
    await all.copyOnce();
    await all.append(50);
    await all.query(all.destination(), 'DELETE FROM events WHERE id = 7');
    const { destinations } = await statusOf(all, ['--quick']);
    expect(destinations).toMatchObject([{ lagEvents: '50', gaps: null }]);
  });

  test('takes holes of the source for no gaps, and ids to the last there can be', async () => {
    await using all = await createInstallation({ destinations: 3 });
    const insert = (ids: readonly bigint[]) =>
      all.query(all.source, `INSERT INTO events SELECT id, now(), '{}' FROM unnest($1::bigint[]) AS id`, [
        ids,
      ]);
    await insert([-(2n ** 63n), -7n, 2n ** 53n + 1n]);
    await all.copyOnce({ replicationDestinations: [all.destination(0), all.destination(1)] });
    await insert([2n ** 63n - 2n, 2n ** 63n - 1n]);
    await all.copyOnce({ replicationDestinations: [all.destination(0)] });
    await all.query(all.destination(0), 'DELETE FROM events WHERE id = -7');
    const { destinations, source } = await statusOf(all);
    expect(source.maxId).toBe('9223372036854775807');
    expect(destinations).toMatchObject([
      {
        maxId: '9223372036854775807',
        lagEvents: '1',
        gaps: { events: '1', first: [{ from: '-7', to: '-7' }] },
      },
      { maxId: '9007199254740993', lagEvents: '2', gaps: { events: '0' } },
      { lagEvents: '5', gaps: { events: '0' } },
    ]);
  });

  test('never too much nor too little while a replicator copies what is being appended', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await using replicator = all.start();
    for (let n = 0; n < 5; n++) {
      const looking = statusOf(all);
      for (let m = 0; m < 20; m++) await all.append(20);
      const { code, destinations } = await looking;
      expect(code).toBe(0);
      for (const { gaps } of destinations) expect(gaps).toMatchObject({ events: '0' });
    }
    await all.untilEqual();
    await replicator.stop();
    expect((await statusOf(all)).destinations).toMatchObject([{ lagEvents: '0' }, { lagEvents: '0' }]);
  });
});

test('slate-status takes nothing for too much that came after it had counted the source', async () => {
  await using all = await createInstallation();
  await all.append(5);
  await all.copyOnce();
  await using writer = await connectTo(all.destination());
  await writer.query('BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE');
  await using command = start(all, ['--json']);
  await until('it had counted the source, and waited for the destination', async () => {
    const sessions = await all.query(
      all.source,
      `SELECT FROM pg_stat_activity
        WHERE application_name = 'slate-status:the shop' AND datname = current_database() AND state = 'idle' AND query LIKE '%count(*)%'
           OR application_name = 'slate-status:berlin' AND datname = $1 AND wait_event_type = 'Lock'`,
      [all.destination().databaseName],
    );
    return sessions.length === 2;
  });
  await all.append(3);
  const later = 'SELECT id, ts::text, event FROM events WHERE id > 5';
  for (const { id, ts, event } of await all.query<Row>(all.source, later))
    await writer.query('INSERT INTO events VALUES ($1::bigint, $2::timestamptz, $3::jsonb)', [id, ts, event]);
  await all.append(1);
  await writer.query('COMMIT');
  const { code, stdout } = await command.ended();
  const { source, destinations } = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(source.maxId).toBe('9');
  expect(destinations).toMatchObject([{ maxId: '8', lagEvents: '1', gaps: { events: '0' }, problems: [] }]);
});

interface Row {
  readonly id: bigint;
  readonly ts: string;
  readonly event: string;
}

describe('a role that may have few connections', () => {
  async function limited(limit: number) {
    const all = await createInstallation({ destinations: 12 });
    await all.append(5);
    const databases = [all.source, ...all.destinations];
    const role = await RestrictedRole.create(
      all,
      databases.map((on) => ({ on, rights: 'SELECT, INSERT' })),
    );
    await all.query(all.source, `ALTER ROLE ${role.in(all.source).user} CONNECTION LIMIT ${limit}`);
    const config = {
      eventSource: role.in(all.source),
      replicationDestinations: all.destinations.map((each) => role.in(each)),
    };
    return { all, config, role };
  }

  test('is waited for: sessions of the look end soon', async () => {
    const { all, config, role } = await limited(3);
    await using _all = all;
    await using _role = role;
    const { code, destinations } = await statusOf(all, ['--max-lag-events', '5'], config);
    expect(destinations.map((each: { readonly lagEvents: unknown }) => each.lagEvents)).toEqual(
      Array(12).fill('5'),
    );
    expect(code).toBe(0);
  });

  test('is told of where there is never one', async () => {
    const { all, config, role } = await limited(1);
    await using _all = all;
    await using _role = role;
    const { code, destinations } = await statusOf(all, ['--timeout', '2'], config);
    expect(code).toBe(2);
    expect(destinations[0].error.message).toMatch(/^Cannot connect to .*\[53300\]$/);
  });
});

describe('slate-status ends with', () => {
  test('0 within the limits, 1 beyond them, and says which', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(5);
    await all.copyOnce({ replicationDestinations: [all.destination(0)] });
    await all.query(
      all.source,
      "SET session_replication_role = replica; UPDATE events SET ts = ts - interval '1 hour'",
    );
    expect((await statusOf(all, ['--max-lag-events', '5', '--max-lag-seconds', '4000'])).within).toBe(true);
    const events = await run(all, ['--max-lag-events', '4']);
    expect(events.code).toBe(1);
    expect(events.stdout).toContain('\nKöln: 5 events behind, more than 4\n');
    expect(events.stdout).toContain('\n2 destinations: 1 within the limits, 1 not\n');
    const seconds = await run(all, ['--max-lag-seconds', '3000']);
    expect(seconds.code).toBe(1);
    expect(seconds.stdout).toMatch(/\nKöln: 3,6\d\d s behind, more than 3,000 s\n/);
    expect((await run(all, ['--max-lag-events', '4', '--destination', 'berlin'])).code).toBe(0);
  });

  test('2 where a database is down, and tells about the others', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(5);
    const config = named(all);
    const [berlin, cologne] = config.replicationDestinations;
    const replicationDestinations = [{ ...berlin, port: 1 }, cologne];
    const { code, stdout } = await run(all, ['--max-lag-events', '5'], {
      ...config,
      replicationDestinations,
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(/\nberlin +\? +\? +\? +\? +\?\n/);
    expect(stdout).toMatch(/\nCannot connect to berlin \(.*:1\/.*ECONNREFUSED/);
    expect(stdout).toMatch(/\nKöln +5 /);
    expect(stdout).toContain('\n2 destinations: 1 within the limits, 1 unknown\n');
    const beyond = await run(all, ['--max-lag-events', '4'], { ...config, replicationDestinations });
    expect(beyond.code).toBe(1);
  });

  test('2 where the source is down, and tells what the destinations hold', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(5);
    await all.copyOnce();
    const config = { ...named(all), eventSource: { ...all.source, name: 'the shop', port: 1 } };
    const { code, source, destinations, within } = await statusOf(all, [], config);
    expect({ code, within }).toEqual({ code: 2, within: null });
    expect(source.error.message).toContain(`Cannot connect to the shop (${all.source.host}:1/`);
    expect(destinations).toMatchObject([
      { maxId: '5', lagEvents: null, error: null },
      { maxId: '5', lagEvents: null, error: null },
    ]);
  });

  test('2 where the source says nothing, and tells what the destinations hold', async () => {
    await using all = await createInstallation();
    await using mute = await MuteServer.start();
    await all.append(5);
    await all.copyOnce();
    const config = { ...named(all), eventSource: { ...all.source, ...mute.place } };
    const { code, source, destinations } = await statusOf(all, ['--timeout', '3'], config);
    expect(code).toBe(2);
    expect(source.error.message).toMatch(/did not answer within 3 s|not connected after 3000 ms/);
    expect(destinations).toMatchObject([{ maxId: '5', lagEvents: null, error: null }]);
  });

  test('2 where a server says nothing, after --timeout, which holds up no others', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await using mute = await MuteServer.start();
    await all.append(5);
    const config = named(all);
    const [berlin, cologne] = config.replicationDestinations;
    const replicationDestinations = [
      ...Array.from({ length: 30 }, (_, n) => ({
        ...berlin,
        ...mute.place,
        databaseName: `x${n}`,
        name: `mute ${n}`,
      })),
      cologne,
    ];
    const { code, destinations } = await statusOf(all, ['--timeout', '2'], {
      ...config,
      replicationDestinations,
    });
    expect(code).toBe(2);
    expect(destinations.at(-1)).toMatchObject({ name: 'Köln', lagEvents: '5', error: null });
    for (const { error } of destinations.slice(0, -1))
      expect(error.message).toMatch(
        /^Cannot (?:look at|connect to) mute \d+ \(.*(?:did not answer within 2 s|not connected after 2000 ms)/,
      );
  });

  test('2 where counting takes too long, and says how to do without', async () => {
    await using all = await createInstallation();
    await using lock = await TableLock.take(all.source, 'ACCESS EXCLUSIVE');
    const { code, source } = await statusOf(all, ['--timeout', '1']);
    expect(code).toBe(2);
    expect(source.error.message).toMatch(/^Cannot look at the shop .* it did not answer within 1 s\.$/);
    expect(source.error.hint).toContain('--quick');
    await lock.release();
  });

  test('1 where a destination has events that the source does not have', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(5);
    await all.copyOnce();
    await all.query(all.destination(0), "INSERT INTO events VALUES (6, now(), '{}')");
    await all.query(
      all.destination(1),
      "UPDATE events SET id = 0 WHERE id = 3; INSERT INTO events VALUES (-1, now(), '{}')",
    );
    const { code, destinations } = await statusOf(all);
    expect(code).toBe(1);
    expect(destinations[0].problems[0].message).toMatch(
      /^Destination berlin .* is ahead of the source: its last event is 6,/,
    );
    expect(destinations[1].problems[0].message).toMatch(
      /^Destination Köln .* holds event -1, which the source does not have\.$/,
    );
  });

  test('1 where the role lacks rights, or the database is none', async () => {
    await using all = await createInstallation({ destinations: 3 });
    await all.append(5);
    const onlyReads = [{ on: all.destination(0), rights: 'SELECT' }];
    await using role = await RestrictedRole.create(all, onlyReads);
    await all.query(all.destination(1), 'DROP TABLE events');
    const config = {
      ...named(all),
      replicationDestinations: [role.in(all.destination(0)), all.destination(1), all.destination(2)],
    };
    const { code, destinations } = await statusOf(all, [], config);
    expect(code).toBe(1);
    expect(destinations).toMatchObject([
      { within: false, lagEvents: '5', problems: [{ message: expect.stringContaining('may not INSERT') }] },
      {
        within: false,
        lagEvents: null,
        problems: [{ message: expect.stringContaining('"events" is missing') }],
      },
      { within: true, lagEvents: '5', problems: [] },
    ]);
  });

  test.each([
    [['--max-lag-events', '-1'], "option '--max-lag-events <n>' cannot take this value."],
    [['--max-lag-seconds', 'x'], "option '--max-lag-seconds <n>' cannot take this value."],
    [['--timeout', '0'], "option '--timeout <seconds>' cannot take this value."],
    [['--watch', '0'], "option '--watch [seconds]' cannot take this value."],
    [['--destination', 'Berlin'], 'The configuration has no destination named "Berlin".'],
  ])('2 where the arguments are wrong: %j', async (args, problem) => {
    await using all = await createInstallation();
    const { code, stdout, stderr } = await run(all, args);
    expect(stderr).toContain(problem);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

test('slate-status says who writes, from where, and since when', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await using replicator = all.start({ replicationDestinations: [all.destination(0)] });
  await replicator.log.until('caught up');
  const { destinations } = await statusOf(all);
  const [begun] = await all.query<{ since: string }>(
    all.destination(0),
    `SELECT to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since FROM pg_stat_activity
      WHERE datname = current_database() AND starts_with(application_name, 'slate-replicator/control:')`,
  );
  const application = `slate-replicator/control:${placeOf(all.destination(0))}`.slice(0, 63);
  expect(destinations).toMatchObject([{ writer: { application, since: begun?.since } }, { writer: null }]);
  await replicator.stop();
});

test('slate-status says who holds a destination', async () => {
  await using all = await createInstallation({ destinations: 2 });
  const config = named(all);
  await using hold = new RunningCommand('slate-hold', [
    ...['-c', all.writeConfig(config), '--destination', 'Köln', '--for', '10m'],
  ]);
  const holdsOf = async () => (await statusOf(all, [], config)).destinations.map(heldBy);
  await until('it was held', async () => (await holdsOf())[1] !== null);
  const { stdout } = await run(all, [], config);
  expect(stdout).toMatch(/\nKöln .* held\n/);
  expect(stdout).toMatch(/\nKöln: held by "slate-hold\/.*" from .* since 20.* UTC\n/);
  expect((await statusOf(all, [], config)).destinations).toMatchObject([
    { heldBy: null, writer: null },
    { heldBy: { application: expect.stringContaining('slate-hold/') }, writer: null },
  ]);
  hold.send('SIGTERM');
  await hold.ended();
  expect(await holdsOf()).toEqual([null, null]);
});

test('slate-status leaves out what the configuration pauses, unless it is named', async () => {
  await using all = await createInstallation({ destinations: 2 });
  const { replicationDestinations, ...config } = named(all);
  const [berlin, cologne] = replicationDestinations;
  const paused = { ...config, replicationDestinations: [{ ...berlin, port: 1, paused: true }, cologne] };
  const { code, within, destinations } = await statusOf(all, [], paused);
  expect({ code, within }).toEqual({ code: 0, within: true });
  expect(destinations).toMatchObject([
    { paused: true, maxId: null, error: null, within: null },
    { paused: false, within: true },
  ]);
  const { stdout } = await run(all, [], paused);
  expect(stdout).toMatch(/\nberlin +paused\n/);
  expect(stdout).toContain('\n2 destinations: 1 up to date, 1 paused\n');
  const asked = await run(all, ['--destination', 'berlin'], paused);
  expect(asked.code).toBe(2);
  expect(asked.stdout).toContain('berlin: paused by the configuration\n');
});

const heldBy = (destination: { readonly heldBy: unknown }) => destination.heldBy;

test('slate-status says which deferred indexes are still to be built', async () => {
  await using all = await createInstallation();
  for (let n = 0; n < 3; n++) await all.append(10_000);
  await using blocker = await connectTo(all.destination());
  {
    await using killed = all.startCommand(['--once', '--defer-indexes']);
    await until('the indexes were taken off', async () => {
      const [row] = await all.query<{ there: boolean }>(
        all.destination(),
        `SELECT to_regclass('public.slate_deferred_indexes') IS NOT NULL AS there`,
      );
      return row?.there === true;
    });
    await blocker.query('BEGIN; LOCK TABLE events IN ROW EXCLUSIVE MODE');
    killed.send('SIGKILL');
    await killed.ended();
  }
  await blocker.query('ROLLBACK');
  const { code, destinations } = await statusOf(all);
  expect(code).toBe(0);
  expect(destinations).toMatchObject([{ indexesToBuild: [...SECONDARY_INDEXES].sort() }]);
});

test('the sessions of slate-status have names', async () => {
  await using all = await createInstallation();
  await using lock = await TableLock.take(all.destination(), 'ACCESS EXCLUSIVE');
  await using command = start(all, []);
  await lock.untilWaitedFor();
  const sessions = await all.query(
    all.source,
    `SELECT application_name AS name, datname = $1 AS "isSource" FROM pg_stat_activity
      WHERE application_name LIKE 'slate-status%' AND datname = ANY ($2::text[]) ORDER BY 1`,
    [all.source.databaseName, [all.source, all.destination()].map(({ databaseName }) => databaseName)],
  );
  expect(sessions).toEqual([
    { name: 'slate-status:berlin', isSource: false },
    { name: 'slate-status:the shop', isSource: true },
  ]);
  await lock.release();
  expect((await command.ended()).code).toBe(0);
});

describe('slate-status --watch', () => {
  test('prints a document a line, and ends within two seconds with the last verdict', async () => {
    await using all = await createInstallation();
    await all.append(5);
    await using command = start(all, ['--watch', '1', '--json', '--max-lag-events', '0']);
    const behind = () =>
      command.log.all.map((record) => (record as never as Watched).destinations[0]?.lagEvents);
    await until('it had looked', () => behind().includes('5'));
    await all.copyOnce();
    await until('it had looked again', () => behind().includes('0'));
    const stoppedAtMs = performance.now();
    command.send('SIGINT');
    const { code, stderr } = await command.ended();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(performance.now() - stoppedAtMs).toBeLessThan(2_000);
  });

  test('goes on after a look that could not tell', async () => {
    await using all = await createInstallation();
    const config = named(all);
    const file = all.writeConfig(config);
    await all.query(all.source, 'ALTER TABLE events RENAME TO gone');
    await using command = new RunningCommand('slate-status', ['-c', file, '--watch', '1', '--json']);
    const verdicts = () => command.log.all.map((record) => (record as never as Watched).within);
    await until('it could not tell', () => verdicts().includes(null));
    await all.query(all.source, 'ALTER TABLE gone RENAME TO events');
    await until('it could', () => verdicts().includes(true));
    command.send('SIGTERM');
    expect((await command.ended()).code).toBe(0);
  });
});

interface Watched {
  readonly within: boolean | null;
  readonly destinations: readonly { readonly lagEvents: string | null }[];
}

test('slate-status --dry-run shows the configuration, connects to nothing and shows no password', async () => {
  await using all = await createInstallation();
  const config = { ...named(all), eventSource: { ...all.source, port: 1 } };
  const { code, stdout } = await run(all, ['--dry-run'], config);
  expect(code).toBe(0);
  expect(stdout).toContain(
    `The configuration is valid. Nothing was connected to.\neventSource: ${all.source.host}:1/`,
  );
  expect(stdout).not.toContain(all.source.password);
});
