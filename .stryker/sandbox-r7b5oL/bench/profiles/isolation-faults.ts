// @ts-nocheck
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { pretendDiskIsFull } from '../../test/support/installation/bad-weather.js';
import { FaultProxy } from '../../test/support/network/proxy.js';
import { freePort } from '../../test/support/postgres/free-port.js';

/** How the replicator reaches a destination that is in trouble; disposing ends the trouble. */
interface Troubled extends AsyncDisposable {
  readonly params: ConnectionParams;
}

export type Trouble = (destination: ConnectionParams) => Promise<Troubled>;

const nothingToEnd = async () => {};

/** Nothing is wrong with it. */
export const well: Trouble = async (params) => ({ params, [Symbol.asyncDispose]: nothingToEnd });

/** Nobody listens there. */
export const down: Trouble = async (params) => ({
  params: { ...params, port: await freePort() },
  [Symbol.asyncDispose]: nothingToEnd,
});

/** The path carries about ten events of half a kilobyte a second. */
export const slow: Trouble = async (destination) => {
  const proxy = await FaultProxy.inFrontOf(destination);
  proxy.impose({ kind: 'throttle', bytesPerSecond: 5_000 }, { role: 'write' });
  return { params: proxy.through(destination), [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
};

/** Every write ends as on a full disk. */
export const full: Trouble = async (params) => {
  await pretendDiskIsFull(params);
  return { params, [Symbol.asyncDispose]: nothingToEnd };
};
