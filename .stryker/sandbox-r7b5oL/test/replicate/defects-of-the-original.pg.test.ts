/** What slate-replicator 0.1.4 did wrong, each as a test that it would fail. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { FaultProxy } from '../support/network/proxy.js';
import { until } from '../support/until.js';

/** Long enough that no test sees the timer find an event. */
const NEVER_MS = 3_600_000;

function texts(all: Installation, params = all.destination()): Promise<{ ts: string; event: string }[]> {
  const sql = "SELECT (ts AT TIME ZONE 'UTC')::text AS ts, event::text FROM events ORDER BY id";
  return all.query(params, sql);
}

async function insertAt(all: Installation, id: number, ts: string): Promise<void> {
  await all.query(all.source, "INSERT INTO events (id, ts, event) VALUES ($1::bigint, $2, '{}')", [id, ts]);
}

// First of all, because it takes longest: the tests of this file run beside each other.
test.concurrent('a LISTEN session that has silently died is noticed and replaced', async () => {
  await using all = await createInstallation();
  await using proxy = await FaultProxy.inFrontOf(all.source);
  await using replicator = all.start({
    eventSource: proxy.through(all.source),
    pollIntervalMs: NEVER_MS,
    onError: 'retry',
  });
  await replicator.log.until('caught up');
  const silence = proxy.impose({ kind: 'swallow' }, { role: 'listen' });
  await all.append(1);
  await replicator.log.until('cannot listen to the source: trying again');
  silence[Symbol.dispose]();
  await all.untilEqual();
  await all.append(1);
  await all.untilEqual();
});

test.concurrent('a timestamp keeps its microseconds, whatever its year', async () => {
  const times = [
    '2017-03-01 17:21:33.262349',
    '1999-12-31 23:59:59.999999',
    '0044-03-15 12:00:00.000001 BC',
    '294276-12-31 23:59:59.999999',
    'infinity',
    '-infinity',
  ];
  await using all = await createInstallation();
  for (const [n, ts] of times.slice(0, 4).entries()) await insertAt(all, n + 1, `${ts} UTC`);
  await using _ = all.start();
  await all.untilEqual();
  await insertAt(all, 5, 'infinity');
  await insertAt(all, 6, '-infinity');
  await all.untilEqual();
  expect((await texts(all)).map(({ ts }) => ts)).toEqual(times);
});

test.concurrent('a number keeps every digit', async () => {
  const numbers = [
    '12345678901234567890',
    '1.10',
    '0.1000',
    '-0.00',
    '9007199254740993',
    '3.141592653589793238',
  ];
  const events = numbers.map((number) => `{"number": ${number}}`);
  await using all = await createInstallation();
  await all.append(events);
  await using _ = all.start();
  await all.untilEqual();
  await all.append([...events, '{"number": 1e400}', '{"number": 1e-400}']);
  await all.untilEqual();
  const copied = (await texts(all)).map(({ event }) => event);
  const kept = events.map((event) => event.replace('-0.00', '0.00'));
  expect(copied.slice(0, 12)).toEqual([...kept, ...kept]);
  expect(copied[12]).toBe(`{"number": 1${'0'.repeat(400)}}`);
  expect(copied[13]).toBe(`{"number": 0.${'0'.repeat(399)}1}`);
});

test.concurrent.each([8_000, 300_000, 30_000_000])(
  'an event of %i bytes can be inserted and is copied',
  async (size) => {
    await using all = await createInstallation({ destinations: 2 });
    await using _ = all.start({ pollIntervalMs: NEVER_MS });
    const sql = `SELECT append_events(ARRAY[jsonb_build_object('text', repeat(md5(random()::text), $1::int / 32))])`;
    for (let n = 0; n < 2; n++) await all.query(all.source, sql, [size]);
    await all.untilEqual();
    expect(await all.count(all.destination(1))).toBe(2);
  },
);

