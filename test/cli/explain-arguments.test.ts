import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { promisify } from 'node:util';
import { Command, CommanderError } from 'commander';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainArguments } from '../../src/cli/explain-arguments.js';
import { addInitDbOptions } from '../../src/init-db/init-db-options.js';
import { RunningCommand } from '../support/commands/command.js';

/** What `slate-init-db` says to a command line that it refuses. */
function refusal(...args: readonly string[]): string {
  const program = addInitDbOptions(new Command('slate-init-db'))
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ outputError: () => {} });
  const argv = ['node', 'slate-init-db', '-n', 'x', ...args];
  try {
    program.parse(argv);
  } catch (error) {
    if (error instanceof CommanderError) return explainArguments(program, error, argv);
  }
  throw new Error(`${args.join(' ')} was not refused`);
}

/** Ways in which a password comes to stand where none belongs. */
const STRAY: readonly ((secret: string) => readonly string[])[] = [
  (secret) => [`-p${secret}`],
  (secret) => ['-p', secret],
  (secret) => ['-W', secret],
  (secret) => ['--pasword', secret],
  (secret) => [`--pasword=${secret}`],
  (secret) => [`--password${secret}`],
  (secret) => [`--pass${secret}`],
  (secret) => [`--paswort${secret}`],
  (secret) => [`--pwd:${secret}`],
  (secret) => [`--${secret}`],
  (secret) => [secret],
  (secret) => ['--port', secret],
  (secret) => [`--connect-timeout=${secret}`],
  (secret) => ['-t', secret],
  (secret) => [`-t${secret}`],
  (secret) => ['--host', `postgres://me:${secret}@db1/x`],
  (secret) => ['-n', `postgres://me:${secret}@db1/x`],
];

describe('a refused command line does not show', () => {
  test.each(STRAY.map((stray) => [stray('hunter2')]))('the password in %j', (args) => {
    expect(refusal(...args)).not.toMatch(/hunter/);
  });

  test('a password of any characters', () => {
    const secret = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .map((text) => `hunter2${text}`.replaceAll('\0', ''));
    fc.assert(
      fc.property(secret, fc.constantFrom(...STRAY), (password, stray) => {
        expect(refusal(...stray(password))).not.toMatch(/hunter/);
      }),
    );
  });

  const FILES = readdirSync('src/commands').map((file) => file.replace(/\.ts$/, ''));
  test.each(FILES)('the password that %s was given', async (file) => {
    for (const args of [
      ['--passwordhunter2'],
      ['-c', 'x', 'hunter2'],
      ['-c', 'postgres://me:hunter2@db1/x'],
    ]) {
      await using command = new RunningCommand(file, args, { LOG_LEVEL: 'trace' });
      const { code, stdout, stderr } = await command.ended();
      expect(code).toBe(file === 'slate-hold' ? 125 : 2);
      expect(stdout + stderr).not.toContain('hunter');
    }
  });
});

test.each([
  [['-phunter2'], "unknown option '-p…'"],
  [['-P', 'hunter2'], "unknown option '-P'"],
  [['--pasword', 'hunter2'], "unknown option '--pasword' (Did you mean --password?)"],
  [['--passwordhunter2'], "unknown option '--password…' (Did you mean --password?)"],
  [['--dbpasshunter2'], "unknown option '--dbpass…'"],
  [['--s3cret'], 'unknown option (argument 3, not shown, because it may be a password)'],
  [['--verbose'], "unknown option '--verbose'"],
  [
    ['--port', 'hunter2'],
    "option '--port <n>' cannot take this value. It must be a whole number, from 1 to 65535.",
  ],
  [
    ['-t', "it's\nis invalid. "],
    "option '-t, --table-type <type>' cannot take this value. Allowed choices are source, destination.",
  ],
  [['hunter2'], 'too many arguments. Expected 0 arguments but got 1.'],
])('%j is told as: %s', (args, message) => {
  expect(refusal(...args)).toBe(message);
});

test('while slate-init-db runs, the list of processes does not show its password', async () => {
  // A server that never answers keeps the command waiting.
  await using silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const args = ['--host', '127.0.0.1', '--port', String(port), '--user', 'me', '-n', 'x', '-t', 'source'];
  await using command = new RunningCommand('slate-init-db', [...args, '--password', 'hunter2']);
  await once(silent, 'connection');
  const { stdout } = await promisify(execFile)('ps', ['-o', 'args=', '-p', String(command.pid)]);
  expect(stdout.trim()).toBe('slate-init-db');
});
