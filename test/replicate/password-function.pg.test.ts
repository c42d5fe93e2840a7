/** A function given as `password` in a configuration: every session of every command asks it. */
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import type { PasswordFunction } from '../../src/pg/password-function.js';
import { RunningCommand } from '../support/commands/command.js';
import { withPasswordFunction } from '../support/config/password-functions.js';
import { RestrictedRole } from '../support/databases/restricted-role.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { needsPasswordCheck } from '../support/postgres/needs.js';
import { until } from '../support/until.js';

const TRYING_AGAIN = {
  source: 'cannot listen to the source: trying again',
  destination: 'destination failed: trying again',
};
const STOPPED = 'destination stopped: a person must act';

/** A configuration as a script, whose function notes each question in a file. */
function scriptFor(all: Installation): { config: string; asked: string } {
  const asked = all.writeFile('asked', '');
  const { password, ...source } = all.source;
  const destinations = all.destinations.map(({ password: _, ...params }) => params);
  const config = all.writeFile(
    'config.mjs',
    `import { appendFileSync } from 'node:fs';
     const password = async ({ databaseName }) => {
       appendFileSync(${JSON.stringify(asked)}, databaseName + '\\n');
       return ${JSON.stringify(password)};
     };
     export default {
       eventSource: { ...${JSON.stringify(source)}, password },
       replicationDestinations: ${JSON.stringify(destinations)}.map((params) => ({ ...params, password })),
     };`,
  );
  return { config, asked };
}

test.for([
  ['slate-replicator', ['--once']],
  ['slate-replicator', ['--check']],
  ['slate-events-diff', []],
  ['slate-load-person-data', ['--count-person', '2', '--count-filler', '2']],
] as const)(
  '%s %s logs in with what the function answers, and shows it nowhere',
  async ([file, args], context) => {
    needsPasswordCheck(context);
    await using all = await createInstallation({ destinations: 2 });
    await all.append(5);
    await all.copyOnce();
    const { config, asked } = scriptFor(all);
    await using command = new RunningCommand(file, ['-c', config, ...args], { LOG_LEVEL: 'trace' });
    const { code, stdout, stderr } = await command.ended();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toContain(all.source.password);
    expect(readFileSync(asked, 'utf8')).toContain(all.source.databaseName);
  },
);

test('--dry-run says that the password comes from a function, and does not call it', async () => {
  await using all = await createInstallation();
  const { config, asked } = scriptFor(all);
  await using command = new RunningCommand('slate-replicator', ['-c', config, '--dry-run']);
  expect((await command.ended()).stdout.match(/password \*\*\* \(from a function\)/g)).toHaveLength(2);
  expect(readFileSync(asked, 'utf8')).toBe('');
});

/** A role that may copy, whose password a function answers with. */
async function askedFor(all: Installation, params: ConnectionParams, passwordFunction: PasswordFunction) {
  const role = await RestrictedRole.create(all, [{ on: params, rights: 'SELECT, INSERT' }]);
  const { user = '', password: first = '' } = role.in(params);
  return {
    params: withPasswordFunction(role.in(params), passwordFunction),
    first,
    change: (to: string) => all.query(all.source, `ALTER ROLE "${user}" PASSWORD '${to}'`),
    cutSessions: () =>
      all.query(params, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [user]),
    [Symbol.asyncDispose]: () => role[Symbol.asyncDispose](),
  };
}

describe.each(['source', 'destination'] as const)('the function for the %s', (side) => {
  test.for<[string, PasswordFunction]>([
    ['answers with the old password', () => 'restricted'],
    ['throws', () => Promise.reject(new Error('vault is sealed'))],
    ['returns undefined', () => undefined],
    ['returns a number', () => 12_345_678],
  ])(
    '%s for a while: what needs it tries again until it is right, and nothing stops',
    async ([, spoilt], context) => {
      needsPasswordCheck(context);
      await using all = await createInstallation();
      const given = side === 'source' ? all.source : all.destination();
      let answer: PasswordFunction = () => 'restricted';
      await using role = await askedFor(all, given, (login) => answer(login));
      const config =
        side === 'source' ? { eventSource: role.params } : { replicationDestinations: [role.params] };
      await using running = all.start({ ...config, onError: 'retry' });
      await all.append(5);
      await all.untilEqual();
      await role.change('rotated secret');
      answer = spoilt;
      await role.cutSessions();
      await running.log.until(TRYING_AGAIN[side], { count: 2 });
      await all.append(5);
      answer = () => 'rotated secret';
      await all.untilEqual();
      expect(running.log.of(STOPPED)).toEqual([]);
      expect(inspect(running.log.all, { depth: 9, maxArrayLength: null })).not.toMatch(
        /rotated secret|12345678/,
      );
    },
  );
});

