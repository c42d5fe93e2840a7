import { expect, test } from 'vitest';
import { createInstallation } from '../replicate/installation.js';
import { startForgetfulPooler } from './forgetful-pooler.js';

test('behind a transaction pooler it says that LISTEN does not last, and the timer finds what is new', async () => {
  await using all = await createInstallation();
  await using pooler = await startForgetfulPooler(all.source.port);
  await using running = all.start({
    eventSource: { ...all.source, port: pooler.port },
    pollIntervalMs: 200,
  });
  const [warning] = await running.log.until(
    'LISTEN does not last on this connection (a transaction pooler?): new events are found by polling only. Connect to the server itself.',
  );
  expect(warning).toMatchObject({ level: 40, source: expect.stringContaining(all.source.databaseName) });
  await running.log.until('caught up');
  for (let n = 1; n <= 3; n++) {
    await all.append(5);
    await all.untilEqual();
    expect(running.replicator.source.newsFoundByTimer).toBe(n);
  }
});

test('connected to the server itself nothing is said of poolers', async () => {
  await using all = await createInstallation();
  await using running = all.start();
  await running.log.until('caught up');
  await all.append(5);
  await all.untilEqual();
  expect(running.log.all.filter(({ level }) => level >= 40)).toEqual([]);
  expect(running.replicator.source.newsFoundByTimer).toBe(0);
});
