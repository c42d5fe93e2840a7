/** On a long way, opening the session that writes takes as long as all that comes before the first write. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { connect } from '../../src/pg/connect.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { startDistance } from '../support/network/distance.js';
import { until } from '../support/until.js';

const ONE_WAY_MS = 20;

/** What the sessions of the destination are for. */
async function purposes(all: Installation): Promise<string[]> {
  const sessions = await all.query<{ purpose: string }>(
    all.destination(),
    `SELECT regexp_replace(split_part(application_name, ':', 1), '/ahead/.*', '/ahead') AS purpose FROM pg_stat_activity
      WHERE datname = current_database() AND starts_with(application_name, 'slate-replicator') ORDER BY purpose`,
  );
  return sessions.map(({ purpose }) => purpose);
}

function untilThereAre(all: Installation, expected: readonly string[]): Promise<void> {
  return until(`there were ${expected.join(', ')}`, async () => `${await purposes(all)}` === `${expected}`);
}

const CONTROL = 'slate-replicator/control';

test('a far destination has its session to write before there is anything to write, and uses that', async () => {
  await using all = await createInstallation();
  await using way = await startDistance(all.source, ONE_WAY_MS);
  await using replicator = all.start({ replicationDestinations: [way.through(all.destination())] });
  await untilThereAre(all, ['slate-replicator/ahead', CONTROL].sort());
  await replicator.log.until('caught up');
  await all.append(3);
  await all.untilEqual();
  expect(await purposes(all)).toEqual(['slate-replicator', CONTROL]);
  await replicator.stop();
});

test('a session that was opened ahead and is lost is replaced', async () => {
  await using all = await createInstallation();
  await using way = await startDistance(all.source, ONE_WAY_MS);
  const far = { replicationDestinations: [way.through(all.destination())] };
  await using replicator = all.start({ ...far, onError: 'retry' });
  await replicator.log.until('caught up');
  await until('it was ended', async () => {
    const ended = await all.query(
      all.destination(),
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND starts_with(application_name, 'slate-replicator/ahead')`,
    );
    return ended.length > 0;
  });
  await all.append(3);
  await all.untilEqual();
  await replicator.stop();
});

test('a destination that was stopped keeps none', async () => {
  await using all = await createInstallation({ destinations: 2 });
  await all.append(3);
  await all.query(all.destination(), `INSERT INTO events (id, ts, event) VALUES (1, now(), '"another"')`);
  await using way = await startDistance(all.source, ONE_WAY_MS);
  const destinations = [way.through(all.destination()), all.destination(1)];
  await using replicator = all.start({ replicationDestinations: destinations, onError: 'retry' });
  await replicator.log.until('destination stopped: a person must act');
  await all.untilCopied(3n, [all.destination(1)]);
  await untilThereAre(all, []);
  await replicator.stop().catch(() => {});
});

test('a standby has none: it may wait for days', async () => {
  await using all = await createInstallation();
  await all.append(3);
  await using near = all.start();
  await all.untilEqual();
  await using way = await startDistance(all.source, ONE_WAY_MS);
  const far = { replicationDestinations: [way.through(all.destination())] };
  await using standby = all.start({ ...far, standby: true, onError: 'retry' });
  await standby.log.until('destination has another writer: waiting for its end');
  expect(await purposes(all)).toEqual(['slate-replicator', CONTROL, CONTROL]);
  await standby.stop();
  await near.stop();
});

test('the next writer ends one that another process has left, which may still find a write in what arrives', async () => {
  await using all = await createInstallation();
  await using left = await connect(all.destination(), {
    applicationName: 'slate-replicator/ahead/of another:test',
    connectTimeoutMs: 15_000,
  });
  await using replicator = all.start();
  await replicator.log.until('caught up');
  await until('it was ended', () => left.lost.aborted);
  await replicator.stop();
});
