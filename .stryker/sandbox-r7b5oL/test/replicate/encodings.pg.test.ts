/** Databases that do not all speak UTF-8. A database in SQL_ASCII holds bytes, whatever they mean. */
// @ts-nocheck

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { compareTables } from '../../src/diff/compare/compare-tables.js';
import { createObjects } from '../../src/init-db/create-objects.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import type { TableType } from '../../src/schema/objects.js';
import { Installation } from '../support/installation/installation.js';
import { connectTo } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

type Encoding = 'UTF8' | 'SQL_ASCII' | 'LATIN1' | 'WIN1251' | 'KOI8R';

const EVERYTHING_IS_TOO_LARGE = { memoryBudgetBytes: 1 };

async function createIn(encoding: Encoding, tableType: TableType): Promise<ConnectionParams> {
  const server = sharedServer();
  const databaseName = `${server.databasePrefix}${encoding}_${randomBytes(5).toString('hex')}`;
  await using maintenance = await connectTo(server.params('postgres'));
  await maintenance.query(
    `CREATE DATABASE ${pg.escapeIdentifier(databaseName)} TEMPLATE template0 ENCODING '${encoding}' LC_COLLATE 'C' LC_CTYPE 'C'`,
  );
  await using connection = await connectTo(server.params(databaseName));
  await createObjects(connection, tableType);
  return server.params(databaseName);
}

async function installationOf(source: Encoding, destination: Encoding): Promise<Installation> {
  return new Installation(await createIn(source, 'source'), [await createIn(destination, 'destination')]);
}

/** Letters that are not in ASCII, as text of this database. */
async function insertText(all: Installation, letters = 'éüß'): Promise<void> {
  await all.query(
    all.source,
    `SELECT append_events(ARRAY['{"${letters}": "${letters}", "a": [1.10]}', '"\u00a0"']::jsonb[])`,
  );
}

/** In one encoding after the other: `é` in ISO 8859-1, in UTF-8, and bytes that are neither. */
async function insertBytes(all: Installation): Promise<void> {
  const sql = `SELECT append_events(array_agg(('{"bytes": "' || convert_from(decode(bytes, 'hex'), 'SQL_ASCII') || '"}')::jsonb))
                 FROM unnest($1::text[]) AS bytes`;
  await all.query(all.source, sql, [['e9', 'c3a9', 'ff80fe', 'eda080']]);
}

/** What the server holds, not what it would send to a client in UTF-8. */
function bytesOf(all: Installation, params: ConnectionParams): Promise<object[]> {
  const sql = `SELECT id, encode(timestamptz_send(ts), 'hex') AS ts, md5(event::text) AS event FROM events ORDER BY id`;
  return all.query(params, sql);
}

async function expectSameBytes(all: Installation, count: number): Promise<void> {
  const copied = await bytesOf(all, all.destination());
  expect(copied).toHaveLength(count);
  expect(copied).toEqual(await bytesOf(all, all.source));
  expect(await compareTables(all.source, all.destination())).toMatchObject({ equal: true });
}

describe.concurrent('events are copied to the byte', () => {
  test.each([
    ['UTF8', 'SQL_ASCII', {}],
    ['SQL_ASCII', 'UTF8', {}],
    ['UTF8', 'SQL_ASCII', EVERYTHING_IS_TOO_LARGE],
    ['SQL_ASCII', 'UTF8', EVERYTHING_IS_TOO_LARGE],
  ] as const)('from %s to %s', async (from, to, overrides) => {
    await using all = await installationOf(from, to);
    await insertText(all);
    await all.copyOnce(overrides);
    await insertText(all);
    await all.copyOnce(overrides);
    await expectSameBytes(all, 4);
  });

  test.each([
    ['in batches', {}],
    ['through the pipe', EVERYTHING_IS_TOO_LARGE],
  ])('from SQL_ASCII to SQL_ASCII, also when they are no UTF-8, %s', async (_, overrides) => {
    await using all = await installationOf('SQL_ASCII', 'SQL_ASCII');
    await insertBytes(all);
    await all.copyOnce(overrides);
    await insertBytes(all);
    await all.copyOnce(overrides);
    await expectSameBytes(all, 8);
  });
});

test.each([
  ['LATIN1', 'UTF8', 'éüß'],
  ['WIN1251', 'UTF8', 'привет'],
  ['KOI8R', 'KOI8R', 'привет'],
] as const)('from %s to %s events are the same text', async (from, to, letters) => {
  await using all = await installationOf(from, to);
  await insertText(all, letters);
  await all.copyOnce();
  await insertText(all, letters);
  await all.copyOnce();
  await all.untilEqual();
  expect(await compareTables(all.source, all.destination())).toMatchObject({ equal: true });
});

test('a destination that cannot hold the bytes is stopped, and the others go on', async () => {
  const [source, ascii, utf8] = [
    await createIn('SQL_ASCII', 'source'),
    await createIn('SQL_ASCII', 'destination'),
    await createIn('UTF8', 'destination'),
  ];
  await using all = new Installation(source, [ascii, utf8]);
  await insertBytes(all);
  await using replicator = all.start({ onError: 'retry' });
  const [stopped] = await replicator.log.until('destination stopped: a person must act');
  expect(stopped?.['destination']).toContain(utf8.databaseName);
  await all.untilCopied(4n, [ascii]);
  await insertBytes(all);
  await all.untilCopied(8n, [ascii]);
  expect(await all.count(utf8)).toBe(0);
});
