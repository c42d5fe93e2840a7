// @ts-nocheck
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { until } from '../until.js';
import { startDistance } from './distance.js';
import { MOST_BYTES } from './line.js';

/** So many looks in a row at which nothing more was taken. */
const STILL = 20;

/** A server at the far end, and the socket of the one who has come to it. */
async function farServer(): Promise<AsyncDisposable & { port: number; visitor: Promise<Socket> }> {
  const server: Server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  const visitor = once(server, 'connection').then(([socket]) => socket as Socket);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { port, visitor, [Symbol.asyncDispose]: async () => void server.close() };
}

/** Waits until the sender gets rid of nothing more. */
async function untilStill(sender: Socket): Promise<void> {
  let waiting = sender.writableLength;
  let looks = 0;
  await until('nothing more is taken', () => {
    looks = sender.writableLength === waiting ? looks + 1 : 0;
    waiting = sender.writableLength;
    return looks >= STILL;
  });
}

const digest = () => createHash('sha256');

test.for([0, 5])(
  'over %i ms a sender is held up by a slow receiver, and all its bytes arrive',
  async (ms) => {
    await using far = await farServer();
    await using distance = await startDistance({ host: '127.0.0.1', port: far.port }, ms);
    const sender = connect(distance.port, '127.0.0.1');
    const bytes = randomBytes(3 * MOST_BYTES);
    sender.end(bytes);
    const receiver = await far.visitor;
    await untilStill(sender);
    expect(sender.writableFinished).toBe(false);
    const received = digest();
    for await (const chunk of receiver) received.update(chunk as Buffer);
    expect(received.digest('hex')).toBe(digest().update(bytes).digest('hex'));
  },
);

test('what was sent before the sender went away arrives, however slowly it is taken', async () => {
  await using far = await farServer();
  await using distance = await startDistance({ host: '127.0.0.1', port: far.port }, 1);
  const sender = connect(distance.port, '127.0.0.1').resume();
  const bytes = randomBytes(MOST_BYTES / 2);
  sender.end(bytes);
  await once(sender, 'close');
  const received = digest();
  for await (const chunk of await far.visitor) {
    received.update(chunk as Buffer);
    await sleep(1);
  }
  expect(received.digest('hex')).toBe(digest().update(bytes).digest('hex'));
});

test('a question and its answer take the way there and back', async () => {
  await using far = await farServer();
  await using distance = await startDistance({ host: '127.0.0.1', port: far.port }, 30);
  const asking = connect(distance.port, '127.0.0.1');
  const answering = await far.visitor;
  answering.pipe(answering);
  const askedAtMs = performance.now();
  asking.write('?');
  await once(asking, 'data');
  // A timer of Node may fire up to a millisecond early.
  expect(performance.now() - askedAtMs).toBeGreaterThanOrEqual(2 * (30 - 1));
});
