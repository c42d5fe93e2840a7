// @ts-nocheck
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import pg from 'pg';
import { expect, it } from 'vitest';
import { digest } from '../support/databases/events-table.js';
import { asServersReachIt, hostAndPort } from '../support/databases/restore-from.js';
import { TestRoles } from '../support/databases/test-roles.js';
import { codeBlocks } from '../support/docs/markdown.js';
import { connectTo, createDestination, createSource } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

/** What the block of docs/operations.md makes of psql: its options for the server, and the statement. */
function runBlock(password: string): { options: string; sql: string } {
  const [block = ''] = codeBlocks(readFileSync('docs/operations.md', 'utf8'), 'restore');
  const folder = mkdtempSync(join(tmpdir(), 'slate-readme-'));
  try {
    const psql = '#!/bin/sh\nprintf %s "$PGOPTIONS" > options\nprintf %s "$3" > statement\n';
    writeFileSync(join(folder, 'psql'), psql, { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
    const run = spawnSync('bash', ['--norc', '-euc', block], { cwd: folder, env, input: `${password}\n` });
    expect(run.stderr.toString()).toBe('');
    const [options, sql] = ['options', 'statement'].map((name) => readFileSync(join(folder, name), 'utf8'));
    return { options: options ?? '', sql: sql ?? '' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('docs/operations.md restores a lost source with a password of any characters', async () => {
  const params = await createSource(sharedServer());
  const replicaParams = await createDestination(sharedServer());
  await using source = await connectTo(params);
  await using replica = await connectTo(replicaParams);
  await using roles = new TestRoles(replica, replicaParams);
  const reader = await roles.create('reader');
  await replica.query(`INSERT INTO events VALUES (1, now(), '{}'); GRANT SELECT ON events TO "${reader}"`);

  const { options, sql } = runBlock(roles.in('reader').password ?? '');
  const server = hostAndPort(await asServersReachIt(replica));
  const adapted = sql
    .replace('replica-host:5432', server)
    .replace('events_replica', replicaParams.databaseName)
    .replace("'reader'", `'${reader}'`);
  const session = new pg.Client({ ...params, database: params.databaseName, options });
  await session.connect();
  expect((await session.query(adapted)).rows).toEqual([{ rows_restored: '1', next_insert_id: '2' }]);
  await session.end();
  expect(await digest(source)).toBe(await digest(replica));
});
