import { describe, expect, test } from 'vitest';
import { compareTables } from '../../src/diff/compare/compare-tables.js';
import type { DiffDocument } from '../../src/diff/report/report-json.js';
import { personOperations } from '../../src/load/data/person-data.js';
import { load } from '../../src/load/load.js';
import { tryWriterLock } from '../../src/schema/writer-lock.js';
import { type CommandResult, RunningCommand } from '../support/commands/command.js';
import { HAS_SCRIPT, runOnTerminal } from '../support/commands/terminal-run.js';
import { TableLock } from '../support/databases/table-lock.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { FaultProxy } from '../support/network/proxy.js';
import { connectTo } from '../support/postgres/databases.js';
import { startPostgres } from '../support/postgres/server.js';
import { until } from '../support/until.js';

const EVENTS = 50_000;

/** A source with one destination that equals it: fillers, then one event with numbers that are easily damaged. */
async function equalTables(events = EVENTS): Promise<Installation> {
  const all = await createInstallation();
  for (let rest = events; rest > 0; rest -= 10_000) await all.append(Math.min(rest, 10_000));
  await all.append(['{"n": 12345678901234567890, "list": [{"price": 1.10}]}']);
  await all.copyOnce();
  return all;
}

async function eventsDiff(all: Installation, ...args: string[]): Promise<CommandResult> {
  await using command = new RunningCommand('slate-events-diff', ['-c', all.writeConfig(), ...args]);
  return await command.ended();
}

async function document(all: Installation, ...args: string[]) {
  const { code, stdout } = await eventsDiff(all, '--json', ...args);
  return { code, ...(JSON.parse(stdout) as DiffDocument) };
}

describe('slate-eventsDiff finds', () => {
  const changes: Record<string, [sql: string, kind: string, ids: string[]]> = {
    'one changed microsecond': [
      `UPDATE events SET ts = ts + interval '1 microsecond' WHERE id = 33333`,
      'ts',
      ['33333'],
    ],
    'one changed digit in a 20-digit number': [
      `UPDATE events SET event = '{"n": 12345678901234567891, "list": [{"price": 1.10}]}' WHERE id = 50001`,
      'event',
      ['50001'],
    ],
    '1.10 that became 1.1': [
      `UPDATE events SET event = '{"n": 12345678901234567890, "list": [{"price": 1.1}]}' WHERE id = 50001`,
      'event',
      ['50001'],
    ],
    'one missing row': ['DELETE FROM events WHERE id = 12345', 'missingRight', ['12345']],
    'one extra row': [`INSERT INTO events VALUES (60000, now(), '{}')`, 'missingLeft', ['60000']],
    'two rows that were swapped': [
      `UPDATE events e SET event = o.event FROM events o WHERE (e.id, o.id) IN ((777, 20001), (20001, 777))`,
      'event',
      ['777', '20001'],
    ],
    'two equal pairs of changes': [
      `UPDATE events SET event = '{"same": 1}' WHERE id IN (100, 200, 40100, 40200)`,
      'event',
      ['100', '200', '40100', '40200'],
    ],
  };

  test.each(Object.entries(changes))('%s, by id', async (_, [sql, kind, ids]) => {
    await using all = await equalTables();
    await all.query(all.destination(), sql);
    const { code, comparisons } = await document(all);
    expect(code).toBe(1);
    expect(comparisons[0]?.ranges?.map((range) => [range.kind, range.from])).toEqual(
      ids.map((id) => [kind, id]),
    );
  });

  test('the first differing path of an event, with digits as they are', async () => {
    await using all = await equalTables(10);
    const event = '{"n": 12345678901234567890, "list": [{"price": 1.1}]}';
    await all.query(all.destination(), 'UPDATE events SET event = $1 WHERE id = 11', [event]);
    const { code, stdout } = await eventsDiff(all);
    expect(code).toBe(1);
    expect(stdout).toMatch(/11 .*list.*price.*1\.10.*1\.1/);
  });
});

