/** On a long way each reply that is waited for costs as much as all: what does not depend on a reply does not wait for it. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { lookAt, validateDestination } from '../../src/destination/guard/validate.js';
import { connect } from '../../src/pg/connect.js';
import type { Connection } from '../../src/pg/connection.js';
import { becomeWriter } from '../../src/schema/writer-lock.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { FaultProxy } from '../support/network/proxy.js';
import { until } from '../support/until.js';

const connectThrough = (proxy: FaultProxy, all: Installation): Promise<Connection> =>
  connect(proxy.through(all.destination()), {
    applicationName: 'slate-test/asks',
    connectTimeoutMs: 15_000,
    pipeline: true,
  });

/** Waits until the server has been asked this, as the last thing, in a session of the test. */
async function untilAsked(all: Installation, like: string): Promise<void> {
  await until(`${like} was asked`, async () => {
    const asked = await all.query(
      all.destination(),
      "SELECT FROM pg_stat_activity WHERE application_name = 'slate-test/asks' AND query LIKE $1",
      [like],
    );
    return asked.length > 0;
  });
}

test('whoever becomes the writer is told of sessions left behind without another question', async () => {
  await using all = await createInstallation();
  await using proxy = await FaultProxy.inFrontOf(all.destination());
  await using connection = await connectThrough(proxy, all);
  const held = proxy.impose({ kind: 'hold' }, { direction: 'to-client' });
  const becoming = becomeWriter(connection);
  await untilAsked(all, '%starts_with(application_name%');
  held[Symbol.dispose]();
  expect(await becoming).toEqual({ isFirst: true });
});

test('a destination is looked at without waiting for a reply', async () => {
  await using all = await createInstallation();
  await all.append(3);
  await using replicator = all.start({ onError: 'retry' });
  await all.untilCopied(3n);
  await using proxy = await FaultProxy.inFrontOf(all.destination());
  await using connection = await connectThrough(proxy, all);
  const held = proxy.impose({ kind: 'hold' }, { direction: 'to-client' });
  const looking = lookAt(connection);
  await untilAsked(all, '%sha256%');
  held[Symbol.dispose]();
  const validated = await validateDestination(replicator.replicator.source, connection, await looking);
  expect(validated).toMatchObject({ destination: { count: 3n }, plan: { gaps: [], tailAfter: 3n } });
});

test('the first question goes behind the settings of its session, and fails with what keeps them from being applied', async () => {
  await using all = await createInstallation();
  const connecting = connect(all.destination(), {
    applicationName: 'slate-test/asks',
    connectTimeoutMs: 15_000,
    pipeline: true,
    settings: { synchronous_commit: 'never' },
  });
  await using connection = await connecting;
  await expect(connection.query('SELECT 1')).rejects.toThrow('synchronous_commit');
});
