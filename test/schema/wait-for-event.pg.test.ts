/** Reading what one has written: `wait_for_event` in a destination. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { connectTo, createDestination } from '../support/postgres/databases.js';
import { startPostgres } from '../support/postgres/server.js';
import { sharedServer, sharedServerFacts } from '../support/postgres/shared-server.js';
import { until } from '../support/until.js';

let all: Installation;
let destination: ConnectionParams;
let reader: Connection;

beforeAll(async () => {
  all = await createInstallation();
  destination = all.destination();
  reader = await connectTo(destination);
});
afterAll(async () => {
  await reader[Symbol.asyncDispose]();
  await all[Symbol.asyncDispose]();
});

const FOREVER_MS = 2_147_483_647;

async function waitFor(id: bigint | null, timeoutMs: number | null, session = reader) {
  const [row] = await session.query<{ here: boolean }>(
    'SELECT wait_for_event($1::bigint, $2::integer) AS here',
    [id, timeoutMs],
  );
  return row?.here;
}

function insert(...ids: bigint[]): Promise<unknown> {
  const rows = ids.map((id) => `(${id}, now(), '{}')`).join(', ');
  return all.query(destination, `INSERT INTO events VALUES ${rows}`);
}

/** Waits until a session waits in the function. */
function untilItSleeps(session = reader): Promise<void> {
  const sleeping = "SELECT FROM pg_stat_activity WHERE pid = $1::int AND wait_event = 'PgSleep'";
  return until('it slept', async () => {
    return (await all.query(destination, sleeping, [session.backendPid])).length === 1;
  });
}

test('of an empty destination it says after the time that the event is not there', async () => {
  expect(await waitFor(1n, 0)).toBe(false);
  const startedAt = performance.now();
  expect(await waitFor(1n, 50)).toBe(false);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
});

test('it sees an event that is committed while it waits, and not before it is committed', async () => {
  const waiting = waitFor(3n, FOREVER_MS);
  await using writer = await connectTo(destination);
  await writer.query("BEGIN; INSERT INTO events VALUES (3, now(), '{}')");
  await untilItSleeps();
  expect(await waitFor(3n, 20, writer)).toBe(true);
  await writer.query('ROLLBACK');
  await untilItSleeps();
  await insert(1n, 2n, 3n);
  expect(await waiting).toBe(true);
});

test('it says at once that an event is there, also without a time to wait, and so it does of a hole', async () => {
  await insert(10n);
  for (const id of [1n, 3n, 5n, 10n, -7n]) expect(await waitFor(id, 0)).toBe(true);
  expect(await waitFor(11n, 0)).toBe(false);
});

test.for<[bigint | null, number | null]>([
  [null, 10],
  [1n, null],
  [1n, -1],
])('it refuses (%s, %s)', async ([id, timeoutMs]) => {
  await expect(waitFor(id, timeoutMs)).rejects.toThrow(
    'wait_for_event needs an id, and a timeout in milliseconds that is not negative',
  );
});

test.for(['REPEATABLE READ', 'SERIALIZABLE'])('a transaction that is %s is refused', async (level) => {
  await using session = await connectTo(destination);
  await session.query(`BEGIN ISOLATION LEVEL ${level}`);
  await expect(waitFor(1n, 10, session)).rejects.toThrow(
    `wait_for_event would wait in vain: a transaction that is ${level} sees no commit of others`,
  );
});

test('in a transaction that is READ COMMITTED, the next statement sees the event; the one that waits does not', async () => {
  await using session = await connectTo(destination);
  await session.query('BEGIN');
  const waiting = session.query(
    `SELECT wait_for_event(21, ${FOREVER_MS}) AS here, (SELECT max(id) FROM events) AS "maxId"`,
  );
  await untilItSleeps(session);
  await insert(20n, 21n);
  expect(await waiting).toEqual([{ here: true, maxId: 10n }]);
  expect(await session.query('SELECT max(id) AS "maxId" FROM events')).toEqual([{ maxId: 21n }]);
});

test('a cancel ends it', async () => {
  await using session = await connectTo(destination);
  const waiting = expect(waitFor(99n, FOREVER_MS, session)).rejects.toThrow('canceling statement');
  await untilItSleeps(session);
  await all.query(destination, 'SELECT pg_cancel_backend($1::int)', [session.backendPid]);
  await waiting;
});

test('a reader may call it, and nobody who may not read events', async () => {
  await using role = await RestrictedRole.create(all, [{ on: destination, rights: 'SELECT' }]);
  await using other = await RestrictedRole.create(all, []);
  await using allowed = await connectTo(role.in(destination));
  expect(await waitFor(1n, 0, allowed)).toBe(true);
  await using stranger = await connectTo(other.in(destination));
  await expect(waitFor(1n, 0, stranger)).rejects.toThrow('permission denied for table events');
});

test('what a session makes or sets does not change what it says', async () => {
  await using session = await connectTo(destination);
  await session.query(
    `CREATE TEMP TABLE events (id bigint); INSERT INTO pg_temp.events VALUES (1000);
     SET search_path = pg_temp, public; SET enable_indexscan = off; SET enable_indexonlyscan = off`,
  );
  const [row] = await session.query('SELECT public.wait_for_event(1000, 10) AS here');
  expect(row).toEqual({ here: false });
});

test('a plan that was made while the table was small does not read all of a large one', async ({ skip }) => {
  skip(sharedServerFacts().major < 15, 'This server flushes its statistics late.');
  const params = await createDestination(sharedServer());
  await using writer = await connectTo(params);
  await writer.query("INSERT INTO events VALUES (0, now(), '{}'); ANALYZE events");
  await using session = await connectTo(params);
  for (let n = 0; n < 10; n++) await waitFor(1n, 0, session);
  await writer.query(
    "INSERT INTO events SELECT n, now(), '{}' FROM generate_series(1, 20000) AS n; SELECT pg_stat_force_next_flush()",
  );
  const scans = async () => {
    const [row] = await writer.query<{ rows: bigint }>(
      "SELECT seq_tup_read AS rows FROM pg_stat_user_tables WHERE relname = 'events'",
    );
    return row?.rows;
  };
  const before = await scans();
  expect(await waitFor(20_001n, 0, session)).toBe(false);
  await session.query('SELECT pg_stat_force_next_flush()');
  expect(await scans()).toBe(before);
});

test('it works in a hot standby of a destination', async ({ skip }) => {
  await using primary = await startPostgres();
  skip(primary.standby === undefined, 'This server cannot have a standby.');
  const params = await createDestination(primary);
  const standby = await primary.standby?.();
  if (standby === undefined) throw new Error('there is no standby');
  await using _standby = standby;
  await using session = await connectTo({ ...params, port: standby.port });
  const waiting = waitFor(1n, FOREVER_MS, session);
  await using writer = await connectTo(params);
  await writer.query("INSERT INTO events VALUES (1, now(), '{}')");
  expect(await waiting).toBe(true);
});

test('who appends, waits for the id and reads, reads what was appended', async () => {
  await using installation = await createInstallation();
  await using replicator = installation.start();
  await replicator.log.until('caught up');
  await using session = await connectTo(installation.destination());
  for (let n = 0; n < 20; n++) {
    const id = await installation.append(3);
    expect(await waitFor(id, FOREVER_MS, session)).toBe(true);
    expect(await session.query('SELECT count(*) AS count FROM events')).toEqual([{ count: id }]);
  }
});
