import { describe, expect, it } from 'vitest';
import { createInstallation } from './installation.js';
import type { RunningReplicator } from './running-replicator.js';
import { until } from './until.js';

function held({ replicator }: RunningReplicator): number {
  return replicator.destinations.filter(({ state }) => state === 'live').length;
}

describe('several replicators with --standby', () => {
  it('share the destinations, and the one that is left takes all', async () => {
    await using installation = await createInstallation({ destinations: 4 });
    await installation.append(500);
    await using first = installation.start({ standby: true });
    await until('the first had all', () => held(first) === 4);
    {
      await using second = installation.start({ standby: true });
      await until('they had two each', () => held(first) === 2 && held(second) === 2);
      await installation.append(500);
      await installation.untilEqual();
      await second.stop();
    }
    await until('the first had all again', () => held(first) === 4);
    await installation.append(500);
    await installation.untilEqual();
    expect(first.log.of('destination failed: trying again')).toEqual([]);
  });
});
