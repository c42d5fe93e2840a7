/** A password in a file may be changed while a replicator runs: file and server need not agree all the time. */
// @ts-nocheck

import { rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation } from '../support/installation/installation.js';
import { needsPasswordCheck } from '../support/postgres/needs.js';

const TRYING_AGAIN = {
  source: 'cannot listen to the source: trying again',
  destination: 'destination failed: trying again',
};

describe.each(['source', 'destination'] as const)('the password of the %s', (side) => {
  test.for([
    ['is changed in the server first', () => {}],
    ['is missing for a while', (file: string) => rmSync(file)],
    ['is empty for a while', (file: string) => writeFileSync(file, '')],
  ] as const)(
    '%s: what needs it tries again until it is there, and nothing stops',
    async ([, spoil], context) => {
      needsPasswordCheck(context);
      await using all = await createInstallation();
      const params = side === 'source' ? all.source : all.destination();
      await using role = await RestrictedRole.create(all, [{ on: params, rights: 'SELECT, INSERT' }]);
      const { user, password } = role.in(params);
      const file = all.writeFile('password', `${password}\n`);
      const rotated = { ...role.in(params), passwordFrom: file };
      const config = side === 'source' ? { eventSource: rotated } : { replicationDestinations: [rotated] };
      await using running = all.start({ ...config, onError: 'retry' });
      await all.append(5);
      await all.untilEqual();
      await all.query(all.source, `ALTER ROLE "${user}" PASSWORD 'rotated secret'`);
      spoil(file);
      await all.query(params, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [
        user,
      ]);
      const [record] = await running.log.until(TRYING_AGAIN[side]);
      expect(JSON.stringify(record)).not.toContain('rotated secret');
      await all.append(5);
      await running.log.until(TRYING_AGAIN[side], { count: 2 });
      writeFileSync(file, 'rotated secret\n');
      await all.untilEqual();
      expect(running.log.of('destination stopped: a person must act')).toEqual([]);
    },
  );
});

test('with a password that is written in the configuration, a refused login stops the destination', async (context) => {
  needsPasswordCheck(context);
  await using all = await createInstallation();
  const wrong = { ...all.destination(), password: 'wrong' };
  await using running = all.start({ replicationDestinations: [wrong], onError: 'retry' });
  expect(await running.failure()).toMatchObject({ message: expect.stringContaining('28P01') });
});
