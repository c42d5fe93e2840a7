/** What `/status`, `/events` and `/history` say of a run. */
import { expect, test } from 'vitest';
import type { Status } from '../../src/monitor/status.js';
import { createInstallation } from '../support/installation/installation.js';
import { SERVED } from '../support/installation/served.js';
import { until } from '../support/until.js';

test('status tells where every destination stands', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(100);
  await using replicator = all.start({ http: SERVED });
  await replicator.log.until('caught up', { count: 2 });
  const status = async () => (await (await replicator.get('status')).json()) as Status;
  await until('the source was measured', async () => (await status()).source.maxId !== null);
  expect(await status()).toMatchObject({ pid: process.pid, node: process.version, source: { maxId: '100' } });
  await replicator.stop();
});
