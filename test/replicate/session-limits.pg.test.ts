/**
 * Servers that have fewer connections than a run needs. Twenty connections, three of them for administrators:
 * seventeen for everybody.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkOnly } from '../../src/replicate/check.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { LogRecords } from '../support/installation/log-records.js';
import type { PostgresServer } from '../support/postgres/postgres-server.js';
import { startPostgres } from '../support/postgres/server.js';
import { until } from '../support/until.js';

let small: PostgresServer;

beforeAll(async () => {
  small = await startPostgres({ settings: { max_connections: '20', superuser_reserved_connections: '3' } });
});

afterAll(() => small[Symbol.asyncDispose]());

function installation(destinations: number, sourceServer?: PostgresServer): Promise<Installation> {
  const servers = sourceServer === undefined ? {} : { sourceServer };
  return createInstallation({ destinations, destinationServers: [small], ...servers });
}

function raw(database: string, user = small.user, password = small.password): pg.Client {
  return new pg.Client({ host: small.host, port: small.port, database, user, password });
}

/** Sessions of an application that may not use the connections of administrators. */
class Application implements AsyncDisposable {
  readonly #clients: pg.Client[] = [];
  readonly #admin: pg.Client;

  private constructor(admin: pg.Client) {
    this.#admin = admin;
  }

  static async open(sessions: number): Promise<Application> {
    const admin = raw('postgres');
    await admin.connect();
    await admin.query("CREATE ROLE application LOGIN PASSWORD 'application'");
    const application = new Application(admin);
    for (let n = 0; n < sessions; n++) {
      const client = raw('postgres', 'application', 'application');
      application.#clients.push(client);
      await client.connect();
    }
    return application;
  }

  /** Ends its sessions. */
  async close(): Promise<void> {
    await Promise.all(this.#clients.splice(0).map((client) => client.end()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.#admin.query('DROP ROLE application');
    await this.#admin.end();
  }
}

async function countSessions(all: Installation, at: 'source' | 'destination', like: string): Promise<number> {
  const params = at === 'source' ? all.source : all.destination();
  const [row] = await all.query<{ count: bigint }>(
    params,
    'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE $1',
    [like],
  );
  return Number(row?.count ?? -1n);
}

describe('a run that does not fit into a server', () => {
  test.each(['exit', 'retry'] as const)(
    'is refused at the start with numbers, and nothing is copied (onError: %s)',
    async (onError) => {
      await using all = await installation(9);
      await all.append(5);
      const { code, stderr } = await all.runCommand([], { config: { onError } });
      const server = `${small.host}:${small.port}`;
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr:
          `slate-replicator: Server ${server} has too few connections: 19 are needed for 9 destinations, ` +
          '17 are free (max_connections is 20, 3 of these are reserved, others use 0).\n' +
          `Set max_connections of ${server} to 22 or more, or configure fewer destinations there.\n` +
          `This mends it:\n  ALTER SYSTEM SET max_connections = 22; -- then restart ${server}\n`,
      });
      for (const params of all.destinations) expect(await all.count(params)).toBe(0);
    },
  );

  test('is refused by --check too, after it has looked at everything else', async () => {
    await using all = await installation(9);
    await all.append(5);
    const log = new LogRecords();
    await expect(checkOnly(all.config(), log.logger)).rejects.toThrow('19 are needed for 9 destinations');
    expect(log.of('plan')).toHaveLength(9);
    const server = `${small.host}:${small.port}`;
    expect(log.of('sessions', { server })).toMatchObject([{ needed: 19, free: 17, perDestination: 2 }]);
    expect(log.of('too few connections')).toMatchObject([{ level: 50, server }]);
  });

  test('may have two names for one server: they are counted together', async () => {
    await using all = await installation(9);
    const replicationDestinations = all.destinations.map((params, index) =>
      index < 5 ? params : { ...params, host: 'localhost' },
    );
    await using replicator = all.start({ replicationDestinations, lanes: 1 });
    expect(String(await replicator.failure())).toContain('18 are needed for 9 destinations, 17 are free');
  });

  test('is one with the source there too, whose sessions are counted', async () => {
    await using all = await installation(7, small);
    await using replicator = all.start({ lanes: 1 });
    expect(String(await replicator.failure())).toContain('18 are needed for the source and 7 destinations');
  });

