/** The short form of `npm run test:faults`: everything fails by a schedule, and nothing may be lost. */
// @ts-nocheck

import { describe, expect, test } from 'vitest';
import { countFaults, describeSchedule } from '../support/faults/oracle/report.js';
import { runSchedule } from '../support/faults/oracle/run-schedule.js';
import { openServers } from '../support/faults/oracle/servers.js';
import { soakTable } from '../support/faults/soak/ceilings.js';
import { runSoak } from '../support/faults/soak/run-soak.js';

/** Faults for so long: their end, and lag back at 0, come after it. */
const durationMs = 8_000;

describe('with loaders of transactions of all sizes and three destinations', () => {
  test('guarantees 1 to 4 hold while everything fails, and 6 when it is over', async () => {
    await using servers = await openServers();
    let retries = 0;
    for (const seed of SEEDS) {
      const result = await runSchedule(servers.all, { seed, durationMs });
      expect(result.violations, describeSchedule(result)).toEqual([]);
      expect(countFaults(result.faults).size).toBeGreaterThan(3);
      retries += result.retries;
    }
    expect(retries).toBeGreaterThan(0);
  });

  test('memory, files, connections and snapshots at the source stay below their ceilings', async () => {
    await using servers = await openServers();
    const { samples, violations } = await runSoak(servers.all, { durationMs: 10_000 });
    expect(violations, soakTable(samples)).toEqual([]);
  });
});

/**
 * Between them they have every kind of fault. The first has long ways; the last kills no replicator: all that it should notice is
 * asked for.
 */
const SEEDS = [21, 42, 26];
