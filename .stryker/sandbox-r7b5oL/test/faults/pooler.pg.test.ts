// @ts-nocheck
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { runCommand } from '../support/commands/command.js';
import { createInstallation } from '../support/installation/installation.js';
import { TransactionPooler } from '../support/network/transaction-pooler.js';

const REFUSED = /A connection pooler answers at .*: the session was given the number/;
const WHAT_TO_DO = /Connect to the PostgreSQL server itself/;

/** An application's session through the pooler. */
async function asApplication<T>(
  params: ConnectionParams,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const { host, port, user, password, databaseName } = params;
  const client = new pg.Client({ host, port, user, password, database: databaseName });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** What is set, locked or listened to in the one session that the pooler lends. */
function tracesIn(params: ConnectionParams): Promise<unknown[]> {
  return asApplication(params, async (client) => {
    const { rows } = await client.query<{ trace: string }>(
      `SELECT name || ' = ' || setting AS trace FROM pg_settings
        WHERE source = 'session' AND name NOT IN ('application_name', 'client_encoding')
       UNION ALL SELECT 'channel ' || pg_listening_channels()
       UNION ALL SELECT 'lock ' || locktype FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'
       UNION ALL SELECT 'statement ' || name FROM pg_prepared_statements`,
    );
    return rows.map(({ trace }) => trace);
  });
}

/** Commands that read both databases. */
const COMMANDS = [
  ['slate-replicator', ['--once']],
  ['slate-replicator', ['--check']],
  ['slate-events-diff', []],
  ['slate-events-diff', ['--repair', '--yes']],
] as const;

describe('behind a transaction pooler', () => {
  describe.each(COMMANDS)('%s %j', (file, args) => {
    test.each(['source', 'destination'] as const)(
      'is refused before it sets anything: the %s',
      async (side) => {
        await using all = await createInstallation();
        await all.append(5);
        await using pooler = await TransactionPooler.inFrontOf(all.source);
        const behind = pooler.through(side === 'source' ? all.source : all.destination());
        const config = all.writeConfig(
          side === 'source' ? { eventSource: behind } : { replicationDestinations: [behind] },
        );
        const { code, stdout, stderr } = await runCommand(file, ['-c', config, ...args]);
        expect(stdout + stderr).toMatch(REFUSED);
        expect(stdout + stderr).toMatch(WHAT_TO_DO);
        expect(code).toBe(2);
        expect(await tracesIn(behind)).toEqual([]);
        expect(await all.count(all.destination())).toBe(0);
      },
    );
  });

  test.each(['slate-load-person-data', 'slate-load-perf-test-data'])('%s is refused', async (file) => {
    await using all = await createInstallation();
    await using pooler = await TransactionPooler.inFrontOf(all.source);
    const eventSource = pooler.through(all.source);
    const { code, stderr } = await runCommand(file, ['-c', all.writeConfig({ eventSource })]);
    expect(stderr).toMatch(REFUSED);
    expect(code).toBe(2);
    expect(await tracesIn(eventSource)).toEqual([]);
    expect(await all.count(all.source)).toBe(0);
  });

  test('slate-init-db is refused, and creates nothing', async () => {
    await using all = await createInstallation();
    await using pooler = await TransactionPooler.inFrontOf(all.source);
    const { host, port, user = '', password = '' } = pooler.through(all.source);
    const name = `${all.source.databaseName}_new`;
    const args = ['--host', `${host}:${port}`, '--user', user, '--password', password, '-n', name];
    const { code, stderr } = await runCommand('slate-init-db', [...args, '-t', 'source']);
    expect(stderr).toMatch(REFUSED);
    expect(code).toBe(2);
    expect(await all.query(all.source, 'SELECT FROM pg_database WHERE datname = $1', [name])).toEqual([]);
  });

  test('a destination of many is refused alone', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await using pooler = await TransactionPooler.inFrontOf(all.destination());
    await using running = all.start({
      replicationDestinations: [pooler.through(all.destination(0)), all.destination(1)],
      onError: 'retry',
    });
    await running.log.until('destination stopped: a person must act');
    await all.append(5);
    await all.untilEqual([all.destination(1)]);
    expect(await all.count(all.destination(0))).toBe(0);
  });

  test('that tells the numbers of its server processes it is found out by who answers', async () => {
    await using all = await createInstallation();
    await using pooler = await TransactionPooler.inFrontOf(all.source, { size: 2, keys: 'real' });
    const source = pooler.through(all.source);
    // Two applications at the same time: from now on two sessions take turns.
    await asApplication(source, () => asApplication(source, async () => {}));
    await expect(all.copyOnce({ eventSource: source })).rejects.toThrow(
      /statements of one session were run by different server processes/,
    );
    expect(await tracesIn(source)).toEqual([]);
  });
});

describe("behind a pooler in session mode that the operator vouches for with pooler: 'session'", () => {
  test('everything works, and nothing is left behind', async () => {
    await using all = await createInstallation();
    await using toSource = await TransactionPooler.inFrontOf(all.source, { size: 8, mode: 'session' });
    await using toDestination = await TransactionPooler.inFrontOf(all.destination(), {
      size: 8,
      mode: 'session',
    });
    const config = {
      eventSource: { ...toSource.through(all.source), pooler: 'session' },
      replicationDestinations: [{ ...toDestination.through(all.destination()), pooler: 'session' }],
    } as const;
    await using running = all.start(config);
    await running.log.until('caught up');
    for (let n = 0; n < 3; n++) {
      await all.append(5);
      await all.untilEqual();
    }
    await running.stop();
    expect(running.log.all.filter(({ level }) => level >= 40)).toEqual([]);
    expect(await tracesIn(config.eventSource)).toEqual([]);
    expect(await tracesIn(config.replicationDestinations[0])).toEqual([]);
  });

  test('one that lends the same session to two clients all the same is refused before anything is set', async () => {
    await using all = await createInstallation();
    await using pooler = await TransactionPooler.inFrontOf(all.source);
    const source = { ...pooler.through(all.source), pooler: 'session' } as const;
    await expect(all.copyOnce({ eventSource: source })).rejects.toThrow(
      /server process \d+ served two sessions at the same time/,
    );
    expect(await tracesIn(source)).toEqual([]);
  });

  test('one that lends by transaction all the same is refused', async () => {
    await using all = await createInstallation();
    await using pooler = await TransactionPooler.inFrontOf(all.source, { size: 2 });
    const source = { ...pooler.through(all.source), pooler: 'session' } as const;
    await asApplication(source, () => asApplication(source, async () => {}));
    await expect(all.copyOnce({ eventSource: source })).rejects.toThrow(
      /statements of one session were run by different server processes/,
    );
  });
});

test('connected to the server itself nothing is said of poolers', async () => {
  await using all = await createInstallation();
  await using running = all.start();
  await running.log.until('caught up');
  await all.append(5);
  await all.untilEqual();
  expect(running.log.all.filter(({ level }) => level >= 40)).toEqual([]);
  expect(running.replicator.source.newsFoundByTimer).toBe(0);
});