test('a function whose first answer is refused stops the destination, as a wrong password does', async (context) => {
  needsPasswordCheck(context);
  await using all = await createInstallation();
  const wrong = withPasswordFunction(all.destination(), () => 'hunter2');
  await using running = all.start({ replicationDestinations: [wrong], onError: 'retry' });
  expect(await running.failure()).toMatchObject({
    message: expect.stringMatching(/^(?!.*hunter2).*28P01/),
    exitCode: 1,
  });
});

test.for<[string, PasswordFunction]>([
  ['is refused', () => 'hunter2'],
  ['throws', () => Promise.reject(new Error('vault is sealed'))],
  ['does not answer', () => new Promise(() => {})],
])(
  'a thread whose question %s after a right answer makes the destination try again',
  async ([, spoilt], context) => {
    needsPasswordCheck(context);
    await using all = await createInstallation();
    await all.append(5);
    let answers = 0;
    // The first session of a destination is that of the main thread. The next ones write: one that is opened
    // ahead where the server is slow to answer, and one for the first write.
    await using role = await askedFor(all, all.destination(), (login) =>
      [2, 3].includes(++answers) ? spoilt(login) : 'restricted',
    );
    const config = {
      replicationDestinations: [role.params],
      onError: 'retry',
      connectTimeoutMs: 2_000,
    } as const;
    await using running = all.start(config);
    const [record] = await running.log.until(TRYING_AGAIN.destination);
    expect(String(record?.['err'])).toMatch(/^(?!.*hunter2).*Cannot write events to .*\[08001\]$/);
    await all.untilEqual();
    expect(answers).toBeGreaterThan(4);
  },
);

test('with onError exit, a function that throws ends the process with a sentence that names the destination', async (context) => {
  needsPasswordCheck(context);
  await using all = await createInstallation();
  const broken = withPasswordFunction({ ...all.destination(), name: 'berlin' }, () => {
    throw new Error('vault is sealed');
  });
  await using running = all.start({ replicationDestinations: [broken] });
  expect(await running.failure()).toMatchObject({
    message: expect.stringMatching(/berlin .*the function given as password threw an error: vault is sealed/),
  });
});

test.for([
  ['a password of the configuration', "PASSWORD 'another'", "PASSWORD 'restricted'"],
  ['a role', 'NOLOGIN', 'LOGIN'],
] as const)(
  '%s that is refused after it was accepted is tried again',
  async ([, refused, allowed], context) => {
    needsPasswordCheck(context);
    await using all = await createInstallation();
    await using role = await RestrictedRole.create(all, [
      { on: all.destination(), rights: 'SELECT, INSERT' },
    ]);
    const params = role.in(all.destination());
    await using running = all.start({ replicationDestinations: [params], onError: 'retry' });
    await all.append(5);
    await all.untilEqual();
    await all.query(all.source, `ALTER ROLE "${params.user}" ${refused}`);
    await all.query(params, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [
      params.user,
    ]);
    const records = await running.log.until(TRYING_AGAIN.destination, { count: 3 });
    expect(records.at(-1)?.['err']).toMatchObject({
      message: expect.stringContaining('(this login was accepted before)'),
      hint: expect.stringContaining('Somebody may be changing the password'),
    });
    await all.append(5);
    await all.query(all.source, `ALTER ROLE "${params.user}" ${allowed}`);
    await all.untilEqual();
  },
);

test('^C ends a command whose function never answers', async (context) => {
  needsPasswordCheck(context);
  await using all = await createInstallation();
  const { password: _, ...destination } = all.destination();
  const mark = all.writeFile('mark', '');
  const config = all.writeFile(
    'hanging.mjs',
    `import { writeFileSync } from 'node:fs';
     const password = () => {
       writeFileSync(${JSON.stringify(mark)}, 'asked');
       setInterval(() => {}, 1_000);
       return new Promise(() => {});
     };
     export default {
       eventSource: ${JSON.stringify(all.source)},
       replicationDestinations: [{ ...${JSON.stringify(destination)}, password }],
     };`,
  );
  await using command = new RunningCommand('slate-replicator', ['-c', config]);
  await until('the function was called', () => readFileSync(mark, 'utf8') === 'asked');
  command.send('SIGINT');
  expect((await command.ended()).code).toBe(0);
});
