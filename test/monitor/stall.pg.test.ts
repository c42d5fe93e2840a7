/** `/livez`: fails only if a destination that should move does not. */
import { expect, test } from 'vitest';
import { TableLock } from '../support/databases/table-lock.js';
import { endSessions } from '../support/installation/bad-weather.js';
import { createInstallation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { metricOf, SERVED, untilFirst, untilStatus } from '../support/installation/served.js';
import { FaultProxy } from '../support/network/proxy.js';
import { connectTo } from '../support/postgres/databases.js';
import { until } from '../support/until.js';

/** What would take minutes is seen in a second. */
const IMPATIENT = { ...SERVED, stallSeconds: 1, stallEvents: 10 };

async function livez(replicator: RunningReplicator) {
  const answer = await replicator.get('livez');
  return { status: answer.status, body: await answer.json() };
}

test('a live destination that cannot write while the source moves is a stall, until it moves', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await using replicator = all.start({ http: IMPATIENT });
  await replicator.log.until('caught up', { count: 2 });
  expect(await livez(replicator)).toEqual({ status: 200, body: { alive: true, stalled: [] } });
  await using blocked = await TableLock.take(all.destination(0), 'SHARE');
  await all.append(30);
  await until('it was a stall', async () => (await livez(replicator)).status === 503);
  const { name } = await untilFirst(replicator, 'it was there', () => true);
  expect(await livez(replicator)).toEqual({
    status: 503,
    body: { alive: false, stalled: [{ destination: name, state: 'live', lagEvents: 30 }] },
  });
  expect(await metricOf(replicator, 'stalled', { destination: name })).toBe(1);
  await blocked.release();
  await until('it moved', async () => (await livez(replicator)).status === 200);
  await replicator.stop();
});

test('a few events that a destination lacks are no stall', async () => {
  await using all = await createInstallation();
  await using replicator = all.start({ http: IMPATIENT });
  await replicator.log.until('caught up');
  await using blocked = await TableLock.take(all.destination(), 'SHARE');
  await all.append(10);
  const behind = await untilFirst(replicator, 'it was behind', ({ lagSeconds }) => (lagSeconds ?? 0) > 3);
  expect(behind).toMatchObject({ state: 'live', lagEvents: 10 });
  expect((await livez(replicator)).status).toBe(200);
  await blocked.release();
  await replicator.stop();
});

test('a destination that waits for a person or for its server is no stall', async () => {
  await using all = await createInstallation({ destinations: 3 });
  await using proxy = await FaultProxy.inFrontOf(all.destination(1));
  const [stopped, away, good] = [all.destination(0), proxy.through(all.destination(1)), all.destination(2)];
  await using replicator = all.start({
    http: IMPATIENT,
    onError: 'retry',
    replicationDestinations: [stopped, away, good],
  });
  await replicator.log.until('caught up', { count: 3 });
  await all.query(stopped, 'DROP TABLE events');
  const refusing = proxy.impose({ kind: 'refuse' });
  await endSessions(all.destination(1), 'slate-replicator');
  await all.append(30);
  const { destinations } = await untilStatus(
    replicator,
    'both were behind',
    ({ destinations: [first, second] }) => [first, second].every((each) => (each?.lagSeconds ?? 0) > 3),
  );
  expect(destinations).toMatchObject([
    { state: 'stopped', lagEvents: 30 },
    { state: expect.stringMatching(/^(backing off|connecting)$/), lagEvents: 30 },
    { state: 'live', lagEvents: 0 },
  ]);
  expect((await livez(replicator)).status).toBe(200);
  refusing[Symbol.dispose]();
  await replicator.stop();
});

test('events that wait for a transaction of the source are no stall', async () => {
  await using all = await createInstallation();
  await using replicator = all.start({ http: IMPATIENT });
  await replicator.log.until('caught up');
  await using slow = await connectTo(all.source);
  await slow.query("BEGIN; INSERT INTO events VALUES (1, now(), '{}')");
  await all.query(all.source, "INSERT INTO events SELECT id, now(), '{}' FROM generate_series(2, 40) AS id");
  await untilFirst(replicator, 'it was behind', ({ lagSeconds }) => (lagSeconds ?? 0) > 3);
  expect((await livez(replicator)).status).toBe(200);
  await slow.query('COMMIT');
  await all.untilCopied(40n);
  await replicator.stop();
});
