// @ts-nocheck
import { expect, test } from 'vitest';
import { connect } from '../../src/pg/connect.js';
import type { ConnectOptions } from '../../src/pg/connect-options.js';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';

const SESSION: ConnectOptions = { applicationName: 'slate-test', connectTimeoutMs: 15_000 };

/** What a database may be set to, and what every session of ours is set to then. */
const OVERRIDDEN = [
  ['row_security', 'on', 'off'],
  ['exit_on_error', 'on', 'off'],
  ['statement_timeout', '1h', '0'],
  ['lock_timeout', '1h', '0'],
  ['idle_in_transaction_session_timeout', '1h', '0'],
  ['idle_session_timeout', '1h', '0'], // since 14
  ['transaction_timeout', '1h', '0'], // since 17
  ['default_transaction_isolation', 'serializable', 'read committed'],
  ['default_transaction_deferrable', 'on', 'off'],
  ['jit', 'on', 'off'],
] as const;

/** What only matters to SQL and to texts: sessions in which triggers fire keep it. */
const KEPT_FOR_TRIGGERS = [
  ['standard_conforming_strings', 'off', 'on'],
  ['array_nulls', 'off', 'on'],
  ['transform_null_equals', 'on', 'off'],
  ['quote_all_identifiers', 'on', 'off'],
  ['DateStyle', 'German, DMY', 'ISO, MDY'],
  ['IntervalStyle', 'iso_8601', 'postgres'],
  ['TimeZone', 'Asia/Kathmandu', 'UTC'],
  ['bytea_output', 'escape', 'hex'],
  ['extra_float_digits', '-15', '1'],
] as const;

/** Sets a database as it could be set for people who use it by hand. */
async function misset(all: Installation, { databaseName }: ConnectionParams): Promise<void> {
  for (const [name, value] of [...OVERRIDDEN, ...KEPT_FOR_TRIGGERS, ['search_path', 'evil']] as const) {
    if (!(await isKnown(all, name))) continue;
    const list = name === 'DateStyle' ? value : `'${value}'`;
    await all.query(all.source, `ALTER DATABASE "${databaseName}" SET ${name} = ${list}`);
  }
}

/** Whether this major has the setting. */
async function isKnown(all: Installation, name: string): Promise<boolean> {
  return (await all.query(all.source, 'SELECT FROM pg_settings WHERE name = $1', [name])).length > 0;
}

async function settingOf(connection: Connection, name: string): Promise<string | undefined> {
  const [row] = await connection.query<{ value: string }>(
    'SELECT pg_catalog.current_setting($1::pg_catalog.text, true) AS value',
    [name],
  );
  return row?.value;
}

test('whatever a database was set to, our sessions last, see all rows and speak the same SQL', async () => {
  await using all = await createInstallation();
  await misset(all, all.source);
  await using connection = await connect(all.source, SESSION);
  for (const [name, , ours] of [...OVERRIDDEN, ...KEPT_FOR_TRIGGERS]) {
    expect.soft([name, (await settingOf(connection, name)) ?? ours]).toEqual([name, ours]);
  }
  expect(await settingOf(connection, 'search_path')).toBe('pg_catalog, pg_temp');
});

test('where triggers of a database fire they find the settings that they were written for', async () => {
  await using all = await createInstallation();
  await misset(all, all.source);
  await using connection = await connect(all.source, { ...SESSION, firesTriggers: true });
  for (const [name, , ours] of OVERRIDDEN) {
    expect.soft([name, (await settingOf(connection, name)) ?? ours]).toEqual([name, ours]);
  }
  for (const [name, theirs] of KEPT_FOR_TRIGGERS) {
    expect.soft([name, await settingOf(connection, name)]).toEqual([name, theirs]);
  }
});

test.each([
  ['"$user", public', '"$user", public, pg_temp'],
  ['evil, pg_catalog', 'evil, pg_temp'],
  ['pg_temp, "a, ""b""", PG_CATALOG', '"a, ""b""", pg_temp'],
  ["''", '"", pg_temp'],
])(
  'where triggers fire, pg_catalog comes before all of search_path and pg_temp behind it: %s',
  async (theirs, ours) => {
    await using all = await createInstallation();
    const { databaseName } = all.source;
    await all.query(all.source, `ALTER DATABASE "${databaseName}" SET search_path = ${theirs}`);
    await using connection = await connect(all.source, { ...SESSION, firesTriggers: true });
    expect(await settingOf(connection, 'search_path')).toBe(ours);
  },
);
