// @ts-nocheck
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '../../../src/pg/connection.js';

/** What the server says when a decoy was called, or when it cannot choose between a decoy and its own. */
export const HIJACKED = /HIJACKED|cannot accept a value of type any|is not unique/;

/**
 * Puts decoys into schema `public` of a database: functions, operators, types and tables with the names of PostgreSQL's own, with
 * the same types and with types that match more closely. Who means PostgreSQL's own, by its full name or by a safe search_path, never meets one.
 */
export async function plantDecoys(connection: Connection): Promise<void> {
  await connection.query(`SET decoys.called = '${[...calledNames()].join(' ')}'`);
  // One transaction for all would take many times as long.
  for (const part of readFileSync('test/support/databases/decoys.sql', 'utf8').split('\n\n'))
    await connection.query(part);
}

/** Every name before a parenthesis in the product, SQL or not: functions that our SQL calls are among them. */
function calledNames(): Set<string> {
  const names = new Set<string>();
  for (const folder of ['src', 'workers']) {
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(ts|sql)$/.test(file)) continue;
      for (const [, name = ''] of readFileSync(join(folder, file), 'utf8').matchAll(
        /\b([a-z_][a-z0-9_]*)\(/g,
      )) {
        names.add(name);
      }
    }
  }
  return names;
}
