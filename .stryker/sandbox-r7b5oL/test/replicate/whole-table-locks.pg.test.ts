/** Somebody asks for all of a destination's table, or of a part of it, while lanes are copying. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { connectTo } from '../support/postgres/databases.js';
import { until } from '../support/until.js';

/** More than COPY keeps in memory before it inserts them. */
const ROWS = 3_000;

/** Ids from 2,001 on are in a partition of their own: the first batch reaches it when it has inserted a thousand. */
const PARTITIONED = `
  DROP TABLE events;
  CREATE TABLE events (id bigint NOT NULL, ts timestamptz NOT NULL, event jsonb NOT NULL) PARTITION BY RANGE (id);
  ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id);
  CREATE TABLE low_ids PARTITION OF events FOR VALUES FROM (MINVALUE) TO (2001);
  CREATE TABLE high_ids PARTITION OF events DEFAULT;`;

/** Server processes of our sessions with such a name in such a state. */
async function sessions(all: Installation, name: string, state: string): Promise<number[]> {
  const rows = await all.query<{ pid: number }>(
    all.destination(),
    `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND starts_with(application_name, $1)
        AND CASE WHEN wait_event_type = 'Lock' THEN 'waits for a lock' ELSE state END = $2`,
    [name, state],
  );
  return rows.map(({ pid }) => pid);
}

test.each([
  'LOCK TABLE high_ids IN ACCESS EXCLUSIVE MODE',
  'TRUNCATE high_ids',
  'ALTER TABLE high_ids ALTER COLUMN event SET STORAGE EXTERNAL',
])('lanes let somebody through who stands between them, and copying goes on behind: %s', async (sql) => {
  await using all = await createInstallation();
  await all.query(all.destination(), PARTITIONED);
  for (let batch = 0; batch < 4; batch++) await all.append(ROWS);
  await using holder = await connectTo(all.destination());
  await holder.query(`BEGIN; INSERT INTO events (id, ts, event) VALUES (3, now(), '{}')`);
  await using running = all.start({ lanes: 4, maxEventsPerWrite: ROWS, pollIntervalMs: 100 });
  const [lanes, control] = ['slate-replicator:', 'slate-replicator/control:'];
  await until('a later lane had copied', async () => {
    return (await sessions(all, lanes, 'idle in transaction')).length > 0;
  });

  await using other = await connectTo(all.destination());
  const asking = other.query(`BEGIN; ${sql}`);
  let behind: number[] = [];
  await until('the control session stood behind the request', async () => {
    behind = await sessions(all, control, 'waits for a lock');
    return behind.length > 0;
  });
  await holder.query('ROLLBACK');
  await asking;
  await until('another control session waited', async () => {
    return (await sessions(all, control, 'waits for a lock')).some((pid) => !behind.includes(pid));
  });
  await other.query('COMMIT');
  await all.untilEqual();
  expect(running.log.of('destination failed: trying again').map(({ err }) => String(err))).toEqual([
    expect.stringMatching(/Parallel writes into .* block each other/),
  ]);
  await running.stop();
});
