// @ts-nocheck
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { type CommandResult, RunningCommand } from '../support/commands/command.js';
import { digestOf, inspect } from '../support/databases/loaded-table.js';
import { createDestination, createSource } from '../support/postgres/databases.js';
import { sharedServer } from '../support/postgres/shared-server.js';
import { until } from '../support/until.js';

const PERSON = 'slate-load-person-data';
const PERF = 'slate-load-perf-test-data';
const ALL_WELL = { broken: 0, deletedTooEarly: 0, idsInOrder: true };

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slate-load-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** A configuration file that names this source. */
async function configFor({ host, port, databaseName, user, password }: ConnectionParams): Promise<string> {
  const file = join(folder, `${databaseName}.json`);
  await writeFile(file, JSON.stringify({ eventSource: { host, port, databaseName, user, password } }), {
    mode: 0o600,
  });
  return file;
}

async function run(file: string, ...args: string[]): Promise<CommandResult> {
  await using command = new RunningCommand(file, args);
  return await command.ended();
}

describe('the loaders as commands', () => {
  test('write what they announce and sum it up in one line', async () => {
    const source = await createSource(sharedServer());
    const config = await configFor(source);
    const person = await run(PERSON, '-c', config);
    expect(person).toMatchObject({ code: 0, stderr: '' });
    expect(person.stdout).toMatch(/to be written +13,050 events in 1,000 operations\n/);
    expect(person.stdout).toMatch(
      /Wrote 13,050 events in 1,000 operations in \d+\.\d\d s \([\d,]+ events\/s\), ids 1 to 13050\.\n$/,
    );
    const perf = await run(PERF, '-c', config, '--filler-events-between', '100', '--loaders', '2');
    expect(perf).toMatchObject({ code: 0, stderr: '' });
    expect(perf.stdout).toMatch(/Wrote 1,112 events in 45 operations .*, ids 13051 to 14162\.\n$/);
    expect(await inspect(source)).toMatchObject({
      ...ALL_WELL,
      events: 14_162,
      operations: 1045,
      programs: 2,
    });
  });

  test('may run several at once, each with several loaders: every operation is whole, ids have no holes', async () => {
    const source = await createSource(sharedServer());
    const config = await configFor(source);
    const results = await Promise.all([
      run(
        PERSON,
        '-c',
        config,
        '--loaders',
        '3',
        '--operations-per-transaction',
        '2',
        '--count-person',
        '300',
      ),
      run(PERSON, '-c', config, '--loaders', '2', '--count-person', '300', '--count-filler', '0'),
      run(PERF, '-c', config, '--loaders', '2', '--events', '3000'),
    ]);
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      Array(3).fill({ code: 0, stderr: '' }),
    );
    expect(await inspect(source)).toMatchObject({ ...ALL_WELL, programs: 3, operations: 300 + 300 + 120 });
  });

  test('write the same events for the same seed', async () => {
    const digests: string[] = [];
    for (const seed of ['7', '7', '8']) {
      const source = await createSource(sharedServer());
      const config = await configFor(source);
      const results = await Promise.all([
        run(PERSON, '-c', config, '--seed', seed, '--count-person', '20', '--loaders', '2'),
        run(PERF, '-c', config, '--seed', seed, '--events', '500'),
      ]);
      expect(results.map(({ code }) => code)).toEqual([0, 0]);
      digests.push(await digestOf(source));
    }
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)(
    'end by %s with whole operations, and say how many',
    async (signal) => {
      const source = await createSource(sharedServer());
      const args = ['-c', await configFor(source), '--loaders', '3', '--count-person', '100000000'];
      await using command = new RunningCommand(PERSON, args);
      await until('events are there', async () => (await inspect(source)).events > 1000);
      command.send(signal);
      const { code, stdout, stderr } = await command.ended();
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const table = await inspect(source);
      expect(table).toMatchObject(ALL_WELL);
      const amount = `${table.events.toLocaleString('en-US')} events in ${table.operations.toLocaleString('en-US')}`;
      expect(stdout).toContain(`Stopped. Wrote ${amount} operations in `);
    },
  );

  test('killed at any moment leave whole operations', async () => {
    const source = await createSource(sharedServer());
    const args = ['-c', await configFor(source), '--loaders', '3', '--count-person', '100000000'];
    await using command = new RunningCommand(PERSON, args);
    await until('events are there', async () => (await inspect(source)).events > 1000);
    command.send('SIGKILL');
    await command.ended();
    expect(await inspect(source)).toMatchObject(ALL_WELL);
  });

  test.each([PERSON, PERF])(
    '%s --dry-run shows what it would do, without the password, and connects to nothing',
    async (file) => {
      const nowhere = {
        host: '192.0.2.1',
        port: 5432,
        databaseName: `dry_${file}`,
        user: 'u',
        password: 'top-secret',
      };
      const { code, stdout, stderr } = await run(
        file,
        '-c',
        await configFor(nowhere),
        '--dry-run',
        '--loaders',
        '2',
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`192.0.2.1:5432/dry_${file}, user u`);
      expect(stdout).toMatch(/loaders +2\n/);
      expect(stdout).toMatch(/to be written +[\d,]+ events/);
      expect(stdout).not.toContain('top-secret');
    },
  );

  test.each([
    [PERSON, '--count-person', '0'],
    [PERSON, '--count-person', '-1'],
    [PERSON, '--count-filler', '1.5'],
    [PERSON, '--count-person-delete', 'x'],
    [PERSON, '--loaders', '0'],
    [PERSON, '--loaders', '1001'],
    [PERSON, '--seed', '1e3'],
    [PERSON, '--operations-per-transaction', '0'],
    [PERF, '--filler-events-between', ''],
    [PERF, '--max-events-per-insert', '0'],
    [PERF, '--events', '99999999999999999999'],
  ])('%s %s "%s" is refused before anything else', async (file, option, value) => {
    const { code, stdout, stderr } = await run(file, '-c', 'nothing', `${option}=${value}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(option);
    expect(stderr).toContain('must be a whole number');
  });

  test.each([
    [PERSON, ['--count-person', '1', '--count-filler', '2000000'], /at most 1000000 events/],
    [PERF, ['--max-events-per-insert', '1000001'], /at most 1000000/],
  ])('%s refuses calls that are too large for PostgreSQL', async (file, args, message) => {
    const { code, stderr } = await run(file, '-c', 'nothing', ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('refuse a database that is no source with exit 1 and one message', async () => {
    const config = await configFor(await createDestination(sharedServer()));
    const { code, stderr } = await run(PERSON, '-c', config);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^slate-loadPersonData: Database .* is not an event source: .*\n.*slate-init-db.*\n$/,
    );
  });
});
