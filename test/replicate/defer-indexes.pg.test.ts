import { describe, expect, test } from 'vitest';
import { SECONDARY_INDEXES } from '../../src/schema/objects.js';
import { connectTo } from '../postgres/databases.js';
import { createInstallation, type Installation } from './installation.js';
import { RestrictedRole } from './restricted-role.js';
import { until } from './until.js';

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
