/**
 * Paths that die without a word: packets go nowhere, and no end of the connection is told. Everything is at its
 * defaults here but the timer that looks at the source, which is as good as off, so that it cannot help.
 */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { createInstallation } from '../support/installation/installation.js';
import { FaultProxy } from '../support/network/proxy.js';
import type { Role } from '../support/network/startup-message.js';

const NEVER_MS = 3_600_000;
const BLACK_HOLE = { kind: 'swallow' } as const;

/** A source and a destination, each behind a proxy of its own. */
async function createProxied() {
  const all = await createInstallation();
  const [toSource, toDestination] = [
    await FaultProxy.inFrontOf(all.source),
    await FaultProxy.inFrontOf(all.source),
  ];
  const config = {
    eventSource: toSource.through(all.source),
    replicationDestinations: [toDestination.through(all.destination())],
    pollIntervalMs: NEVER_MS,
    onError: 'retry',
  } as const;
  const proxyOf = (role: Role) => (role === 'listen' || role === 'read' ? toSource : toDestination);
  return {
    all,
    config,
    proxyOf,
    async [Symbol.asyncDispose]() {
      await toSource[Symbol.asyncDispose]();
      await toDestination[Symbol.asyncDispose]();
      await all[Symbol.asyncDispose]();
    },
  };
}

describe.concurrent('a black-holed session', () => {
  test.each(['listen', 'read', 'write'] as const)(
    'that was idle is replaced within 15 seconds, and nothing waits longer: %s',
    async (role) => {
      await using proxied = await createProxied();
      const { all, config, proxyOf } = proxied;
      await using replicator = all.start(config);
      await all.append(10);
      await all.untilEqual();
      expect(proxyOf(role).count({ role })).toBeGreaterThan(0);
      using _silence = proxyOf(role).impose(BLACK_HOLE, { role, openNow: true });
      const silentSince = performance.now();
      await all.append(10);
      await all.untilEqual();
      expect(performance.now() - silentSince).toBeLessThan(15_000);
      expect(replicator.replicator.destinations.map(({ failure }) => failure)).toEqual([undefined]);
    },
  );

  test('that holds the lock of its destination does not lock out its successor', async () => {
    await using proxied = await createProxied();
    const { all, config, proxyOf } = proxied;
    await using replicator = all.start(config);
    await all.append(10);
    await all.untilEqual();
    using _silence = proxyOf('control').impose(BLACK_HOLE, { role: 'control', openNow: true });
    await replicator.log.until('destination failed: trying again');
    await replicator.log.until('caught up', { count: 2 });
    await all.append(10);
    await all.untilEqual();
  });
});
