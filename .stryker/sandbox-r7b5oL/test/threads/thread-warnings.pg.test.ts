/** A password that was changed in its file is known to the threads that have read it, and to nobody else. */
// @ts-nocheck

import { expect, test } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import type { WriteTask, WriteTrouble } from '../../src/threads/messages.js';
import { WritePool } from '../../src/threads/write-pool.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { TableLock } from '../support/databases/table-lock.js';
import { emptyWrite } from '../support/empty-write.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { needsPasswordCheck } from '../support/postgres/needs.js';
import { until } from '../support/until.js';

/** Words of the message with which a server refuses one connection too many. */
const PASSWORD = 'too many connections';

/** Lets a role log in so many times at once, with that password from a file. */
async function limited(all: Installation, role: RestrictedRole, connections: number) {
  const { user, password: _, ...params } = role.in(all.destination());
  await all.query(all.source, `ALTER ROLE "${user}" PASSWORD '${PASSWORD}' CONNECTION LIMIT ${connections}`);
  return { ...params, user, passwordFrom: all.writeFile('password', `${PASSWORD}\n`) } as ConnectionParams;
}

function newPool(onTrouble: (trouble: WriteTrouble) => void = () => {}) {
  const pool = new WritePool({ threads: 1, onError: () => {}, onTrouble });
  return { pool, [Symbol.asyncDispose]: () => pool.stop() };
}

function writeAs(params: ConnectionParams): WriteTask {
  const session = {
    params,
    applicationName: 'slate-replicator:test',
    connectTimeoutMs: 15_000,
    heartbeatIntervalMs: 20,
    settings: {},
  };
  return emptyWrite(session, { destinationKey: '0', order: 'gated' });
}

test('a warning of a thread does not show a password that only the thread knows', async (context) => {
  needsPasswordCheck(context);
  await using all = await createInstallation();
  await using role = await RestrictedRole.create(all, [{ on: all.destination(), rights: 'SELECT, INSERT' }]);
  const params = await limited(all, role, 1);
  await using lock = await TableLock.take(all.destination(), 'ACCESS EXCLUSIVE');
  const told: WriteTrouble[] = [];
  await using fixture = newPool((trouble) => told.push(trouble));
  const writing = fixture.pool.write(writeAs(params), 0).catch(() => {});
  await until('it was told that the server cannot be asked', () => told.length > 0);
  expect(told[0]?.reason).toMatch(/\*\*\* for role/);
  await lock.release();
  await writing;
});

test('a failure of a thread does not show a password that only the thread knows', async (context) => {
  needsPasswordCheck(context);
  await using all = await createInstallation();
  await using role = await RestrictedRole.create(all, [{ on: all.destination(), rights: 'SELECT, INSERT' }]);
  const params = await limited(all, role, 0);
  await using fixture = newPool();
  await expect(fixture.pool.write(writeAs(params), 0)).rejects.toThrow(/\*\*\* for role/);
});