describe('slate-eventsDiff', () => {
  test('says that equal tables are equal and exits with 0', async () => {
    await using all = await equalTables();
    const { code, result } = await document(all);
    expect({ code, result }).toEqual({ code: 0, result: 'equal' });
    const { stdout, stderr, code: textCode } = await eventsDiff(all);
    expect({ textCode, stderr }).toEqual({ textCode: 0, stderr: '' });
    expect(stdout).toContain('equal');
  });

  test('finds the same, whatever the settings of a database are', async () => {
    await using all = await equalTables(10);
    const { databaseName } = all.destination();
    const settings = {
      bytea_output: 'escape',
      extra_float_digits: '-15',
      TimeZone: 'Asia/Kathmandu',
      DateStyle: 'SQL, DMY',
      standard_conforming_strings: 'off',
      client_encoding: 'LATIN1',
      search_path: 'nowhere',
    };
    for (const [name, value] of Object.entries(settings)) {
      await all.query(all.destination(), `ALTER DATABASE "${databaseName}" SET ${name} = '${value}'`);
    }
    expect((await document(all)).code).toBe(0);
    await all.query(all.destination(), `UPDATE events SET ts = ts + interval '1 microsecond' WHERE id = 7`);
    expect(await document(all)).toMatchObject({
      code: 1,
      comparisons: [{ ranges: [{ kind: 'ts', from: '7' }] }],
    });
  });

  test('compares up to the smaller highest id with --common', async () => {
    await using all = await equalTables(100);
    await all.append(10);
    expect((await document(all)).code).toBe(1);
    expect((await document(all, '--common')).code).toBe(0);
  });

  test('says of two empty tables that they are equal, and of an empty one that all is missing', async () => {
    await using all = await createInstallation();
    expect((await document(all)).code).toBe(0);
    expect((await document(all, '--common')).code).toBe(0);
    await all.append(10);
    const { code, comparisons } = await document(all);
    expect(code).toBe(1);
    expect(comparisons[0]?.differences?.missingRight).toBe(10);
  });

  test('exits with 2 with --common when one table is empty: nothing compared is not equal', async () => {
    await using all = await createInstallation();
    await all.append(10);
    const { code, stderr } = await eventsDiff(all, '--common');
    expect(code).toBe(2);
    expect(stderr).toContain('is empty: it has no ids in common');
  });

  test('reports the first maxDiffs differences and says that there may be more', async () => {
    await using all = await equalTables(100);
    await all.query(all.destination(), `UPDATE events SET event = '{}' WHERE id % 10 = 0`);
    const config = { events1Params: all.source, events2Params: all.destination(), maxDiffs: 3 };
    const file = all.writeFile('max-diffs.json', JSON.stringify(config));
    await using command = new RunningCommand('slate-events-diff', ['-c', file]);
    const { code, stdout } = await command.ended();
    expect(code).toBe(1);
    expect(stdout).toContain('at least 3 differences, stopped there (maxDiffs)');
    expect(stdout).toContain('event differs: 3 events: 10, 20, 30\n');
  });

  test('shows arguments and configuration with --dry-run, without the password', async () => {
    await using all = await createInstallation();
    const { code, stdout } = await eventsDiff(all, '--dry-run', '--common', '-v');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      common: true,
      validateTables: true,
      maxEventsPerRead: 50_000,
    });
    expect(stdout).toContain('password ***');
  });

  test.runIf(HAS_SCRIPT)('shows them in words on a terminal, and as JSON only if asked', async () => {
    await using all = await createInstallation({ destinations: 2 });
    const options = { file: 'slate-events-diff', columns: 200 };
    const args = ['-c', all.writeConfig(), '--dry-run', '--common'];
    const { code, lines } = await runOnTerminal(args, options);
    expect(code).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(/^left +\S+, user .*, password \*\*\*/));
    expect(lines.filter((line) => /^(rights)? +\S+_destination_/.test(line))).toHaveLength(2);
    expect(lines.join('\n')).not.toMatch(/[{}"]/);
    expect((await runOnTerminal([...args, '--json'], options)).lines[0]).toBe('{');
  });

  test('stopped by ^C exits with 2, never "equal"', async () => {
    await using all = await equalTables(10);
    await using lock = await TableLock.take(all.destination(), 'ACCESS EXCLUSIVE');
    await using command = new RunningCommand('slate-events-diff', ['-c', all.writeConfig()]);
    await lock.untilWaitedFor();
    command.send('SIGINT');
    expect(await command.ended()).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('SIGINT'),
    });
  });

  test('waits for a lock as long as it takes, whatever time-outs the servers have', async () => {
    await using all = await equalTables(10);
    for (const { databaseName } of [all.source, all.destination()]) {
      for (const name of ['lock_timeout', 'idle_in_transaction_session_timeout'])
        await all.query(all.source, `ALTER DATABASE "${databaseName}" SET ${name} = '100ms'`);
    }
    const lock = await TableLock.take(all.destination(), 'ACCESS EXCLUSIVE');
    await using command = new RunningCommand('slate-events-diff', ['-c', all.writeConfig()]);
    await lock.untilWaitedFor();
    const waiting = `SELECT FROM pg_stat_activity WHERE datname = $1 AND wait_event_type = 'Lock'
                        AND clock_timestamp() - query_start > interval '300 ms'`;
    await until('the command had waited longer than the time-outs allow', async () => {
      return (await all.query(all.source, waiting, [all.destination().databaseName])).length > 0;
    });
    await lock.release();
    expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
  });

  test('exits with 2, never "equal", when a server goes away', async () => {
    await using server = await startPostgres();
    await using all = await createInstallation({ destinationServers: [server] });
    await all.append(10);
    await all.copyOnce();
    await server.stop('immediate');
    const { code, stdout } = await eventsDiff(all);
    expect(code).toBe(2);
    expect(stdout).toContain('trouble');
    await server.start();
  });

  test('refuses to compare a table with itself, under whatever address', async () => {
    await using all = await equalTables(10);
    await using proxy = await FaultProxy.inFrontOf(all.source);
    const config = { events1Params: all.source, events2Params: proxy.through(all.source) };
    const file = all.writeFile('same.json', JSON.stringify(config));
    await using command = new RunningCommand('slate-events-diff', ['-c', file]);
    const { code, stderr } = await command.ended();
    expect(stderr).toContain('are the same table.');
    expect(code).toBe(2);
  });

  test('--repair makes a destination with truncated ts, changed numbers and missing rows equal, and leaves extra rows', async () => {
    await using all = await equalTables(5_000);
    await all.query(all.destination(), `UPDATE events SET ts = date_trunc('milliseconds', ts)`);
    await all.query(all.destination(), `UPDATE events SET event = '{}' WHERE id BETWEEN 50 AND 60`);
    await all.query(all.destination(), 'DELETE FROM events WHERE id BETWEEN 1000 AND 1100');
    expect((await eventsDiff(all)).stdout).toContain('--repair');
    expect((await eventsDiff(all, '--repair')).code).toBe(2);
    const repaired = await eventsDiff(all, '--repair', '--yes');
    expect(repaired.code).toBe(0);
    expect(repaired.stderr).toContain('insert 101 events');
    expect(await all.digest(all.destination())).toBe(await all.digest(all.source));
    await all.query(all.destination(), `INSERT INTO events VALUES (9000, now(), '{}')`);
    expect((await eventsDiff(all, '--repair', '--yes')).code).toBe(1);
    expect(await all.count(all.destination())).toBe(5_002);
  });

  test('--repair stopped by ^C half-way leaves the table as it was', async () => {
    await using all = await equalTables(100);
    await all.query(all.destination(), 'DELETE FROM events WHERE id BETWEEN 40 AND 50');
    await using lock = await TableLock.take(all.destination(), 'SHARE');
    await using command = new RunningCommand('slate-events-diff', [
      '-c',
      all.writeConfig(),
      '--repair',
      '--yes',
    ]);
    await lock.untilWaitedFor();
    command.send('SIGINT');
    expect((await command.ended()).code).toBe(2);
    await lock.release();
    expect(await all.count(all.destination())).toBe(90);
  });

  test('--repair refuses while a replicator writes', async () => {
    await using all = await equalTables(100);
    await all.query(all.destination(), 'DELETE FROM events WHERE id = 50');
    await using writer = await connectTo(all.destination());
    expect(await tryWriterLock(writer)).toBe(true);
    const { code, stderr } = await eventsDiff(all, '--repair', '--yes');
    expect(code).toBe(2);
    expect(stderr).toContain('A replicator is writing to');
    expect(await all.count(all.destination())).toBe(100);
  });
});

