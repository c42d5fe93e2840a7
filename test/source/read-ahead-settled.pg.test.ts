/** A read that was sent ahead is judged by what was final when it was sent. */
import { expect, test } from 'vitest';
import type { Connection } from '../../src/pg/connection.js';
import { BatchReader } from '../../src/source/batch-reader.js';
import { ReadPace } from '../../src/source/read-pace.js';
import { ReadingConnections } from '../../src/source/reading-connections.js';
import { NEWEST_ROWS } from '../../src/source/reading-sql.js';
import type { Settlement } from '../../src/source/settlement.js';
import { WakeUps } from '../../src/source/wake-ups.js';
import { SlabPool } from '../../src/threads/slabs.js';
import { createInstallation } from '../support/installation/installation.js';
import { startDistance } from '../support/network/distance.js';
import { RoundTrips } from '../support/network/round-trips.js';
import { connectTo } from '../support/postgres/databases.js';
import { until } from '../support/until.js';

const BEHIND_3 = { after: 3n, anchorId: 3n, mayWait: () => false };
const MIB = 1024 * 1024;

/** A reader of a source far away, which expects few events. Its settlement says what the test says. */
function readerOf(open: () => Promise<Connection>) {
  const settled = { settledId: 3n, endIdBehind: async () => 1_000n };
  const wakeUps = new WakeUps();
  const pace = new ReadPace({ maxEvents: 10_000, budgetBytes: 64 * MIB });
  pace.sawAtTip(NEWEST_ROWS - 1);
  const connections = new ReadingConnections(open);
  const settlement = settled as Pick<Settlement, 'settledId' | 'endIdBehind'> as Settlement;
  const reader = new BatchReader({ connections, settlement, pace, pool: new SlabPool(), wakeUps });
  return { reader, settled, wakeUps, connections };
}

test('8 settled: an id that was missing then and is final now is not taken for final', async () => {
  await using all = await createInstallation();
  await all.append(3);
  await all.query(all.source, 'DELETE FROM id');
  await using trips = await RoundTrips.to(all.source);
  await using distance = await startDistance(trips.near(all.source), 10);
  const { reader, settled, wakeUps, connections } = readerOf(() => connectTo(distance.through(all.source)));
  await using _connections = connections;
  // The first read shows how far away the source is, the second notes where it ends.
  for (let n = 0; n < 2; n++) await reader.read(BEHIND_3, undefined, true);

  await using open = await (await all.session(all.source)).openBeside('test');
  await open.query('BEGIN');
  await open.query(`INSERT INTO public.events (id, ts, event) VALUES (4, now(), '4')`);
  await all.query(all.source, `INSERT INTO public.events (id, ts, event) VALUES (5, now(), '5')`);
  const asked = trips.questions;
  wakeUps.signal('notification');
  await until('the source had answered', () => trips.questions > asked && trips.isAnswered);
  await open.query('COMMIT');
  settled.settledId = 5n;

  expect(await reader.read(BEHIND_3, undefined, true)).toMatchObject({
    result: { kind: 'nothing', isBlocked: true },
  });
  expect(await reader.read(BEHIND_3, undefined, true)).toMatchObject({ result: { kind: 'batch', rows: 2 } });
});
