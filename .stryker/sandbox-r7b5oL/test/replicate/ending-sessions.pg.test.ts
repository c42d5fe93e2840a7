// @ts-nocheck
import { expect, test } from 'vitest';
import { controlApplication } from '../../src/schema/writer-lock.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation } from '../support/installation/installation.js';

/** A function of each database: other tests keep their right. */
const NOBODY_ENDS_SESSIONS = 'REVOKE EXECUTE ON FUNCTION pg_terminate_backend(integer, bigint) FROM PUBLIC';
const NOBODY_ENDS_SESSIONS_BEFORE_14 = 'REVOKE EXECUTE ON FUNCTION pg_terminate_backend(integer) FROM PUBLIC';

test('a role that may not end sessions replicates where there is none to end', async () => {
  await using all = await createInstallation();
  await using role = await RestrictedRole.create(all, [{ on: all.destination(), rights: 'SELECT, INSERT' }]);
  const destination = role.in(all.destination());
  await all
    .query(all.destination(), NOBODY_ENDS_SESSIONS)
    .catch(() => all.query(all.destination(), NOBODY_ENDS_SESSIONS_BEFORE_14));
  const may = `SELECT bool_or(has_function_privilege($1, oid, 'EXECUTE')) AS may FROM pg_proc WHERE proname = 'pg_terminate_backend'`;
  expect(await all.query(all.destination(), may, [destination.user])).toEqual([{ may: false }]);
  await all.append(10);
  await all.copyOnce({ replicationDestinations: [destination] });
  await all.untilEqual();
});

test('the holder of a lock that is asked for a sign of life less often says so: its silence does not mean that it is dead', async () => {
  await using all = await createInstallation();
  await using running = all.start({ heartbeatIntervalMs: 60_000 });
  await running.log.until('caught up');
  const [holder] = await all.query<{ name: string }>(
    all.destination(),
    `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
      WHERE locktype = 'advisory' AND datname = current_database()`,
  );
  expect(holder?.name.startsWith(controlApplication(60_000))).toBe(true);
  expect(holder?.name.startsWith(controlApplication(4_000))).toBe(false);
});

test('sessions are asked for a sign of life as often as configured', async () => {
  await using all = await createInstallation();
  await using running = all.start({ heartbeatIntervalMs: 20 });
  await running.log.until('caught up');
  const asked = new Set<string>();
  const countAsked = async () => {
    const listening = await all.query<{ at: string }>(
      all.source,
      `SELECT query_start::text AS at FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'slate-replicator/listen'`,
    );
    for (const { at } of listening) asked.add(at);
    return asked.size;
  };
  // Every four seconds, which is the default, this would take twenty.
  await expect.poll(countAsked, { timeout: 10_000 }).toBeGreaterThan(5);
});