describe('slate-eventsDiff --validate-tables', () => {
  async function loaded(): Promise<Installation> {
    const all = await createInstallation();
    const operations = personOperations({ countPerson: 200, countFiller: 2_000, countPersonDelete: 10 });
    const options = { source: all.source, connectTimeoutMs: 15_000, applicationName: 'slate-test-loader' };
    await load(operations, options);
    await all.copyOnce();
    return all;
  }

  test('proves that every operation arrived whole', async () => {
    await using all = await loaded();
    const { code, validations } = await document(all, '-v');
    expect(code).toBe(0);
    expect(validations.map(({ result, operations }) => ({ result, operations }))).toEqual([
      { result: 'valid', operations: 200 },
      { result: 'valid', operations: 200 },
    ]);
  });

  const stat = (key: string, value: string, where: string) =>
    `UPDATE events SET event = jsonb_set(event, '{testingStats,${key}}', '${value}') WHERE ${where}`;
  const damages: Record<string, [sql: string, problem: RegExp]> = {
    'a row is missing in the middle of an operation': [
      'DELETE FROM events WHERE id = 500',
      /id 500 is missing/,
    ],
    'the last row is missing': [
      'DELETE FROM events WHERE id = (SELECT max(id) FROM events)',
      /^operation 200 .* where the table ends$/,
    ],
    'the first row is missing': ['DELETE FROM events WHERE id = 1', /^id 1 is missing before operation 1 /],
    'an event number is wrong': [
      stat('dbOperationEventNum', '99', 'id = 700'),
      /but event 700 is number 99$/,
    ],
    'an event belongs to another operation': [
      stat('dbOperationId', '"x"', 'id = 700'),
      /700.*operation \d+ \(x\)|\(x\).*700/,
    ],
    'an operation is there twice': [
      `INSERT INTO events SELECT m + id, ts, event FROM events, (SELECT max(id) AS m FROM events) AS s WHERE id <= (
         SELECT (event #>> '{testingStats,dbOperationEventCount}')::int FROM events WHERE id = 1)`,
      /^operation 1 .* occurs more than once: it occurs again from id \d+ on$/,
    ],
  };

  test.each(Object.entries(damages))(
    'names the first broken operation when %s',
    async (_, [sql, problem]) => {
      await using all = await loaded();
      await all.query(all.destination(), sql);
      const { code, validations } = await document(all, '-v');
      expect(code).toBe(1);
      expect(validations[1]).toMatchObject({ result: 'invalid', problem: expect.stringMatching(problem) });
    },
  );

  test('says of a table without testingStats that it cannot be validated, exit 2', async () => {
    await using all = await equalTables(10);
    const { code, stderr } = await eventsDiff(all, '-v');
    expect(code).toBe(2);
    expect(stderr).toContain('testingStats');
  });
});

test('compareTables says the same in this process', async () => {
  await using all = await equalTables(1_000);
  expect((await compareTables(all.source, all.destination())).equal).toBe(true);
  await all.query(all.destination(), 'DELETE FROM events WHERE id = 5');
  expect((await compareTables(all.source, all.destination())).counts.missingRight).toBe(1n);
});
