/** Row-level security hides rows without a word; nobody may take what is left for all there is. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { checkOnly } from '../../src/replicate/check.js';
import { runCommand } from '../support/commands/command.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation } from '../support/installation/installation.js';
import { LogRecords } from '../support/installation/log-records.js';

const ENABLE = 'ALTER TABLE events ENABLE ROW LEVEL SECURITY';
const HIDE_EVEN = `CREATE POLICY "only odd" ON events FOR SELECT USING ((event ->> 'n')::int % 2 = 1)`;

/** An installation with events 1 to 20 in the source, read by a role that owns nothing. */
async function createRead() {
  const all = await createInstallation();
  await all.append(Array.from({ length: 20 }, (_, n) => `{"n": ${n}}`));
  const reader = await RestrictedRole.create(all, [
    { on: all.source, rights: 'SELECT' },
    { on: all.destination(), rights: 'SELECT, INSERT' },
  ]);
  const config = {
    eventSource: reader.in(all.source),
    replicationDestinations: [reader.in(all.destination())],
  };
  return {
    all,
    config,
    async [Symbol.asyncDispose]() {
      await reader[Symbol.asyncDispose]();
      await all[Symbol.asyncDispose]();
    },
  };
}

function hiding(params: ConnectionParams, policy: string): RegExp {
  return new RegExp(`on table "events" of .*/${params.databaseName}, ${policy}, hides events from role`);
}

describe.each([
  ['a policy that hides some', `${HIDE_EVEN}; ${ENABLE}`, 'with policy "only odd"'],
  ['no policy, which hides all', ENABLE, 'without any policy'],
])('%s', (_, sql, named) => {
  test.each(['source', 'destination'] as const)(
    'of the %s is refused and named; nothing is written',
    async (side) => {
      await using read = await createRead();
      const { all, config } = read;
      const spoilt = side === 'source' ? all.source : all.destination();
      await all.query(spoilt, sql);
      await expect(all.copyOnce(config)).rejects.toThrow(hiding(spoilt, named));
      await expect(checkOnly(all.config(config), new LogRecords().logger)).rejects.toThrow(
        hiding(spoilt, named),
      );
      const diff = await runCommand('slate-events-diff', ['-c', all.writeConfig(config)]);
      expect(diff.stderr).toMatch(hiding(spoilt, named));
      expect(diff.stderr).toContain('BYPASSRLS');
      expect(diff.code).toBe(2);
      expect(await all.count(all.destination())).toBe(0);
    },
  );
});

test('a role that sees all rows all the same is none of our business', async () => {
  await using read = await createRead();
  const { all, config } = read;
  for (const params of [all.source, all.destination()]) await all.query(params, `${HIDE_EVEN}; ${ENABLE}`);
  await expect(all.copyOnce(config)).rejects.toThrow(/hides events from role/);
  await all.query(all.source, `ALTER ROLE "${config.eventSource.user}" BYPASSRLS`);
  await all.copyOnce(config);
  await all.untilEqual();
});

describe('switched on beneath a live replicator', () => {
  test('in the source, it stops everything, and nothing of what is left is written', async () => {
    await using read = await createRead();
    const { all, config } = read;
    await using running = all.start({ ...config, onError: 'retry' });
    await running.log.until('caught up');
    await all.query(all.source, `${HIDE_EVEN}; ${ENABLE}`);
    await all.append(10);
    const failure = await running.failure();
    expect(failure).toMatchObject({
      message: expect.stringMatching(/row-level security/i),
      hint: expect.stringContaining('BYPASSRLS'),
    });
    expect(await all.count(all.destination())).toBe(20);
  });

  test('in a destination, it stops that one alone', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await using writer = await RestrictedRole.create(all, [
      { on: all.destination(1), rights: 'SELECT, INSERT' },
    ]);
    const [right, spoilt] = [all.destination(0), all.destination(1)];
    await using running = all.start({
      replicationDestinations: [right, writer.in(spoilt)],
      onError: 'retry',
    });
    await all.append(10);
    await all.untilEqual();
    await all.query(spoilt, ENABLE);
    await all.append(10);
    const [stopped] = await running.log.until('destination stopped: a person must act');
    expect(stopped).toMatchObject({
      destination: expect.stringContaining(spoilt.databaseName),
      err: {
        message: expect.stringMatching(/row-level security/i),
        hint: expect.stringContaining('BYPASSRLS'),
      },
    });
    await all.append(10);
    await all.untilEqual([right]);
    expect(await all.count(spoilt)).toBe(10);
  });
});
