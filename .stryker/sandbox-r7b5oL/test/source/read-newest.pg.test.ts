/** The cheap way to read a few events gives the same bytes as COPY, and says when it has not read everything. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { selectEventsSql } from '../../src/events/events-sql.js';
import { MAX_ID } from '../../src/events/id-range.js';
import type { Connection } from '../../src/pg/connection.js';
import { copyOut } from '../../src/pg/copy-out.js';
import { readNewest } from '../../src/source/read-newest.js';
import { NEWEST_EVENT_BYTES, NEWEST_ROWS, SELECT_NEWEST_SQL } from '../../src/source/reading-sql.js';
import { HOSTILE_EVENTS, HOSTILE_TIMES } from '../support/databases/hostile-events.js';
import { createInstallation } from '../support/installation/installation.js';
import { connectTo } from '../support/postgres/databases.js';
import { until } from '../support/until.js';

const COPY_HEADER_BYTES = 19;
const COPY_TRAILER_BYTES = 2;

async function copied(connection: Connection, after: bigint): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await copyOut(connection, `COPY (${selectEventsSql({ after })}) TO STDOUT (FORMAT binary)`, (chunk) => {
    chunks.push(chunk);
    return true;
  });
  return Buffer.concat(chunks).subarray(COPY_HEADER_BYTES, -COPY_TRAILER_BYTES);
}

test('3 byte-equal: a few events are read as COPY has them, whatever they hold', async () => {
  await using all = await createInstallation();
  await using connection = await connectTo(all.source);
  let id = -3n;
  for (const event of HOSTILE_EVENTS) {
    for (const ts of [
      HOSTILE_TIMES[Math.abs(Number(id)) % HOSTILE_TIMES.length],
      '2020-01-01 00:00:00.000001+00',
    ]) {
      await connection.query('INSERT INTO public.events VALUES ($1, $2, $3)', [id, ts, event]);
      id += 1n;
    }
  }
  for (let after = -4n; after < id; after += 7n) {
    const { tuples, reachedEnd } = await readNewest(connection, { after: after, upTo: MAX_ID });
    const whole = await copied(connection, after);
    const read = Buffer.concat(tuples);
    expect(read.equals(whole.subarray(0, read.length))).toBe(true);
    if (reachedEnd) expect(read.length).toBe(whole.length);
  }
});

test('nothing is nothing more, and a full answer says that there may be more', async () => {
  await using all = await createInstallation();
  await using connection = await connectTo(all.source);
  expect(await readNewest(connection, { after: 0n, upTo: MAX_ID })).toEqual({
    predecessor: undefined,
    tuples: [],
    reachedEnd: true,
  });
  await all.append(NEWEST_ROWS - 1);
  expect(await readNewest(connection, { after: 0n, upTo: MAX_ID })).toMatchObject({
    tuples: { length: NEWEST_ROWS - 1 },
    reachedEnd: true,
  });
  await all.append(1);
  expect(await readNewest(connection, { after: 0n, upTo: MAX_ID })).toMatchObject({
    tuples: { length: NEWEST_ROWS },
    reachedEnd: false,
  });
});

test('it ends before an event that is large as it is stored, and says that there is more', async () => {
  await using all = await createInstallation();
  await using connection = await connectTo(all.source);
  const append = (text: string) =>
    connection.query(`SELECT append_events(ARRAY[jsonb_build_object('text', ${text})])`);
  await append("'small'");
  await append(`repeat('packs well', ${NEWEST_EVENT_BYTES})`);
  expect(await readNewest(connection, { after: 0n, upTo: MAX_ID })).toMatchObject({
    tuples: { length: 2 },
    reachedEnd: true,
  });
  await append("(SELECT string_agg(md5(n::text), '') FROM generate_series(1, 200) n)");
  await append("'small'");
  expect(await readNewest(connection, { after: 0n, upTo: MAX_ID })).toMatchObject({
    tuples: { length: 2 },
    reachedEnd: false,
  });
  expect(await readNewest(connection, { after: 3n, upTo: MAX_ID })).toMatchObject({
    tuples: { length: 1 },
    reachedEnd: true,
  });
});

test('live, few events and many, small ones and large ones are each read once', async () => {
  await using all = await createInstallation();
  await using running = all.start();
  await running.log.until('caught up');
  let events = 0;
  for (const count of [1, NEWEST_ROWS - 1, 1, NEWEST_ROWS, 1, NEWEST_ROWS + 1, 1, 1, 3 * NEWEST_ROWS, 1, 1]) {
    await all.append(count);
    events += count;
    if (count !== 1) {
      await all.query(
        all.source,
        `SELECT append_events(array_agg(jsonb_build_object('text', (
        SELECT string_agg(md5(n::text), '') FROM generate_series(1, size) n)))) FROM unnest(ARRAY[1, 200, 1]) AS size`,
      );
      events += 3;
    }
    await all.untilEqual();
  }
  expect(running.replicator.source.rowsServed).toBe(events);
  // The look at the destination each second may be what was asked last.
  await until('an event was read with the statement for the newest', async () => {
    await all.append(1);
    await all.untilEqual();
    const readers = await all.query<{ query: string }>(
      all.source,
      `SELECT query FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'slate-replicator/read'`,
    );
    return readers.some(({ query }) => query === SELECT_NEWEST_SQL);
  });
});
