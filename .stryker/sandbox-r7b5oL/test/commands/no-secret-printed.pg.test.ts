/** Everything that a command prints, at its most talkative, is searched for the passwords that it was given. */
// @ts-nocheck

import { expect, test } from 'vitest';
import { RunningCommand } from '../support/commands/command.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';

const WRONG = 'hunter2 %40/@:\'"\\$';

interface Run {
  readonly file: string;
  readonly args: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

/** Every command, with what is right, with a wrong password, and with one in the wrong place. */
function runs(all: Installation): Run[] {
  const wrong = (params: object) => ({ ...params, password: WRONG });
  const configs = [
    {},
    { eventSource: wrong(all.source) },
    { replicationDestinations: [wrong(all.destination())] },
    { eventSource: { ...all.source, passwrd: WRONG } },
    { eventSource: `postgres://me:${WRONG}@db1/x` },
  ];
  const commands: [string, string[]][] = [
    ['slate-replicator', ['--dry-run']],
    ['slate-replicator', ['--check']],
    ['slate-replicator', ['--once']],
    ['slate-events-diff', ['--repair', '--yes']],
    ['slate-load-person-data', ['--count-person', '2', '--count-filler', '2']],
  ];
  return configs.flatMap((config) => commands.map(([file, args]) => ({ file, args, config })));
}

async function printedBy(file: string, args: readonly string[], env: Record<string, string> = {}) {
  await using command = new RunningCommand(file, args, { LOG_LEVEL: 'trace', ...env });
  const { stdout, stderr } = await command.ended();
  expect(stdout + stderr, `${file} ${args.join(' ')}`).not.toBe('');
  return stdout + stderr;
}

function expectNoSecret(all: Installation, printed: string): void {
  expect(printed).not.toContain('hunter2');
  expect(printed).not.toContain(all.source.password);
}

test('no command prints a password, whatever goes wrong', async () => {
  await using all = await createInstallation();
  for (const { file, args, config } of runs(all)) {
    expectNoSecret(all, await printedBy(file, ['-c', all.writeConfig(config), ...args]));
  }
});

test('slate-init-db prints no password, from wherever it has it', async () => {
  await using all = await createInstallation();
  const { host, port, user = '', databaseName } = all.source;
  const args = ['--host', host, '--port', String(port), '--user', user, '-n', databaseName, '-t', 'source'];
  for (const password of [WRONG, all.source.password ?? '']) {
    for (const more of [[], ['--dry-run']]) {
      expectNoSecret(all, await printedBy('slate-init-db', [...args, '--password', password, ...more]));
      expectNoSecret(all, await printedBy('slate-init-db', [...args, ...more], { PGPASSWORD: password }));
    }
  }
});
