/** What a start costs where databases are far away: replies that must be waited for, one after the other. */
import { describe, expect, test } from 'vitest';
import { PID_SQL } from '../../src/pg/session-settings.js';
import { checkOnly } from '../../src/replicate/check.js';
import { RoundTrips } from '../faults/round-trips.js';
import { createInstallation } from './installation.js';
import { LogRecords } from './log-records.js';

/**
 * After logging in and the sign of life that follows: one to know the server, one for settings and room, one to become the
 * writer, one to look.
 */
const AT_MOST = 4;

describe.each([1, 3])('with %i destinations far away, the way there and back is', (destinations) => {
  test('a fifth of a start after logging in, at least', async () => {
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

  test('a fifth of --check after logging in, at least', async () => {
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
