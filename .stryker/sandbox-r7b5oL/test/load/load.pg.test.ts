// @ts-nocheck
import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../src/common/operator-error.js';
import { perfOperations } from '../../src/load/data/perf-data.js';
import { personOperations } from '../../src/load/data/person-data.js';
import { type LoadOptions, load } from '../../src/load/load.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { digestOf, digestOfOperations, inspect } from '../support/databases/loaded-table.js';
import { createOriginalSource } from '../support/databases/original-source.js';
import { connectTo, createDestination, createSource } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';

const PERSONS = { countPerson: 200, countFiller: 1000, countPersonDelete: 40, seed: 5 };
const PERSON_EVENTS = 200 * 8 + 40;
const ALL_WELL = { broken: 0, deletedTooEarly: 0, idsInOrder: true, programs: 1 };

function into(source: ConnectionParams, options: Partial<LoadOptions> = {}): LoadOptions {
  return { source, connectTimeoutMs: 15_000, applicationName: 'slate-test', ...options };
}

async function countEvents(params: ConnectionParams): Promise<bigint> {
  await using connection = await connectTo(params);
  const [row] = await connection.query<{ count: bigint }>('SELECT count(*) FROM events');
  return row?.count ?? -1n;
}

describe('a load', () => {
  test('writes every operation whole, with consecutive ids, and tells which', async () => {
    const source = await createSource(sharedServer());
    const first = await load(personOperations(PERSONS), into(source));
    expect(first).toMatchObject({
      operations: 200,
      events: PERSON_EVENTS,
      ids: { firstId: 1n, lastId: 1640n },
    });
    expect(await inspect(source)).toMatchObject({ ...ALL_WELL, events: PERSON_EVENTS, operations: 200 });

    const second = await load(perfOperations({ events: 130, maxEventsPerInsert: 25 }), into(source));
    expect(second).toMatchObject({ operations: 6, events: 130, ids: { firstId: 1641n, lastId: 1770n } });
    expect(await inspect(source)).toMatchObject({ ...ALL_WELL, events: PERSON_EVENTS + 130, programs: 2 });
  });

  test('writes the very events that the seed stands for, however many loaders there are', async () => {
    const expected = await digestOfOperations(await createSource(sharedServer()), personOperations(PERSONS));
    for (const loaders of [1, 3, 8]) {
      const source = await createSource(sharedServer());
      const summary = await load(
        personOperations(PERSONS),
        into(source, { loaders, operationsPerTransaction: 3 }),
      );
      expect(summary).toMatchObject({ events: PERSON_EVENTS, ids: { firstId: 1n, lastId: 1640n } });
      expect(await inspect(source)).toMatchObject(ALL_WELL);
      expect(await digestOf(source)).toBe(expected);
    }
  });

  test('writes an operation only after the one that it names, also when other loaders are in between', async () => {
    const source = await createSource(sharedServer());
    const chain = Array.from({ length: 200 }, (_, index) => ({
      num: index + 1,
      events: [`${index + 1}`],
      after: index,
    }));
    await load(chain, into(source, { loaders: 6, operationsPerTransaction: 1 }));
    await using connection = await connectTo(source);
    const rows = await connection.query<{ event: string }>('SELECT event FROM events ORDER BY id');
    expect(rows.map(({ event }) => Number(event))).toEqual(chain.map(({ num }) => num));
  });

  test('commits as many operations together as it was told', async () => {
    for (const [operationsPerTransaction, transactions] of [
      [1, 200],
      [32, 7],
    ] as const) {
      const source = await createSource(sharedServer());
      await load(personOperations(PERSONS), into(source, { operationsPerTransaction }));
      expect(await inspect(source)).toMatchObject({ ...ALL_WELL, transactions });
    }
  });

  test('may be of nothing', async () => {
    const summary = await load([], into(await createSource(sharedServer()), { loaders: 2 }));
    expect(summary).toMatchObject({ operations: 0, events: 0, ids: undefined });
  });

  test('writes any text that JSON can hold, unchanged', async () => {
    const texts = [{ quote: `'"\\ $1[7] $2, $$ ');`, newline: '\n\t', more: 'ä€😀' }, { number: 1 }].map(
      (event) => JSON.stringify(event),
    );
    const digits = '{"digits": 12345678901234567890, "scale": 1.10}';
    const operations = [{ num: 1, events: [...texts, digits] }];
    const source = await createSource(sharedServer());
    await load(operations, into(source));
    expect(await digestOf(source)).toBe(await digestOfOperations(source, operations));
  });

  test('stops between transactions when it is told to, and knows what it has written', async () => {
    const source = await createSource(sharedServer());
    const stop = new AbortController();
    const summary = await load(
      personOperations({ countPerson: 1e6, countFiller: 1e6, countPersonDelete: 1000 }),
      into(source, {
        loaders: 2,
        signal: stop.signal,
        onWritten: ({ events }) => {
          if (events > 500) stop.abort();
        },
      }),
    );
    expect(summary.events).toBeGreaterThan(500);
    expect(await inspect(source)).toMatchObject({
      ...ALL_WELL,
      events: summary.events,
      operations: summary.operations,
    });
  });
});

