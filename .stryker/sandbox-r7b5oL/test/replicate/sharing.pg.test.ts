// @ts-nocheck
import { describe, expect, it } from 'vitest';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import type { RunningReplicator } from '../support/installation/running-replicator.js';
import { until } from '../support/until.js';

function held({ replicator }: RunningReplicator): number {
  return replicator.destinations.filter(({ state }) => state === 'live').length;
}

/** Databases in which sessions write that were opened before `since`, and others that were opened later. */
async function withTwoWriters(all: Installation, since: string): Promise<string[]> {
  const found: string[] = [];
  for (const params of all.destinations) {
    const [row] = await all.query<{ two: boolean }>(
      params,
      `SELECT COALESCE(bool_or(backend_start < $1::timestamptz) AND bool_or(backend_start >= $1::timestamptz), false) AS two
         FROM pg_stat_activity WHERE datname = current_database() AND starts_with(application_name, 'slate-replicator:')`,
      [since],
    );
    if (row?.two) found.push(params.databaseName);
  }
  return found;
}

describe('a replicator with --standby', () => {
  it('takes over every destination within 2 s of the death of the one that wrote, and there are never two writers', async () => {
    await using all = await createInstallation({ destinations: 3 });
    await all.append(500);
    await using first = all.startCommand();
    await first.log.until('caught up', { count: 3 });
    await using second = all.start({ standby: true });
    await second.log.until('state', { state: 'standby', count: 3 });
    for (let n = 0; n < 5; n++) await all.append(10);
    const [now] = await all.query<{ now: string }>(all.source, 'SELECT clock_timestamp() AS now');
    const killedAt = performance.now();
    first.send('SIGKILL');
    const last = await all.append(10);
    const twice: string[] = [];
    await until('the second had taken over', async () => {
      twice.push(...(await withTwoWriters(all, now?.now ?? '')));
      return held(second) === 3;
    });
    await all.untilCopied(last);
    expect(performance.now() - killedAt).toBeLessThan(2_000);
    expect(twice).toEqual([]);
    await all.untilEqual();
    expect(second.log.of('destination failed: trying again')).toEqual([]);
  });
});

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

  it('share the destinations also when there are three, and when one of them ends', async () => {
    await using installation = await createInstallation({ destinations: 6 });
    await installation.append(500);
    await using first = installation.start({ standby: true });
    await until('the first had all', () => held(first) === 6);
    await using second = installation.start({ standby: true });
    {
      await using third = installation.start({ standby: true });
      const three = [first, second, third];
      await until('they had two each', () => three.every((each) => held(each) === 2));
      await installation.append(500);
      await installation.untilEqual();
      await third.stop();
    }
    await until('two had three each', () => held(first) === 3 && held(second) === 3);
    await installation.append(500);
    await installation.untilEqual();
    for (const { log } of [first, second]) expect(log.of('destination failed: trying again')).toEqual([]);
  });
});
