// @ts-nocheck
import { expect, test } from 'vitest';
import type { DigestMethod } from '../../../src/diff/tables/digest-sql.js';
import { agreeOnMethod, type OpenTable } from '../../../src/diff/tables/open-tables.js';

/** A table whose server answered so to each probe. */
function tableOf(where: string, hash: string, sha256: string): OpenTable {
  return { table: { where }, extent: {}, identity: { where }, probes: { hash, sha256 } } as OpenTable;
}

/** The method that each table is given; for one that cannot be compared, why. */
function agreed(left: OpenTable, ...rights: readonly OpenTable[]): (DigestMethod | string)[] {
  const opened = rights.map((value) => ({ status: 'fulfilled', value }) as const);
  const results = agreeOnMethod(left, opened).map((result) =>
    result.status === 'fulfilled' ? result.value.table.method : String(result.reason.message),
  );
  return [left.table.method, ...results];
}

const UTF8 = () => tableOf('utf8', 'a UTF8', 'b');
const LATIN1 = () => tableOf('latin1', 'a LATIN1', 'b');
const STRANGE = () => tableOf('strange', 'c UTF8', 'd');

test('servers that compute the fast digest alike use it', () => {
  expect(agreed(UTF8(), UTF8(), UTF8())).toEqual(['hash', 'hash', 'hash']);
});

test('servers of different encodings use the digest that does not depend on the encoding', () => {
  expect(agreed(UTF8(), UTF8(), LATIN1())).toEqual(['sha256', 'sha256', 'sha256']);
});

test('a server that computes other digests is named, and does not keep the others from being compared', () => {
  expect(agreed(UTF8(), UTF8(), STRANGE())).toEqual([
    'sha256',
    'sha256',
    'utf8 and strange compute different digests for the same events.',
  ]);
});
