// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { connect } from '../../../src/pg/connect.js';
import { sharedServer } from '../postgres/shared-server.js';
import { FaultProxy } from './proxy.js';

async function session(proxy: FaultProxy, applicationName: string) {
  const params = proxy.through(sharedServer().params('postgres'));
  return connect(params, { applicationName, connectTimeoutMs: 5_000 });
}

test('the proxy tells roles apart and cuts only the ones meant', async () => {
  await using proxy = await FaultProxy.inFrontOf(sharedServer());
  await using reader = await session(proxy, 'slate-replicator/read');
  await using writer = await session(proxy, 'slate-replicator:there:1/db');
  expect([proxy.count({ role: 'read' }), proxy.count({ role: 'write' }), proxy.count()]).toEqual([1, 1, 2]);
  expect(proxy.cut({ role: 'read' })).toBe(1);
  await expect(reader.query('SELECT 1')).rejects.toThrow();
  expect(await writer.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

test('what is held arrives when the fault ends, what is swallowed never does', async () => {
  await using proxy = await FaultProxy.inFrontOf(sharedServer());
  await using held = await session(proxy, 'held');
  await using swallowed = await session(proxy, 'slate-replicator/read');
  const holding = proxy.impose({ kind: 'hold' }, { role: 'other' });
  const swallowing = proxy.impose({ kind: 'swallow' }, { role: 'read' });
  const answers = [held.query('SELECT 1'), swallowed.query('SELECT 1')];
  expect(await Promise.race([...answers, sleep(200, 'silence')])).toBe('silence');
  holding[Symbol.dispose]();
  swallowing[Symbol.dispose]();
  expect((await Promise.allSettled(answers)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
});
