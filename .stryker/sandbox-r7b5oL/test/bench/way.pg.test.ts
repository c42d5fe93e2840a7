// @ts-nocheck
import { expect, test } from 'vitest';
import { seenFrom } from '../../bench/measure/way.js';
import { connectTo } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

const ONE_WAY_MS = 30;
const NOBODY = { host: '/nowhere', port: 1 };

/** As built: Node cannot load TypeScript in a thread. */
async function built(): Promise<typeof import('../../bench/measure/way.js')> {
  return import(new URL('../../dist/bench/measure/way.js', import.meta.url).href);
}

test('who stands beside one end reaches the other one over the long way', async () => {
  const { startWay } = await built();
  await using way = await startWay({ source: sharedServer(), destination: sharedServer() }, ONE_WAY_MS);
  const near = sharedServer().params('postgres');
  const besideSource = seenFrom('source', way, { source: near, destinations: [near] });
  const besideDestinations = seenFrom('destinations', way, { source: near, destinations: [near] });
  expect(besideSource.source).toEqual(near);
  expect(besideDestinations.destinations).toEqual([near]);
  for (const far of [...besideSource.destinations, besideDestinations.source]) {
    await using connection = await connectTo(far);
    // A timer of Node may fire up to a millisecond early.
    expect(connection.roundTripMs).toBeGreaterThanOrEqual(2 * (ONE_WAY_MS - 1));
  }
});

test('each end of the way has its own server', async () => {
  const { startWay } = await built();
  const params = sharedServer().params('postgres');
  await using toDestination = await startWay({ source: NOBODY, destination: sharedServer() }, 0);
  await using toSource = await startWay({ source: sharedServer(), destination: NOBODY }, 0);
  for (const reached of [toDestination.toDestination(params), toSource.toSource(params)]) {
    await using connection = await connectTo(reached);
    expect(await connection.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }
  await expect(connectTo(toDestination.toSource(params))).rejects.toThrow();
  await expect(connectTo(toSource.toDestination(params))).rejects.toThrow();
});

test('bytes that pass are seen in the use of the thread, and sessions end with the way', async () => {
  const { startWay } = await built();
  await using way = await startWay({ source: NOBODY, destination: sharedServer() }, 0);
  const used = way.watchBusy();
  await using connection = await connectTo(way.toDestination(sharedServer().params('postgres')));
  await connection.query("SELECT repeat('x', 1000000) AS text");
  expect(used()).toBeGreaterThan(0);
  expect(used()).toBeLessThanOrEqual(1);
  await way[Symbol.asyncDispose]();
  await expect(connection.query('SELECT 1')).rejects.toThrow();
});
