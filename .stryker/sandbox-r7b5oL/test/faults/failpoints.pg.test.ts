/** What happens at the instants that matter: killed there and started again, nothing is missing, doubled or half there. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import type { Failpoint } from '../../src/common/failpoint.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { PrefixObserver } from '../support/installation/prefix-observer.js';
import { FaultProxy } from '../support/network/proxy.js';
import { until } from '../support/until.js';

/** Runs the command to the failpoint, where it dies. @returns how many events the destination then has. */
async function dieAt(all: Installation, failpoint: Failpoint | `piping:${number}`): Promise<number> {
  const once = failpoint === 'listening' ? [] : ['--once'];
  const killed = await all.runCommand(once, {
    env: { SLATE_FAILPOINT: failpoint },
    config: { memoryBudgetMb: 16 },
  });
  expect(killed.code, killed.stdout).toBeNull();
  await until(
    'its sessions were gone',
    async () => !/slate-replicator/.test(`${await all.foreignSessions()}`),
  );
  return all.count(all.destination());
}

async function startAgain(all: Installation): Promise<void> {
  expect(await all.runCommand(['--once'])).toMatchObject({ code: 0, stderr: '' });
  await all.untilEqual();
}

async function withObserver(all: Installation, work: () => Promise<void>): Promise<void> {
  const observer = new PrefixObserver(all.source, all.destination());
  await work().finally(() => observer.stop());
  expect(observer.violations).toEqual([]);
}

describe('killed and started again', () => {
  test.each([
    ['copied', 0, 0],
    ['commit-sent', 0, 10_000],
    ['committed', 2_000, 10_000],
  ] as const)('at %s, beside other lanes', async (failpoint, atLeast, atMost) => {
    await using all = await createInstallation();
    for (let n = 0; n < 6; n++) await all.append(2_000);
    await withObserver(all, async () => {
      const left = await dieAt(all, failpoint);
      expect(left).toBeGreaterThanOrEqual(atLeast);
      expect(left).toBeLessThanOrEqual(atMost);
      await startAgain(all);
    });
  });

  test.each([
    ['commit-sent', [0, 10]],
    ['committed', [10]],
  ] as const)('at %s, alone', async (failpoint, left) => {
    await using all = await createInstallation();
    await all.append(10);
    expect(left).toContain(await dieAt(all, failpoint));
    await startAgain(all);
  });

  test('between LISTEN and the first read', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await dieAt(all, 'listening');
    await all.append(10);
    await startAgain(all);
  });

  test('while a transaction too large for memory is being piped', async () => {
    await using all = await createInstallation();
    await all.append(10);
    await all.append(70_000);
    await all.append(10);
    await withObserver(all, async () => {
      expect(await dieAt(all, 'piping:3')).toBe(10);
      await startAgain(all);
    });
  });
});

test('a commit whose reply is lost is not written again', async () => {
  await using all = await createInstallation();
  await all.append(10);
  await using proxy = await FaultProxy.inFrontOf(all.source);
  await using replicator = all.start({
    replicationDestinations: [proxy.through(all.destination())],
    onError: 'retry',
  });
  await replicator.log.until('caught up');
  const losing = proxy.impose({ kind: 'swallow' }, { role: 'write', direction: 'to-client' });
  await all.untilCopied(await all.append(10));
  expect(replicator.replicator.destinations[0]?.copied.events).toBe(10);
  expect(proxy.cut({ role: 'write' })).toBeGreaterThan(0);
  losing[Symbol.dispose]();
  await replicator.log.until('caught up', { count: 2 });
  await all.append(10);
  await all.untilEqual();
  expect(replicator.replicator.destinations[0]?.copied.events).toBe(20);
});
