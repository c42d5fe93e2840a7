import { expect, test } from 'vitest';
import { seenFrom } from '../../bench/measure/way.js';
import { connectTo } from '../postgres/databases.js';
import { sharedServer } from '../postgres/shared-server.js';

const ONE_WAY_MS = 30;

/** As built: Node cannot load TypeScript in a thread. */
async function startWay(oneWayMs: number) {
  const built: typeof import('../../bench/measure/way.js') = await import(
    new URL('../../dist/bench/measure/way.js', import.meta.url).href
  );
  const server = sharedServer();
  return built.startWay({ source: server as never, destination: server as never }, oneWayMs);
}

test('who stands beside one end reaches the other one over the long way', async () => {
  await using way = await startWay(ONE_WAY_MS);
  const near = sharedServer().params('postgres');
  const besideSource = seenFrom('source', way, { source: near, destinations: [near] });
  const besideDestinations = seenFrom('destinations', way, { source: near, destinations: [near] });
  expect(besideSource.source).toEqual(near);
  expect(besideDestinations.destinations).toEqual([near]);
  for (const far of [...besideSource.destinations, besideDestinations.source]) {
    await using connection = await connectTo(far);
    expect(connection.roundTripMs).toBeGreaterThanOrEqual(2 * (ONE_WAY_MS - 1));
  }
});

test('bytes that pass are seen in the use of the thread, and are gone with the way', async () => {
  await using way = await startWay(0);
  const used = way.watchBusy();
  await using connection = await connectTo(way.toDestination(sharedServer().params('postgres')));
  await connection.query("SELECT repeat('x', 1000000) AS text");
  expect(used()).toBeGreaterThan(0);
  expect(used()).toBeLessThanOrEqual(1);
  await way[Symbol.asyncDispose]();
  await expect(connection.query('SELECT 1')).rejects.toThrow();
});
