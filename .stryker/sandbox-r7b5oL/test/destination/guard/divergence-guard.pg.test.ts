/** Guarantee 7, asked of the guard itself: which event it names, and that it names one. */
// @ts-nocheck

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DivergenceError } from '../../../src/common/operator-error.js';
import {
  divergenceAt,
  guardAgainstDivergence,
  readLatest,
} from '../../../src/destination/guard/divergence-guard.js';
import { DIGESTED_BYTES } from '../../../src/events/fingerprint.js';
import type { Connection } from '../../../src/pg/connection.js';
import { connectTo, createDestination } from '../../support/postgres/databases.js';
import { sharedServer } from '../../support/postgres/shared-server.js';

/** The last event of both tables; the ids before it are odd. */
const LAST_ID = 799n;
const EVENTS = 400n;

let source: Connection;
let destination: Connection;

beforeAll(async () => {
  source = await connectTo(await createDestination(sharedServer()));
  destination = await connectTo(await createDestination(sharedServer()));
});
afterAll(async () => {
  for (const connection of [source, destination]) await connection[Symbol.asyncDispose]();
});
beforeEach(async () => {
  for (const connection of [source, destination]) {
    await connection.query('TRUNCATE events');
    await connection.query(
      `INSERT INTO events SELECT 2 * n - 1, '2020-01-01 00:00:00.123456Z', to_jsonb(n)
         FROM generate_series(1, $1::bigint) n`,
      [EVENTS],
    );
  }
});

async function guard() {
  return guardAgainstDivergence(source, destination, await readLatest(destination));
}

/** What the guard says is different; undefined if it lets the destination be. */
async function complaint(): Promise<string | undefined> {
  const error = await guard().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return undefined;
  expect(error).toBeInstanceOf(DivergenceError);
  const { message, hint } = error as DivergenceError;
  expect(hint).toContain('slate-eventsDiff');
  expect(message).toContain(`Destination ${destination.where} differs from source ${source.where}: event `);
  expect(message).toMatch(/\. Nothing was written\.$/);
  return /: event (\d+ .*)\. Nothing was written\.$/.exec(message)?.[1];
}

async function edit(from: bigint, to = from): Promise<void> {
  await destination.query(`UPDATE events SET event = '"edited"' WHERE id BETWEEN $1::bigint AND $2::bigint`, [
    from,
    to,
  ]);
}

describe('7 refusal: the guard', () => {
  it('tells the last event of an equal destination, with its microseconds and its digest', async () => {
    expect(await guard()).toEqual({
      id: LAST_ID,
      ts: 631_152_000_123_456n,
      bytes: 3,
      digest: '26d228663f13a88592a12d16cf9587caab0388b262d6d9f126ed62f9333aca94',
    });
  });

  it('tells no digest of a long event, as nobody keeps one', async () => {
    const lengthOf = async (characters: number) => {
      for (const connection of [source, destination]) {
        await connection.query(`UPDATE events SET event = to_jsonb(repeat('x', $1)) WHERE id = $2`, [
          characters,
          LAST_ID,
        ]);
      }
      return guard();
    };
    // The text has its two quotation marks besides.
    expect(await lengthOf(DIGESTED_BYTES - 1)).toMatchObject({
      bytes: DIGESTED_BYTES + 1,
      digest: undefined,
    });
    expect((await lengthOf(DIGESTED_BYTES - 2))?.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has nothing to say of an empty destination', async () => {
    await destination.query('TRUNCATE events');
    expect(await guard()).toBeUndefined();
  });

  it('lets a source be that has more', async () => {
    await destination.query('DELETE FROM events WHERE id > 500 OR id = 7');
    expect(await guard()).toMatchObject({ id: 499n });
  });

  it('names the first event of a past that is another one, wherever it begins', async () => {
    const beginning = fc.bigInt({ min: 1n, max: EVENTS }).map((n) => 2n * n - 1n);
    await fc.assert(
      fc.asyncProperty(beginning, async (from) => {
        await edit(from, LAST_ID);
        expect(await complaint()).toBe(`${from} has a different "event"`);
        await destination.query('UPDATE events SET event = to_jsonb((id + 1) / 2)');
      }),
      { numRuns: 12, examples: [[1n], [3n], [LAST_ID]] },
    );
  });

  it('names the first event of a past that the source never had', async () => {
    await source.query('DELETE FROM events WHERE id > 300');
    expect(await complaint()).toBe('301 does not exist in the source');
  });

  it('names an event that was edited alone, if it is the first one or one of the last hundred', async () => {
    for (const id of [1n, LAST_ID - 198n, LAST_ID - 100n, LAST_ID]) {
      await edit(id);
      expect(await complaint()).toBe(`${id} has a different "event"`);
      await destination.query('UPDATE events SET event = to_jsonb((id + 1) / 2)');
    }
  });

  it('does not read what lies before the last hundred: that is for slate-eventsDiff', async () => {
    await edit(3n, LAST_ID - 200n);
    expect(await complaint()).toBeUndefined();
  });

  it('sees a microsecond, and knows who cuts them off', async () => {
    await destination.query("UPDATE events SET ts = ts + '1 microsecond' WHERE id = $1", [LAST_ID]);
    expect(await complaint()).toBe(`${LAST_ID} has a different "ts"`);
    await destination.query("UPDATE events SET ts = date_trunc('milliseconds', ts)");
    expect(await complaint()).toBe(
      '1 has a "ts" without its microseconds, as slate-replicator 0.1.4 wrote it',
    );
  });
});

describe('7 refusal: a look at one event', () => {
  it('finds nothing where it is equal, and where the destination does not hold it', async () => {
    expect(await divergenceAt(source, destination, 7n)).toBeUndefined();
    expect(await divergenceAt(source, destination, 8n)).toBeUndefined();
  });

  it('tells how it differs, whatever other events are like', async () => {
    await edit(5n, 9n);
    await source.query('DELETE FROM events WHERE id = 9');
    expect((await divergenceAt(source, destination, 7n))?.message).toContain(
      'event 7 has a different "event"',
    );
    expect((await divergenceAt(source, destination, 9n))?.message).toContain(
      'event 9 does not exist in the source',
    );
  });
});