test.concurrent('an event that is larger than the memory budget is copied', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(10);
  await all.query(
    all.source,
    `SELECT append_events(ARRAY[jsonb_build_object('text', repeat('ä', 15000000))])`,
  );
  await all.append(10);
  await all.copyOnce({ memoryBudgetBytes: 16 * 1024 * 1024 });
  await all.untilEqual();
});

test.concurrent('an event may contain what looks like a placeholder', async () => {
  await using all = await createInstallation();
  const event = `{"text": "costs $1[7] or $2, or $1[1] ''quoted''"}`;
  await all.query(all.source, 'SELECT insert_events($1)', [`($1[1], $2, '${event}'), ($1[2], $2, '{}')`]);
  await all.copyOnce();
  expect((await texts(all))[0]?.event).toBe(`{"text": "costs $1[7] or $2, or $1[1] 'quoted'"}`);
});

test.concurrent('ten rows that are missing from the middle of a destination are copied again', async () => {
  await using all = await createInstallation({ destinations: 2 });
  for (let n = 0; n < 5; n++) await all.append(100);
  await all.copyOnce();
  await all.query(all.destination(1), 'DELETE FROM events WHERE id BETWEEN 301 AND 310');
  await all.append(5);
  await using replicator = all.start();
  await all.untilEqual();
  expect(new Set(replicator.log.of('destination checked').map(({ gaps }) => gaps))).toEqual(new Set([0, 1]));
  const copied = () =>
    replicator.replicator.destinations.map((destination) => destination.copied.events).join();
  await until('both had been counted', () => copied() === '5,15', copied);
});

test.concurrent('an event that is committed after the first look and before LISTEN does not wait for the next one', async () => {
  await using all = await createInstallation();
  await all.append(3);
  await using proxy = await FaultProxy.inFrontOf(all.source);
  const connecting = proxy.impose({ kind: 'hold' }, { role: 'listen' });
  await using replicator = all.start({
    eventSource: proxy.through(all.source),
    pollIntervalMs: NEVER_MS,
  });
  await replicator.log.until('caught up');
  await all.append(1);
  expect(await all.count(all.destination())).toBe(3);
  connecting[Symbol.dispose]();
  await all.untilEqual();
});

test.concurrent('with onError "retry" every lost connection is opened again', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await using toSource = await FaultProxy.inFrontOf(all.source);
  await using toDestination = await FaultProxy.inFrontOf(all.source);
  await using replicator = all.start({
    eventSource: toSource.through(all.source),
    replicationDestinations: [all.destination(0), toDestination.through(all.destination(1))],
    pollIntervalMs: NEVER_MS,
    onError: 'retry',
  });
  await replicator.log.until('caught up', { count: 2 });
  for (const proxy of [toSource, toDestination, toSource]) {
    expect(proxy.cut()).toBeGreaterThan(0);
    await all.append(10);
    await all.untilEqual();
  }
});

test.concurrent.each(['listen', 'control'] as const)(
  'with onError "exit" the loss of a %s session ends the process instead of leaving it deaf',
  async (role) => {
    await using all = await createInstallation();
    await using proxy = await FaultProxy.inFrontOf(all.source);
    await using replicator = all.start({
      eventSource: proxy.through(all.source),
      replicationDestinations: [proxy.through(all.destination())],
    });
    await replicator.log.until('caught up');
    expect(proxy.cut({ role })).toBe(1);
    expect(await replicator.failure()).toBeInstanceOf(Error);
  },
);

test.concurrent('the source sends each event once, however many destinations there are', async () => {
  await using all = await createInstallation({ destinations: 4 });
  await all.append(9_000);
  for (let n = 0; n < 10; n++) await all.append(1_000);
  await using running = all.start();
  await all.untilEqual();
  const { source, destinations } = running.replicator;
  expect(source.rowsServed).toBe(19_000);
  for (let n = 0; n < 10; n++) await all.untilCopied(await all.append(7));
  expect(source.rowsServed).toBe(19_070);
  // What is visible at a destination is counted when its reply is here.
  await until('all was counted', () => destinations.every(({ copied }) => copied.events >= 19_070));
  expect(destinations.map(({ copied }) => copied.events)).toEqual(Array(4).fill(19_070));
});
