// @ts-nocheck
import { expect, test } from 'vitest';
import { upgradeSource } from '../../src/init-db/upgrade-source.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { insertValues } from '../support/databases/insert-values.js';
import { createOriginalSource, definitions } from '../support/databases/original-source.js';
import { TableLock } from '../support/databases/table-lock.js';
import { connectTo } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';
import { until } from '../support/until.js';

const CONNECTING = { connectTimeoutMs: 15_000 };

function insert(source: Connection, texts: readonly string[]): Promise<unknown> {
  return source.query('SELECT insert_events($1)', [insertValues(texts)]);
}

/** An upgrade under way, and who uses the table when the upgrade says that it waits. */
function upgradeThatWaits(params: ConnectionParams) {
  let says: (users: readonly string[]) => void = () => {};
  const waits = new Promise<readonly string[]>((resolve) => {
    says = resolve;
  });
  return { waits, upgrading: upgradeSource(params, { ...CONNECTING, onWaiting: says }) };
}

/** A transaction that has inserted one event and is still open; the session is called `loader`. */
async function openTransaction(source: Connection): Promise<void> {
  await source.query("SET application_name = 'loader'; BEGIN");
  await insert(source, ['1']);
}

test('an upgrade waits for the loader that is writing, and the next gets the next id', async () => {
  const params = await createOriginalSource(sharedServer());
  await using loader = await connectTo(params);
  await using other = await connectTo(params);
  await openTransaction(loader);
  const { waits, upgrading } = upgradeThatWaits(params);
  expect(await waits).toEqual([expect.stringMatching(/^\d+ \(loader, role /)]);
  const inserting = insert(other, ['2']);
  await insert(loader, ['3']);
  await loader.query('COMMIT');
  await inserting;
  expect(await upgrading).toMatchObject({ changed: true });
  await insert(loader, ['4']);
  expect(await loader.query('SELECT id, event::text FROM events ORDER BY id')).toEqual(
    ['1', '3', '2', '4'].map((event, at) => ({ id: BigInt(at + 1), event })),
  );
});

test('while an upgrade waits, others read and write: they do not queue up behind it', async () => {
  const params = await createOriginalSource(sharedServer());
  await using loader = await connectTo(params);
  await using other = await connectTo(params);
  await openTransaction(loader);
  const { waits, upgrading } = upgradeThatWaits(params);
  await waits;
  // The loader's transaction stays open: behind a request for the lock that waits, these would wait too.
  await other.query("SET statement_timeout = '20s'");
  for (let n = 2; n <= 4; n++) {
    await other.query('SELECT count(*) FROM events');
    await other.query("INSERT INTO events VALUES ($1, now(), '{}')", [10 * n]);
  }
  await loader.query('COMMIT');
  await upgrading;
});

test('an upgrade that is stopped while it waits leaves the source as it was, and no request for a lock', async () => {
  const params = await createOriginalSource(sharedServer());
  await using source = await connectTo(params);
  const before = await definitions(source);
  await using lock = await TableLock.take(params, 'SHARE');
  const stop = new AbortController();
  const upgrading = upgradeSource(params, { ...CONNECTING, signal: stop.signal });
  await lock.untilWaitedFor();
  stop.abort(new Error('stopped'));
  await expect(upgrading).rejects.toThrow('stopped');
  await until('nobody waited for the lock', async () => {
    const sql = "SELECT FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted";
    return (await source.query(sql)).length === 0;
  });
  await lock.release();
  expect(await definitions(source)).toEqual(before);
});
