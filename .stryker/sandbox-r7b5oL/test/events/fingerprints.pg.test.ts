/** The source, a destination and the bytes of COPY come to the same fingerprint of the same event, whatever it holds. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { guardAgainstDivergence, readLatest } from '../../src/destination/guard/divergence-guard.js';
import { AnchorRow } from '../../src/events/anchor-row.js';
import { copyBehindSql } from '../../src/events/events-sql.js';
import {
  DIGESTED_BYTES,
  type Fingerprint,
  fingerprintOf,
  isSameEvent,
} from '../../src/events/fingerprint.js';
import { MAX_ID } from '../../src/events/id-range.js';
import { TUPLE_HEADER_BYTES, TupleWalker } from '../../src/events/tuple-walker.js';
import type { Connection } from '../../src/pg/connection.js';
import { copyOut } from '../../src/pg/copy-out.js';
import { readNewest } from '../../src/source/read-newest.js';
import { HOSTILE_EVENTS, HOSTILE_TIMES } from '../support/databases/hostile-events.js';
import { createInstallation } from '../support/installation/installation.js';
import { connectTo } from '../support/postgres/databases.js';

const BORDER = DIGESTED_BYTES - '""'.length;
const EVENTS = [
  ...HOSTILE_EVENTS,
  ...[BORDER - 1, BORDER, BORDER + 1, 3 * BORDER].map((length) => JSON.stringify('é'.repeat(length / 2))),
  ...[BORDER, BORDER + 1].map((length) => JSON.stringify('x'.repeat(length))),
];

/** As a batch remembers it. */
async function fromBytes(connection: Connection, id: bigint): Promise<Fingerprint | undefined> {
  let found: Fingerprint | undefined;
  const walker = new TupleWalker();
  const parts: Buffer[] = [];
  const tuples: { id: bigint; ts: bigint; start: number; end: number }[] = [];
  await copyOut(connection, copyBehindSql({ after: id - 1n, upTo: id }), (chunk) => {
    parts.push(...walker.push(chunk, (tuple) => tuples.push(tuple)));
    return true;
  });
  for (const tuple of tuples) {
    const event = Buffer.concat(parts).subarray(tuple.start + TUPLE_HEADER_BYTES, tuple.end);
    found = fingerprintOf(tuple, [event]);
  }
  return found;
}

/** As the first row of a COPY tells it. */
async function fromAnchor(connection: Connection, id: bigint): Promise<Fingerprint | undefined> {
  const anchor = new AnchorRow(id);
  const walker = new TupleWalker();
  await copyOut(connection, copyBehindSql({ after: id, anchorId: id, limit: 1 }), (chunk) => {
    for (const part of walker.push(chunk, (tuple) => anchor.takes(tuple))) anchor.strip(part);
    return true;
  });
  return anchor.fingerprint;
}

test('7 refusal: all ways to a fingerprint agree', async () => {
  await using all = await createInstallation();
  await using source = await connectTo(all.source);
  await using destination = await connectTo(all.destination());
  let id = 0n;
  for (const event of EVENTS) {
    id += 1n;
    const ts = HOSTILE_TIMES[Number(id) % HOSTILE_TIMES.length];
    for (const connection of [source, destination])
      await connection.query('INSERT INTO public.events VALUES ($1, $2, $3)', [id, ts, event]);
    const handedOut = await fromBytes(source, id);
    expect(handedOut).toBeDefined();
    const ofGuard = await guardAgainstDivergence(source, destination, await readLatest(destination));
    expect(isSameEvent(await fromAnchor(source, id), handedOut)).toBe(true);
    expect(isSameEvent(ofGuard, handedOut)).toBe(true);
    expect(ofGuard?.digest === undefined).toBe(handedOut?.text === undefined);
    const { predecessor } = await readNewest(source, { after: id, upTo: MAX_ID });
    expect(isSameEvent(predecessor, handedOut)).toBe(true);
  }
});

test('7 refusal: an event that is gone has none', async () => {
  await using all = await createInstallation();
  await all.append(3);
  await using source = await connectTo(all.source);
  expect(await fromAnchor(source, 7n)).toBeUndefined();
  expect((await readNewest(source, { after: 7n, upTo: MAX_ID })).predecessor).toBeUndefined();
  expect((await readNewest(source, { after: 0n, upTo: MAX_ID })).predecessor).toBeUndefined();
});
