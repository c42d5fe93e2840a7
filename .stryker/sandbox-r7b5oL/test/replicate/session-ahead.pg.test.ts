/** A session that was opened ahead of the first write may be asked for a sign of life when that write comes. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { copyInCounted } from '../../src/events/copy-in-counted.js';
import { WRITE_REFUTED } from '../../src/events/events-sql.js';
import { tupleOf } from '../../src/events/tuple-walker.js';
import { WriteSessions } from '../../workers/write-sessions.js';
import { emptyWrite } from '../support/empty-write.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { FaultProxy } from '../support/network/proxy.js';
import { until } from '../support/until.js';

const AHEAD = 'slate-replicator/ahead/here:test';

/** What the destination was asked in the session that was opened ahead, and when. */
async function lastAsked(all: Installation): Promise<string | undefined> {
  const [asked] = await all.query<{ at: string }>(
    all.destination(),
    `SELECT query_start::text AS at FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = $1 AND query LIKE '%pg_backend_pid%'`,
    [AHEAD],
  );
  return asked?.at;
}

test('a write that the server refutes is refuted, also where a sign of life is under way in its session', async () => {
  await using all = await createInstallation();
  await using proxy = await FaultProxy.inFrontOf(all.destination());
  const params = proxy.through(all.destination());
  const writer = { params, applicationName: 'slate-replicator:test', connectTimeoutMs: 15_000, settings: {} };
  const sessions = new WriteSessions();
  await sessions.connectAhead({
    destinationKey: '0',
    ahead: { ...writer, applicationName: AHEAD, heartbeatIntervalMs: 100 },
  });
  let before: string | undefined;
  await until('it was alive', async () => {
    before = await lastAsked(all);
    return before !== undefined;
  });
  const replies = proxy.impose({ kind: 'hold' }, { direction: 'to-client' });
  await until('it was asked for a sign of life', async () => (await lastAsked(all)) !== before);
  const opening = sessions.of(emptyWrite(writer, { destinationKey: '0', order: 'exclusive' }));
  const writing = opening.then(({ connection }) => {
    const fields = Buffer.concat([Buffer.alloc(16), Buffer.from('\x01{}')]);
    fields.writeBigInt64BE(5n);
    const parts = [tupleOf(fields)];
    // Event 4, behind which it is to go, is not there.
    return copyInCounted(connection, { parts, rows: 1, firstId: 4n, lastId: 5n, count: 2 });
  });
  replies[Symbol.dispose]();
  await expect(writing).rejects.toMatchObject({ code: WRITE_REFUTED });
  expect(await all.count(all.destination())).toBe(0);
  (await opening).connection.destroy();
});
