/** Transactions that are too large for memory: what piping them must not do to the source, and must do right. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { peakMemoryMb } from '../support/peak-memory.js';
import { until } from '../support/until.js';

const SMALL_MEMORY = { memoryBudgetBytes: 1_000_000 };

async function appendGiant(all: Installation, events: number): Promise<void> {
  await all.query(
    all.source,
    `SELECT append_events(ARRAY(SELECT jsonb_build_object('n', n, 'text', repeat(md5(n::text), 10)) FROM generate_series(1, ${events}) n))`,
  );
}

interface SourceSession {
  readonly state: string;
  readonly xmin: string | null;
}

test('9 a destination that takes nothing holds no statement and no snapshot open at the source', async () => {
  await using all = await createInstallation();
  await all.append(5);
  const holder = await all.session(all.destination());
  await using replicator = all.start({ onError: 'retry', ...SMALL_MEMORY });
  await replicator.log.until('caught up');
  await holder.query('BEGIN; LOCK TABLE events IN SHARE MODE');
  await appendGiant(all, 100_000);
  await replicator.log.until('piping a transaction too large for memory');
  const sessions = () =>
    all.query<SourceSession>(
      all.source,
      `SELECT state, backend_xmin::text AS xmin FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE 'slate-replicator%'`,
    );
  // The pipe's own session, beside the listening and the reading one.
  await until('the pipe waited', async () => {
    const all3 = await sessions();
    return all3.length >= 3 && all3.every(({ state, xmin }) => state === 'idle' && xmin === null);
  });
  await holder.query('COMMIT');
  await all.untilEqual();
  await replicator.stop();
});

test('a giant with a gap inside arrives whole, as does what is missing of one', async () => {
  await using all = await createInstallation();
  await all.append(5);
  await appendGiant(all, 20_000);
  await all.append(5);
  await all.query(
    all.source,
    `SET session_replication_role = replica; DELETE FROM events WHERE id BETWEEN 3000 AND 3100 OR id = 9000; RESET session_replication_role`,
  );
  await all.copyOnce(SMALL_MEMORY);
  await all.untilEqual();
  await all.query(all.destination(), 'DELETE FROM events WHERE id BETWEEN 2500 AND 19000');
  await all.copyOnce(SMALL_MEMORY);
  await all.untilEqual();
});

test('events that suddenly become large are piped in memory that does not grow with them', async () => {
  await using all = await createInstallation();
  await all.query(
    all.source,
    `SELECT append_events(
       ARRAY(SELECT jsonb_build_object('n', n) FROM generate_series(1, 30000) n) ||
       ARRAY(SELECT jsonb_build_object('text', repeat(md5(n::text), 60000)) FROM generate_series(1, 40) n))`,
  );
  await using command = all.startCommand([], { config: { memoryBudgetMb: 16 } });
  await command.log.until('caught up');
  await all.untilEqual();
  expect(command.log.of('piping a transaction too large for memory')).toHaveLength(1);
  expect(peakMemoryMb(command.pid) ?? 0).toBeLessThan(250);
  command.send('SIGTERM');
  expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
});
