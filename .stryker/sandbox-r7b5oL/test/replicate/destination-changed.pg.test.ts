/** Guarantee 4 and 7: a destination that somebody changes beneath a live replicator is refilled, or stopped. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';

async function live(all: Installation, pollIntervalMs: number): Promise<RunningReplicator> {
  for (let n = 0; n < 12; n++) await all.append(20);
  const replicator = all.start({ onError: 'retry', pollIntervalMs });
  await replicator.log.until('caught up');
  return replicator;
}

const MISSING: Readonly<Record<string, string>> = {
  'was truncated': 'TRUNCATE events',
  'lost its last event': 'DELETE FROM events WHERE id = 240',
  'lost events before its last one': 'DELETE FROM events WHERE id BETWEEN 200 AND 239',
  'lost its first event': 'DELETE FROM events WHERE id = 1',
};

const DIFFERENT: Readonly<Record<string, string>> = {
  'whose last event was edited': `UPDATE events SET event = '{"edited": 1}' WHERE id = 240`,
  'of which an event shortly before was edited': `UPDATE events SET event = '{"edited": 1}' WHERE id = 180`,
  'of which a ts was edited': "UPDATE events SET ts = ts + interval '1 microsecond' WHERE id = 239",
  'that was given an event of its own': "INSERT INTO events VALUES (10000, now(), '1')",
};

/** So late that only the next event can be what makes it look. */
const NEVER_MS = 10_000_000;

describe.concurrent('4 once: a destination beneath a live replicator', () => {
  test.each(Object.entries(MISSING))('that %s is refilled after the next event', async (_, sql) => {
    await using all = await createInstallation();
    await using replicator = await live(all, NEVER_MS);
    await all.query(all.destination(), sql);
    await all.append(1);
    await all.untilEqual();
    await replicator.stop();
  });

  test.each(Object.entries(MISSING))('that %s is refilled at the next poll', async (_, sql) => {
    await using all = await createInstallation();
    await using replicator = await live(all, 500);
    await all.query(all.destination(), sql);
    await all.untilEqual();
    await replicator.stop();
  });
});

describe.concurrent('7 refusal: a destination beneath a live replicator', () => {
  test.each(Object.entries(DIFFERENT))('%s is stopped after the next event', async (_, sql) => {
    await using all = await createInstallation();
    await using replicator = await live(all, NEVER_MS);
    await all.query(all.destination(), sql);
    await all.append(1);
    const [stopped] = await replicator.log.until('destination stopped: a person must act');
    expect(stopped).toMatchObject({ err: { name: 'DivergenceError' } });
  });

  test.each(Object.entries(DIFFERENT))('%s is stopped at the next poll', async (_, sql) => {
    await using all = await createInstallation();
    await using replicator = await live(all, 500);
    await all.query(all.destination(), sql);
    const [stopped] = await replicator.log.until('destination stopped: a person must act');
    expect(stopped).toMatchObject({ err: { name: 'DivergenceError' } });
  });

  test('an edit is noticed though hundreds of events follow before the next look', async () => {
    await using all = await createInstallation();
    await using replicator = await live(all, NEVER_MS);
    await all.query(all.destination(), `UPDATE events SET event = '{"edited": 1}' WHERE id = 239`);
    await all.append(300);
    const [stopped] = await replicator.log.until('destination stopped: a person must act');
    expect(stopped).toMatchObject({ err: { name: 'DivergenceError' } });
  });

  test('events that are large as they are stored are compared by id and ts', async () => {
    await using all = await createInstallation();
    await all.query(
      all.source,
      `SELECT append_events(ARRAY(SELECT jsonb_build_object('text',
         (SELECT string_agg(md5((n * 1000 + k)::text), '') FROM generate_series(1, 200) k)) FROM generate_series(1, 5) n))`,
    );
    await using replicator = await live(all, 500);
    await all.query(all.destination(), "UPDATE events SET ts = ts + interval '1 second' WHERE id = 5");
    await all.query(all.destination(), 'DELETE FROM events WHERE id > 10');
    await replicator.log.until('destination stopped: a person must act');
  });
});
