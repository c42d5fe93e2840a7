// @ts-nocheck
import { expect, test } from 'vitest';
import { watchFirstEvents } from '../../bench/measure/first-events.js';
import { connectTo, createDestination } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';
import { until } from '../support/until.js';

const INSERT = `INSERT INTO events SELECT 1, now(), '{}'`;

test('copying has begun when one of the destinations has an event, also before anybody commits it', async () => {
  const server = sharedServer();
  const [first, second] = [await createDestination(server), await createDestination(server)];
  await using watch = await watchFirstEvents([first, second], new AbortController().signal);
  expect(watch.atMs()).toBeNaN();
  await using writer = await connectTo(second);
  const beforeMs = performance.now();
  await writer.query('BEGIN');
  await writer.query(INSERT);
  await until('the event was seen', () => !Number.isNaN(watch.atMs()));
  expect(watch.atMs()).toBeGreaterThanOrEqual(beforeMs);
  await writer.query('ROLLBACK');
});

test('a watch that has seen nothing can be ended', async () => {
  const destination = await createDestination(sharedServer());
  const watch = await watchFirstEvents([destination], new AbortController().signal);
  await watch[Symbol.asyncDispose]();
  expect(watch.atMs()).toBeNaN();
});
