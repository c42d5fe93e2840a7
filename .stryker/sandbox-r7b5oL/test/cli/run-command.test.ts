// @ts-nocheck
import { expect, test } from 'vitest';
import { packageVersion } from '../../src/cli/version.js';
import { run, runShell, runWithNodeOptions } from '../support/commands/run.js';

test.each([
  ['succeed', 0, ''],
  ['differ', 1, ''],
  ['fail-database', 1, 'slate-test: Cannot connect to db1\nCheck the host.\n'],
  ['fail-configuration', 2, 'slate-test: The file is wrong\n'],
  ['fail-divergence', 3, 'slate-test: The databases differ\n'],
  ['fail-bug', 1, 'slate-test: x is not a function\n'],
  ['fail-later', 1, 'slate-test: thrown by a timer\n'],
  ['fail-unhandled', 1, 'slate-test: nobody waits\n'],
])('%s exits with %d and prints what people can act on', async (action, code, stderr) => {
  expect(await run(['--action', action])).toEqual({ code, stdout: '', stderr });
});

test.each(['fail-database', 'fail-configuration', 'fail-divergence', 'fail-bug'])(
  'where 1 has another meaning, %s exits with 2',
  async (action) => {
    expect((await run(['--trouble', '--action', action])).code).toBe(2);
    expect((await run(['--trouble', '--action', 'differ'])).code).toBe(1);
  },
);

test.each([
  [
    ['--acton', 'x'],
    "slate-test: unknown option '--acton' (Did you mean --action?)\nSee slate-test --help.\n",
  ],
  [['--pasword=hunter3'], "slate-test: unknown option '--pasword'\nSee slate-test --help.\n"],
  [['--action'], "slate-test: option '--action <name>' argument missing\nSee slate-test --help.\n"],
  [
    ['left', 'over'],
    'slate-test: too many arguments. Expected 0 arguments but got 2.\nSee slate-test --help.\n',
  ],
])('the arguments %j are refused with one message and exit code 2', async (args, stderr) => {
  expect(await run(args)).toEqual({ code: 2, stdout: '', stderr });
});

test('help and version go to stdout and exit with 0', async () => {
  const help = await run(['--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  expect(help.stdout).toContain('--action <name>');
  expect(await run(['--version'])).toEqual({ code: 0, stdout: `${packageVersion()}\n`, stderr: '' });
});

test.each(['debug', 'trace', 'DEBUG', '20'])(
  'with LOG_LEVEL=%s a stack trace is printed, with the cause',
  async (level) => {
    const { stderr } = await run(['--action', 'fail-database'], { LOG_LEVEL: level });
    expect(stderr).toMatch(
      /^slate-test: Cannot connect to db1\nCheck the host.\n.*\n +at .*caused by: Error: the cause/s,
    );
  },
);

test('a password in somebody else’s message is masked, also in the stack trace', async () => {
  const { stderr } = await run(['--action', 'fail-secretly'], { LOG_LEVEL: 'debug' });
  expect(stderr).toContain('slate-test: password *** is wrong');
  expect(stderr).not.toContain('hunter2');
});

test('a reader that goes away ends the command without a word', async () => {
  const { stdout, stderr } = await runShell('$COMMAND --action chatter | head -n 1');
  expect(stdout.split('\n')).toHaveLength(2);
  expect(stderr).toBe('');
});

test('a command that is done ends, whatever it has left open', async () => {
  expect(await run(['--action', 'hang'])).toEqual({ code: 3, stdout: '', stderr: '' });
});

test('a command that is done ends, whatever Node’s background threads are doing', async () => {
  // They never stop to allocate memory: Node’s own end of a process would wait for them.
  const busy = await runWithNodeOptions(['--stress-concurrent-allocation'], ['--action', 'differ']);
  expect(busy).toEqual({ code: 1, stdout: '', stderr: '' });
});

test('all of a long output is there, however slow its reader is', async () => {
  const { stdout } = await runShell('$COMMAND --action tell | (sleep 0.5; cat)');
  expect(stdout).toHaveLength(1_000_000);
});
