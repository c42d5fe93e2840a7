// @ts-nocheck
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { insertValues } from '../support/databases/insert-values.js';
import { connectTo, createSource } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

let params: ConnectionParams;
let source: Connection;

beforeEach(async () => {
  params = await createSource(sharedServer());
  source = await connectTo(params);
});
afterEach(() => source[Symbol.asyncDispose]());

async function insert(text: string): Promise<number | undefined> {
  const [row] = await source.query<{ rows: number }>('SELECT insert_events($1) AS rows', [text]);
  return row?.rows;
}

async function appendEvents(events: readonly (string | null)[]): Promise<bigint | undefined> {
  const [row] = await source.query<{ id: bigint }>('SELECT append_events($1::jsonb[]) AS id', [events]);
  return row?.id;
}

function events(): Promise<{ id: bigint; event: string }[]> {
  return source.query('SELECT id, event::text FROM events ORDER BY id');
}

/** Texts that a parser of placeholders, quotes or format strings could stumble over. */
const TRICKY = [
  '{"a": "$1[7]"}',
  '{"a": "$2, and $1[1], $2, $1[2]"}',
  `{"a": "it's '' ('quoted')"}`,
  '{"a": "back\\\\slash \\" %s %I %% \\u00e9 \\n"}',
  '{"a": "/* -- */ $$ $tag$ E\'x\' ); DROP TABLE id; --"}',
  '{"a": 12345678901234567890, "b": 1.10, "c": 1e400}',
  '[]',
  'null',
];

describe.each([
  ['insert_events', async (texts: readonly string[]) => void (await insert(insertValues(texts)))],
  ['append_events', async (texts: readonly string[]) => void (await appendEvents(texts))],
])('%s', (_, add) => {
  test('keeps every event as it is, whatever its text holds, in the order given', async () => {
    await add(TRICKY);
    const expected = await source.query(
      'SELECT n AS id, e::jsonb::text AS event FROM unnest($1::text[]) WITH ORDINALITY AS t (e, n)',
      [TRICKY],
    );
    expect(await events()).toEqual(expected);
  });

  test('hands out consecutive ids from 1, none of them lost by a rollback, and one ts per transaction', async () => {
    await add(['1', '2']);
    await source.query('BEGIN');
    await add(['3', '4', '5']);
    await source.query('ROLLBACK');
    await source.query('BEGIN');
    await add(['6']);
    await add(['7', '8']);
    await source.query('COMMIT');
    expect(
      await source.query('SELECT array_agg(id ORDER BY id)::text AS ids FROM events GROUP BY ts ORDER BY ts'),
    ).toEqual([{ ids: '{1,2}' }, { ids: '{3,4,5}' }]);
    expect(await source.query('SELECT id FROM id')).toEqual([{ id: 6n }]);
  });

  test('gives ts the time of the transaction’s start, to the microsecond', async () => {
    await source.query('BEGIN');
    await add(['1', '2']);
    const [row] = await source.query('SELECT bool_and(ts = transaction_timestamp()) AS equal FROM events');
    await source.query('COMMIT');
    expect(row).toEqual({ equal: true });
  });

  test('takes an event of any size: 8,000 bytes and one of a megabyte', async () => {
    const sizes = [7_900, 8_000, 1_000_000];
    await add(sizes.map((length) => JSON.stringify({ text: 'x'.repeat(length) })));
    expect(await source.query("SELECT length(event #>> '{text}') AS length FROM events ORDER BY id")).toEqual(
      sizes.map((length) => ({ length })),
    );
  });

  test('takes many events in one call', async () => {
    await add(Array.from({ length: 5_000 }, (_value, n) => JSON.stringify({ n })));
    const sql = 'SELECT count(*), bool_and((event #>> \'{n}\')::bigint = id - 1) AS "inOrder" FROM events';
    expect(await source.query(sql)).toEqual([{ count: 5_000n, inOrder: true }]);
  });
});

test('insert_events returns the number of events, append_events the first id', async () => {
  expect(await insert(insertValues(['1', '2', '3']))).toBe(3);
  expect(await appendEvents(['4', '5'])).toBe(4n);
});

test('insert_events reads whatever SQL a loader writes for an event', async () => {
  const rows = [
    `($1[1], $2, '1'::jsonb)`,
    `( $1[2] ,$2, jsonb_build_object('k', E'it\\'s $1[9]'))`,
    `($1[3], $2, $json$"'"$json$::jsonb) -- the end`,
  ];
  expect(await insert(rows.join(' ,\n'))).toBe(3);
  expect((await events()).map(({ event }) => event)).toEqual(['1', '{"k": "it\'s $1[9]"}', '"\'"']);
});

