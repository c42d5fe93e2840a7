// @ts-nocheck
import { describe, expect, it } from 'vitest';
import { personOperations } from '../../src/load/data/person-data.js';
import { load } from '../../src/load/load.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { createInstallation } from '../support/installation/installation.js';
import { PrefixObserver } from '../support/installation/prefix-observer.js';
import { startPostgres } from '../support/postgres/server.js';
import { until } from '../support/until.js';

/** Persons with few fillers: many small transactions. */
function loadPersons(source: ConnectionParams, countPerson: number) {
  const operations = personOperations({ countPerson, countFiller: 10 * countPerson, countPersonDelete: 20 });
  return load(operations, {
    source,
    connectTimeoutMs: 15_000,
    applicationName: 'slate-test-loader',
    operationsPerTransaction: 7,
  });
}

describe('guarantees', () => {
  it('1 prefix, 2 whole transactions: at every instant ids are 1…N and N ends a transaction, with four loaders and three destinations', async () => {
    await using installation = await createInstallation({ destinations: 3 });
    const { source, destinations } = installation;
    await loadPersons(source, 1500);
    const observers = destinations.map((destination) => new PrefixObserver(source, destination));
    {
      await using _running = installation.start();
      await Promise.all([1, 2, 3, 4].map(() => loadPersons(source, 400)));
      await installation.untilEqual();
      await Promise.all(observers.map((observer) => observer.stop()));
    }
    expect(observers.flatMap(({ violations }) => violations)).toEqual([]);
    for (const { prefixesSeen } of observers) expect(prefixesSeen.size).toBeGreaterThan(3);
  });

  it('2 whole transactions: one that is larger than memory may hold is piped, and arrives whole', async () => {
    await using installation = await createInstallation({ destinations: 2 });
    const { source, destinations } = installation;
    await installation.append(10);
    await installation.append(40_000);
    await installation.append(10);
    const observers = destinations.map((destination) => new PrefixObserver(source, destination));
    await using _running = installation.start({ memoryBudgetBytes: 1024 * 1024 });
    await installation.untilEqual();
    await Promise.all(observers.map((observer) => observer.stop()));
    expect(observers.flatMap(({ violations }) => violations)).toEqual([]);
    for (const { prefixesSeen } of observers) {
      const inside = [...prefixesSeen].filter((id) => id > 10n && id < 40_010n);
      expect(inside).toEqual([]);
    }
  });

  it('3 byte-equal: id, ts to the microsecond and event::text to the byte', async () => {
    await using installation = await createInstallation({ destinations: 1 });
    await installation.query(
      installation.source,
      `INSERT INTO events (id, ts, event) SELECT row_number() OVER (), ts::timestamptz, event::jsonb FROM (VALUES
         ('2017-06-11 12:34:33.262349+00', '{"n": 12345678901234567890, "x": 1.10, "y": 1e400, "z": 1e-400}'),
         ('1999-12-31 23:59:59.999999+00', '{"n": [1.1, 1.10, 1.100, 9007199254740993, -0, 0.1e-7]}'),
         ('0044-03-15 00:00:00.000001 BC', '{"b": 1, "a": 2, "a": 3, "": null}'),
         ('infinity', '"\\u00e9 \\ud83d\\ude00 \\\\ \\" \\n \\t \\u0001 \\u2028"'),
         ('-infinity', '[]'),
         ('2038-01-19 03:14:07.000001+14', 'null')) AS v (ts, event)`,
    );
    await using _running = installation.start();
    await installation.untilEqual();
    const sql = `SELECT id, encode(timestamptz_send(ts), 'hex') AS ts, event::text AS event FROM events ORDER BY id`;
    const copied = await installation.query(installation.destination(), sql);
    expect(copied).toEqual(await installation.query(installation.source, sql));
    expect(copied).toHaveLength(6);
  });

  it('4 once: killed during a backfill and started again, nothing is missing and nothing is there twice', async () => {
    await using installation = await createInstallation({ destinations: 2 });
    for (let chunk = 0; chunk < 12; chunk += 1) await installation.append(10_000);
    {
      await using killed = installation.startCommand(['--once']);
      await until(
        'something was copied',
        async () => (await installation.count(installation.destination())) > 0,
      );
      killed.send('SIGKILL');
      expect((await killed.ended()).code).toBeNull();
    }
    expect(await installation.count(installation.destination())).toBeLessThan(120_000);
    expect((await installation.runCommand(['--once'])).code).toBe(0);
    await installation.untilEqual();
  });

  it('6 catch-up: when a destination server that was killed is back, lag returns to 0 without help', async () => {
    await using server = await startPostgres();
    await using installation = await createInstallation({ destinations: 1, destinationServers: [server] });
    await installation.append(2_000);
    await using running = installation.start({ onError: 'retry' });
    await installation.untilEqual();
    await server.stop('immediate');
    await installation.append(2_000);
    await until('it was noticed', () =>
      running.log.all.some(({ msg }) => msg === 'destination failed: trying again'),
    );
    await server.start();
    await installation.untilEqual();
  });

  it('7 refusal: a destination whose events are not the source’s is not written to', async () => {
    await using installation = await createInstallation({ destinations: 1 });
    await installation.append(1_000);
    expect((await installation.runCommand(['--once'])).code).toBe(0);
    const destination = installation.destination();
    await installation.query(destination, `UPDATE events SET event = '{"edited": true}' WHERE id = 950`);
    await installation.append(1_000);
    const { code, stderr } = await installation.runCommand(['--once']);
    expect(code).toBe(3);
    expect(stderr).toContain('event 950');
    expect(await installation.count(destination)).toBe(1_000);
  });
});