  test('is one whose role or database has a limit of its own', async () => {
    await using all = await installation(1, small);
    await using role = await RestrictedRole.create(all, [
      { on: all.destination(), rights: 'SELECT, INSERT' },
    ]);
    const writer = role.in(all.destination());
    await all.query(all.source, `ALTER ROLE ${writer.user} CONNECTION LIMIT 2`);
    await all.query(all.source, `ALTER DATABASE ${writer.databaseName} CONNECTION LIMIT 2`);
    await using replicator = all.start({ replicationDestinations: [writer] });
    const failure = String(await replicator.failure());
    const numbers = (others: number) => `3 are needed (its CONNECTION LIMIT is 2, others use ${others})`;
    expect(failure).toContain(`The role "${writer.user}" at `);
    expect(failure).toContain(numbers(0));
    // The test's own.
    expect(failure).toContain(`The database "${writer.databaseName}" at `);
    expect(failure).toContain(numbers(1));
  });

  test('for the time being ends with onError "exit", and is warned of with "retry"', async () => {
    await using all = await installation(3);
    await all.append(5);
    await using application = await Application.open(11);
    await using refused = all.start();
    expect(String(await refused.failure())).toContain('7 are needed for 3 destinations, 5 are free');
    // Its sessions would take from the next one what that needs to ask at all.
    await refused[Symbol.asyncDispose]();
    await using waiting = all.start({ onError: 'retry' });
    const [warning] = await waiting.log.until('too few connections');
    expect(String(warning?.['err'])).toContain('5 are free');
    await application.close();
    await all.untilEqual();
    await waiting.stop();
  });
});

test('a run that fits counts neither itself nor what an earlier one has left behind', async () => {
  // The replicator has two sessions for each, and the check needs one more.
  await using all = await installation(5);
  await using replicator = all.start();
  await replicator.log.until('caught up', { count: 5 });
  const log = new LogRecords();
  await checkOnly(all.config(), log.logger);
  const server = `${small.host}:${small.port}`;
  expect(log.of('sessions', { server })).toMatchObject([{ needed: 11, inUse: 0, free: 17 }]);
  await replicator.stop();
});

test('a standby needs one session per destination while it waits', async () => {
  await using all = await installation(9);
  await using replicator = all.start({ standby: true, lanes: 1, onError: 'retry' });
  await replicator.log.until('destination checked');
  expect(replicator.log.of('too few connections')).toEqual([]);
  await replicator.stop();
});

test('a superuser’s replicator leaves the connections alone that are reserved for administrators', async () => {
  await using all = await installation(1);
  await all.append(5);
  // With the administrator's own and the replicator's first session, seventeen.
  await using application = await Application.open(15);
  await using replicator = all.start({ onError: 'retry' });
  const records = await replicator.log.until('destination failed: trying again', { count: 2 });
  for (const { err } of records) {
    expect(String(err)).toContain('only connections that are reserved for administrators are left');
  }
  const administrators = [raw('postgres'), raw('postgres')];
  await Promise.all(administrators.map((client) => client.connect()));
  await Promise.all(administrators.map((client) => client.end()));
  await application.close();
  await all.untilEqual();
  await replicator.stop();
});

test('an idle destination has two sessions, and an idle source too, whatever it took to catch up', async () => {
  await using all = await createInstallation();
  for (let n = 0; n < 40; n++) await all.append(2_000);
  await using replicator = all.start({ lanes: 3 });
  await until(
    'several lanes were at work',
    async () => (await countSessions(all, 'destination', 'slate-replicator:%')) > 1,
  );
  await all.untilEqual();
  const sessions = async () => [
    await countSessions(all, 'source', 'slate-replicator%'),
    await countSessions(all, 'destination', 'slate-replicator%'),
  ];
  let seen: number[] = [];
  const describeSeen = () => `Last seen: ${seen.join()}`;
  await until(
    'two were left of each',
    async () => {
      seen = await sessions();
      return seen.join() === '2,2';
    },
    describeSeen,
  );
  await all.append(1);
  await all.untilEqual();
  expect(await sessions()).toEqual([2, 2]);
  await replicator.stop();
});