describe('a load into a source that the original made', () => {
  test('goes through its insert_events', async () => {
    const source = await createOriginalSource(sharedServer());
    const summary = await load(personOperations(PERSONS), into(source, { loaders: 2 }));
    expect(summary).toMatchObject({ operations: 200, events: PERSON_EVENTS, ids: undefined });
    expect(await inspect(source)).toMatchObject({ ...ALL_WELL, events: PERSON_EVENTS });
    expect(await digestOf(source)).toBe(await digestOfOperations(source, personOperations(PERSONS)));
  });

  test('quotes what JSON may contain', async () => {
    const source = await createOriginalSource(sharedServer());
    const operations = [{ num: 1, events: [`{"a": "it's \\\\ \\" ); ä€😀 \\n"}`, '{"b": 1.10}'] }];
    await load(operations, into(source));
    expect(await digestOf(source)).toBe(await digestOfOperations(source, operations));
  });
});

describe('a load that cannot be', () => {
  test('into a destination says what is missing there and writes nothing', async () => {
    const destination = await createDestination(sharedServer());
    const attempt = load(personOperations(PERSONS), into(destination, { loaders: 3 }));
    await expect(attempt).rejects.toThrow(
      /is not an event source: .* append_events\(jsonb\[\]\) nor insert_events\(text\)/,
    );
    await expect(attempt).rejects.toBeInstanceOf(OperatorError);
    expect(await countEvents(destination)).toBe(0n);
  });

  test('without the rights names the missing right', async () => {
    const source = await createSource(sharedServer());
    await using connection = await connectTo(source);
    const user = `${source.databaseName}_reader`;
    await connection.query(`CREATE ROLE ${user} LOGIN PASSWORD 'reader'`);
    try {
      const attempt = load(personOperations(PERSONS), into({ ...source, user, password: 'reader' }));
      await expect(attempt).rejects.toThrow(
        /write more than 0 events .* permission denied for function append_events \[42501\]/,
      );
      await expect(attempt).rejects.toMatchObject({ exitCode: 1, hint: expect.stringContaining('GRANTs') });
    } finally {
      await connection.query(`DROP ROLE ${user}`);
    }
    expect(await countEvents(source)).toBe(0n);
  });

  test('go on because the server ends a session leaves whole operations and says how many events it wrote', async () => {
    const source = await createSource(sharedServer());
    await using observer = await connectTo(source);
    let ended: Promise<unknown> | undefined;
    const attempt = load(
      personOperations({ countPerson: 1e6, countFiller: 1e6, countPersonDelete: 1000 }),
      into(source, {
        loaders: 3,
        onWritten: () => {
          ended ??= observer.query(
            `SELECT pg_terminate_backend(min(pid)) FROM pg_stat_activity WHERE application_name = 'slate-test' AND datname = $1 AND pid <> pg_backend_pid()`,
            [source.databaseName],
          );
        },
      }),
    );
    await expect(attempt).rejects.toThrow(/Cannot write more than \d+ events to /);
    await ended;
    const { events, ...table } = await inspect(source);
    expect(events).toBeGreaterThan(0);
    expect(table).toMatchObject(ALL_WELL);
  });
});
