// @ts-nocheck
import { expect, test } from 'vitest';
import { copyInCounted } from '../../src/events/copy-in-counted.js';
import { tupleOf } from '../../src/events/tuple-walker.js';
import { connect } from '../../src/pg/connect.js';
import type { Connection } from '../../src/pg/connection.js';
import { createInstallation } from '../support/installation/installation.js';
import { FaultProxy } from '../support/network/proxy.js';

/** Copies one event, which goes behind the one before it. */
function copyOne(connection: Connection, id: bigint): Promise<number> {
  const fields = Buffer.concat([Buffer.alloc(16), Buffer.from('\x01{}')]);
  fields.writeBigInt64BE(id);
  const parts = [tupleOf(fields)];
  const [firstId, count] = id === 1n ? [id, 1] : [id - 1n, 2];
  return copyInCounted(connection, { parts, rows: 1, firstId, lastId: id, count });
}

test('copies are carried out in the order in which they were asked for, also while another question is unanswered', async () => {
  await using all = await createInstallation();
  await using proxy = await FaultProxy.inFrontOf(all.destination());
  await using session = await connect(proxy.through(all.destination()), {
    applicationName: 'slate-test',
    connectTimeoutMs: 15_000,
  });
  const held = proxy.impose({ kind: 'hold' }, { direction: 'to-client' });
  // As the heartbeat of an idle session does.
  const asking = session.query<{ one: number }>('SELECT 1 AS one');
  const copying = Promise.all([1n, 2n, 3n].map((id) => copyOne(session, id)));
  copying.catch(() => {});
  // They wait for no reply, not even for that one.
  await all.untilCopied(3n);
  held[Symbol.dispose]();
  expect(await copying).toEqual([1, 1, 1]);
  expect(await asking).toEqual([{ one: 1 }]);
  expect(await copyOne(session, 4n)).toBe(1);
});
