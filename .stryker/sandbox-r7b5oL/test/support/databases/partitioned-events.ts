// @ts-nocheck
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import type { Installation } from '../installation/installation.js';

/**
 * Fills `events` with the ids from 1 to 20,000, the same in whatever database. Those from 10,000 on are in partition `high`, the
 * others in `low`: a test can lock one of them.
 */
export async function partitionEvents(all: Installation, params: ConnectionParams): Promise<void> {
  await all.query(
    params,
    `ALTER TABLE events RENAME TO whole; ALTER TABLE whole DROP CONSTRAINT events_pkey;
     CREATE TABLE events (LIKE whole, PRIMARY KEY (id)) PARTITION BY RANGE (id);
     CREATE TABLE low PARTITION OF events FOR VALUES FROM (MINVALUE) TO (10000);
     CREATE TABLE high PARTITION OF events FOR VALUES FROM (10000) TO (MAXVALUE);
     INSERT INTO events SELECT n, timestamptz '2026-01-01' + n * interval '1 ms', '{}' FROM generate_series(1, 20000) AS n`,
  );
}
