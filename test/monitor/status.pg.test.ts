/** What `/status`, `/history` and `/events` say of a run. */
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { nameOf } from '../../src/pg/connection-params.js';
import { TableLock } from '../support/databases/table-lock.js';
import { endSessions, makeReadOnly } from '../support/installation/bad-weather.js';
import { createInstallation } from '../support/installation/installation.js';
import { SERVED, statusOf, untilFirst, untilStatus } from '../support/installation/served.js';
import { FaultProxy } from '../support/network/proxy.js';
import { until } from '../support/until.js';

test('status tells where the source and every destination stand', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(100);
  await using replicator = all.start({ http: SERVED });
  const { destinations, ...rest } = await untilStatus(replicator, 'all was copied', (status) =>
    status.destinations.every(({ state, lagEvents }) => state === 'live' && lagEvents === 0),
  );
  expect(rest).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    node: process.version,
    pid: process.pid,
    host: hostname(),
    startedAt: expect.stringMatching(/Z$/),
    at: expect.stringMatching(/Z$/),
    source: {
      name: nameOf(all.source),
      host: all.source.host,
      port: all.source.port,
      database: all.source.databaseName,
      state: 'listening',
      maxId: '100',
      measuredAt: expect.stringMatching(/Z$/),
      notificationQueueUsage: 0,
      lastError: null,
    },
  });
  expect(destinations).toEqual(
    all.destinations.map((params) => ({
      name: nameOf(params),
      host: params.host,
      port: params.port,
      database: params.databaseName,
      state: 'live',
      since: expect.stringMatching(/Z$/),
      maxId: '100',
      lagEvents: 0,
      lagSeconds: 0,
      measuredAt: expect.stringMatching(/Z$/),
      eventsPerSecond: expect.any(Number),
      bytesPerSecond: expect.any(Number),
      secondsToLive: null,
      events: 100,
      bytes: expect.any(Number),
      writer: { who: 'this process', since: expect.stringMatching(/Z$/) },
      heldBy: null,
      indexesBeingBuilt: 0,
      lastError: null,
    })),
  );
  await replicator.stop();
});

test('the lag of a destination that cannot follow is exact, in events and in seconds of the source', async () => {
  await using all = await createInstallation();
  await using replicator = all.start({ http: SERVED });
  await replicator.log.until('caught up');
  await all.untilCopied(await all.append(7));
  await using blocked = await TableLock.take(all.destination(), 'SHARE');
  await all.append(30);
  const [{ age: ageBefore } = { age: 0 }] = await all.query<{ age: number }>(all.source, AGE_OF_8);
  const behind = await untilFirst(replicator, 'it was behind', ({ lagSeconds }) => (lagSeconds ?? 0) > 1.5);
  const [{ age: ageAfter } = { age: 0 }] = await all.query<{ age: number }>(all.source, AGE_OF_8);
  expect(behind).toMatchObject({ state: 'live', maxId: '7', lagEvents: 30 });
  expect(behind.lagSeconds).toBeGreaterThan(ageBefore);
  expect(behind.lagSeconds).toBeLessThan(ageAfter);
  await blocked.release();
  await untilFirst(
    replicator,
    'it had caught up',
    ({ lagSeconds, maxId }) => lagSeconds === 0 && maxId === '37',
  );
  await replicator.stop();
});

const AGE_OF_8 = 'SELECT extract(epoch FROM clock_timestamp() - ts)::float8 AS age FROM events WHERE id = 8';

test('events that are missing in the middle count, and their age', async () => {
  await using all = await createInstallation();
  await all.append(10);
  await all.copyOnce();
  await all.query(all.destination(), 'DELETE FROM events WHERE id IN (4, 5)');
  await using blocked = await TableLock.take(all.destination(), 'SHARE');
  await using replicator = all.start({ http: SERVED });
  const behind = await untilFirst(replicator, 'it was behind', ({ lagSeconds }) => lagSeconds !== null);
  expect(behind).toMatchObject({ maxId: '10', lagEvents: 2 });
  expect(behind.lagSeconds).toBeGreaterThan(0);
  await blocked.release();
  await untilFirst(replicator, 'nothing was missing', ({ lagEvents }) => lagEvents === 0);
  await replicator.stop();
});

test('a destination in trouble is told with its last error, and the state of the others', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await using replicator = all.start({ http: SERVED, onError: 'retry' });
  await replicator.log.until('caught up', { count: 2 });
  await makeReadOnly(all.destination(0));
  await all.append(5);
  const first = await untilFirst(
    replicator,
    'it had an error',
    ({ lastError }) => lastError?.sqlstate === '25006',
  );
  expect(first.lastError).toMatchObject({
    message: expect.stringContaining('read-only'),
    at: expect.any(String),
  });
  await until('it was tried again', async () => {
    const [tried] = (await statusOf(replicator)).destinations;
    return tried?.state === 'backing off' && tried.writer === null && tried.lagEvents === 5;
  });
  const { destinations } = await untilStatus(
    replicator,
    'the other one had all',
    ({ destinations: [, other] }) => other?.events === 5,
  );
  expect(destinations[1]).toMatchObject({ state: 'live', maxId: '5', lastError: null });
  await replicator.stop();
});

test('while the source is away the status comes at once, with what was known and when', async () => {
  await using all = await createInstallation();
  await all.append(5);
  await using proxy = await FaultProxy.inFrontOf(all.source);
  const eventSource = proxy.through(all.source);
  await using replicator = all.start({ http: SERVED, onError: 'retry', eventSource });
  await replicator.log.until('caught up');
  await untilStatus(replicator, 'the source was measured', ({ source }) => source.maxId === '5');
  using _away = proxy.impose({ kind: 'refuse' });
  await endSessions(all.source, 'slate-replicator');
  const { source } = await untilStatus(
    replicator,
    'the source was lost',
    ({ source: { state, lastError } }) => state === 'reconnecting' && lastError !== null,
  );
  expect(source).toMatchObject({ maxId: '5', measuredAt: expect.any(String) });
  const { status } = await replicator.get('readyz');
  expect(status).toBe(503);
  await replicator.stop();
});