describe('the text for insert_events', () => {
  test('may name functions, types, tables and operators of public, as in version 0.1.4', async () => {
    await source.query(
      `CREATE FUNCTION greeting(name text) RETURNS jsonb LANGUAGE sql AS $$ SELECT to_jsonb('Hi ' || name) $$;
       CREATE DOMAIN document AS jsonb;
       CREATE TABLE texts AS SELECT '"in a table"'::jsonb AS event;
       CREATE OPERATOR <+> (LEFTARG = text, RIGHTARG = text, FUNCTION = textcat)`,
    );
    const texts = [
      "greeting('you')",
      `'"a domain"'::document`,
      '(SELECT event FROM texts)',
      "to_jsonb('a' <+> 'b')",
      "to_jsonb(now() > '2000-01-01')",
    ];
    expect(await insert(texts.map((text, at) => `($1[${at + 1}], $2, ${text})`).join())).toBe(5);
    expect(await events()).toMatchObject(
      ['"Hi you"', '"a domain"', '"in a table"', '"ab"', 'true'].map((event) => ({ event })),
    );
  });

  test('finds what the search_path finds that the session began with, and leaves the session’s as it is', async () => {
    await source.query(
      'CREATE SCHEMA app; CREATE FUNCTION app.one() RETURNS jsonb LANGUAGE sql AS $$ SELECT to_jsonb(1) $$',
    );
    await source.query(`ALTER DATABASE "${params.databaseName}" SET search_path = app`);
    await using session = await connectTo(params);
    await session.query('BEGIN; SET LOCAL search_path = pg_catalog, app');
    expect(await session.query("SELECT public.insert_events('($1[1], $2, one())') AS rows")).toEqual([
      { rows: 1 },
    ]);
    expect(await session.query('SHOW search_path')).toEqual([{ search_path: 'pg_catalog, app' }]);
    await session.query('COMMIT');
  });

  test('means PostgreSQL’s own function where public has a closer match of that name', async () => {
    await source.query(
      `CREATE FUNCTION jsonb_build_object(text, text) RETURNS jsonb LANGUAGE sql AS $$ SELECT to_jsonb('decoy'::text) $$`,
    );
    await insert("($1[1], $2, jsonb_build_object('a', 'b'))");
    expect(await events()).toEqual([{ id: 1n, event: '{"a": "b"}' }]);
  });

  test('is read as the session reads strings', async () => {
    await source.query('SET standard_conforming_strings = off; SET escape_string_warning = off');
    expect(await insert(`($1[1], $2, '{"a": "it\\'s $1[9]"}')`)).toBe(1);
    expect(await events()).toEqual([{ id: 1n, event: `{"a": "it's $1[9]"}` }]);
  });
});

describe('insert_events inserts nothing and raises', () => {
  const NOT_CONSECUTIVE = 'Parameter index is not consecutive';
  const wrong = {
    'when the placeholders do not start at 1': ["($1[2], $2, '{}')", NOT_CONSECUTIVE],
    'when one is left out': ["($1[1], $2, '{}'), ($1[3], $2, '{}')", NOT_CONSECUTIVE],
    'when one is there twice': ["($1[1], $2, '{}'), ($1[1], $2, '{}')", NOT_CONSECUTIVE],
    'when they are in another order': ["($1[2], $2, '{}'), ($1[1], $2, '{}')", NOT_CONSECUTIVE],
    'when an id is not a placeholder': ["(1, $2, '{}')", NOT_CONSECUTIVE],
    'when a placeholder is also in an event': ['($1[1], $2, to_jsonb($1[1]))', NOT_CONSECUTIVE],
    'when ts is not the placeholder': ["($1[1], '2020-01-01', '{}')", 'Each row must have $2'],
    'when ts is the time itself': ["($1[1], transaction_timestamp(), '{}')", 'Each row must have $2'],
    'when one row of two lacks it': [
      "($1[1], $2, '{}'), ($1[2], '2020-01-01', '\"$2\"')",
      'Each row must have $2',
    ],
    'when a row has too many columns': [
      "($1[1], $2, '{}', 4)",
      /cannot cast type record to (public\.)?events/,
    ],
    'when a row has too few': ['($1[1], $2)', /columns/],
    'when an event is missing': ['($1[1], $2, NULL)', 'violates not-null constraint'],
    'when an event is not JSON': ["($1[1], $2, '{')", 'invalid input syntax for type json'],
    'when there is no row': ['', 'syntax error'],
    'when there is no text': [null, 'syntax error'],
  } as const;

  test.each(Object.entries(wrong))('%s', async (_, [text, message]) => {
    await expect(source.query('SELECT insert_events($1)', [text])).rejects.toThrow(message);
    expect(await events()).toEqual([]);
    expect(await insert("($1[1], $2, '{}')")).toBe(1);
    expect(await events()).toEqual([{ id: 1n, event: '{}' }]);
  });
});

test('append_events inserts nothing and raises when there is no event, or one of them is missing', async () => {
  await expect(appendEvents([])).rejects.toThrow('at least one event');
  await expect(source.query('SELECT append_events(NULL)')).rejects.toThrow('at least one event');
  await expect(appendEvents(['1', null])).rejects.toThrow('violates not-null constraint');
  expect(await events()).toEqual([]);
});

test('both ways in say so when table id has lost its row', async () => {
  await source.query('DELETE FROM id');
  await expect(appendEvents(['1'])).rejects.toThrow('Table id has no row');
  await expect(insert("($1[1], $2, '{}')")).rejects.toThrow('Table id has no row');
});

test('a function of another schema cannot take the place of those that are called', async () => {
  await source.query(
    `CREATE SCHEMA evil;
     CREATE TABLE evil.events (LIKE public.events); CREATE TABLE evil.id (id bigint);
     CREATE FUNCTION evil.append_events(jsonb[]) RETURNS bigint LANGUAGE sql AS 'SELECT 666::bigint';
     SET search_path = evil, public`,
  );
  await source.query("SELECT public.append_events('{1}')");
  await source.query('SELECT public.insert_events($1)', ["($1[1], $2, '2')"]);
  expect(await source.query('SELECT id FROM public.events ORDER BY id')).toEqual([{ id: 1n }, { id: 2n }]);
});
