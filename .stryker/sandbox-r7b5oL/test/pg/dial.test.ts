// @ts-nocheck
import dns from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { dial } from '../../src/pg/dial.js';
import { startStoppedListener } from '../support/network/stopped-listener.js';

/** Nobody listens on this address of the loopback network. */
const NOBODY = '127.0.0.77';
/** How long Node 22 and 20 give each address of a name, unless told otherwise. */
const NODE_WAITS_MS = 250;
const NEVER = new AbortController().signal;

afterEach(() => {
  vi.restoreAllMocks();
});

/** From now on a name server knows these addresses, and no others, of every name. */
function resolveTo(...addresses: readonly string[]): void {
  vi.spyOn(dns, 'lookup').mockImplementation(((_name: string, _options: object, done: Resolved) => {
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as typeof dns.lookup);
}

type Resolved = (error: null, addresses: readonly dns.LookupAddress[]) => void;

async function listen(host: string) {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}

test('an address that refuses is left at once for the next one of the name', async () => {
  await using server = await listen('127.0.0.1');
  resolveTo(NOBODY, '127.0.0.1');
  const socket = await dial('db', server.port, NEVER);
  expect(socket.remoteAddress).toBe('127.0.0.1');
  socket.destroy();
});

test('an address that takes longer than Node waits for one connects all the same, also when the others refuse', async () => {
  await using slow = await startStoppedListener();
  resolveTo('127.0.0.1', NOBODY);
  const dialling = dial('db', slow.port, NEVER);
  await sleep(2 * NODE_WAITS_MS);
  slow.go();
  const socket = await dialling;
  expect(socket.remoteAddress).toBe('127.0.0.1');
  socket.destroy();
});

test('an address that never answers does not keep the next one from being tried', async () => {
  await using mute = await startStoppedListener();
  const server = createServer().listen(mute.port, '127.0.0.2');
  await once(server, 'listening');
  resolveTo('127.0.0.1', '127.0.0.2');
  const socket = await dial('db', mute.port, NEVER);
  expect(socket.remoteAddress).toBe('127.0.0.2');
  socket.destroy();
  server.close();
});

test('when no address answers, each says why, and the code is that of one that there is a way to', async () => {
  await using server = await listen('127.0.0.1');
  const { port } = server;
  resolveTo('100::1', NOBODY);
  await expect(dial('db', port, NEVER)).rejects.toMatchObject({
    message: expect.stringMatching(/100::1.*; connect ECONNREFUSED 127\.0\.0\.77/),
    code: 'ECONNREFUSED',
  });
});

test('a stop ends it with the reason of the stop', async () => {
  await using mute = await startStoppedListener();
  resolveTo('127.0.0.1', NOBODY);
  const stopping = new AbortController();
  const reason = new Error('stopped');
  const dialling = dial('db', mute.port, stopping.signal);
  stopping.abort(reason);
  await expect(dialling).rejects.toBe(reason);
});
