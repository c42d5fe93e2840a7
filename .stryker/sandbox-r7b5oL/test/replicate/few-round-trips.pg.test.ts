/** What a start costs where databases are far away: replies that must be waited for, one after the other. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { PID_SQL } from '../../src/pg/session-settings.js';
import { checkOnly } from '../../src/replicate/check.js';
import { createInstallation } from '../support/installation/installation.js';
import { LogRecords } from '../support/installation/log-records.js';
import { RoundTrips } from '../support/network/round-trips.js';
import { until } from '../support/until.js';

/** After logging in and the sign of life that follows: to know the server, for settings and room, to become the writer and look. */
const AT_MOST = 3;

describe.each([1, 3])('with %i destinations far away, the way there and back is', (destinations) => {
  test('a third of a start after logging in, at least', async () => {
    await using all = await createInstallation({ destinations });
    await all.append(3);
    await all.copyOnce();
    await using trips = await RoundTrips.to(all.source, PID_SQL);
    await using replicator = all.start({
      eventSource: trips.near(all.source),
      replicationDestinations: all.destinations.map((each) => trips.far(each)),
    });
    await replicator.log.until('caught up', { count: destinations });
    expect(trips.count).toBeLessThanOrEqual(AT_MOST);
    await replicator.stop();
  });

  test('a third of --check after logging in, at least', async () => {
    await using all = await createInstallation({ destinations });
    await all.append(3);
    await using trips = await RoundTrips.to(all.source, PID_SQL);
    const config = all.config({
      eventSource: trips.near(all.source),
      replicationDestinations: all.destinations.map((each) => trips.far(each)),
    });
    const log = new LogRecords();
    await checkOnly(config, log.logger);
    expect(log.of('plan')).toHaveLength(destinations);
    expect(trips.count).toBeLessThanOrEqual(AT_MOST);
  });
});

/**
 * After the same two: one for all that can be asked without an answer before, one to know which ids are final, one to compare
 * events, and one to read them or to estimate their size.
 */
const AT_MOST_FROM_SOURCE = 5;
/** Another session, which listens, is opened beside the last two: to know the server, settings, LISTEN, and a last look. */
const AT_MOST_UNTIL_LISTENING = 8;

/** Only the source is far away. */
async function withFarSource() {
  const all = await createInstallation();
  await all.append(3);
  await all.copyOnce();
  const trips = await RoundTrips.to(all.source, PID_SQL);
  return {
    all,
    trips,
    config: {
      eventSource: trips.far(all.source),
      replicationDestinations: all.destinations.map((each) => trips.near(each)),
    },
    async [Symbol.asyncDispose]() {
      await trips[Symbol.asyncDispose]();
      await all[Symbol.asyncDispose]();
    },
  };
}

describe('with a source far away, the way there and back is', () => {
  test('an eighth of a start after logging in, at least', async () => {
    await using far = await withFarSource();
    const { all, trips, config } = far;
    await using replicator = all.start(config);
    await replicator.log.until('caught up');
    await until('it listened', async () => {
      const listening = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
      return (await all.query(all.source, listening)).length === 1;
    });
    expect(trips.count).toBeLessThanOrEqual(AT_MOST_UNTIL_LISTENING);
    await replicator.stop();
  });

  test('a fifth of a run with --once after logging in, at least', async () => {
    await using far = await withFarSource();
    const { all, trips, config } = far;
    await all.append(3);
    await all.copyOnce(config);
    expect(trips.count).toBeLessThanOrEqual(AT_MOST_FROM_SOURCE);
    expect(await all.count(all.destination())).toBe(6);
  });

  test('a fifth of --check after logging in, at least, in one session', async () => {
    await using far = await withFarSource();
    const { all, trips, config } = far;
    const log = new LogRecords();
    await checkOnly(all.config(config), log.logger);
    expect(log.of('plan')).toHaveLength(1);
    expect(trips.count).toBeLessThanOrEqual(AT_MOST_FROM_SOURCE);
    expect(trips.farSessions).toBe(1);
  });
});
