/** The command that slate-hold runs: where it is led, and what its end means. */
import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCommand } from '../support/commands/command.js';
import { TestRoles } from '../support/databases/test-roles.js';
import { nameOfHeld, startHold, untilHeld } from '../support/installation/holding.js';
import { createInstallation } from '../support/installation/installation.js';
import { until } from '../support/until.js';

it.each([
  ['its exit code', 'exit 7', 7],
  ['success', 'exit 0', 0],
  ['128 and the number of the signal that ended it', 'kill -KILL $$', 137],
])('passes on %s', async (_, script, code) => {
  await using all = await createInstallation();
  expect(await startHold(all, ['--', 'sh', '-c', script]).ended()).toMatchObject({ code });
});

it.each([
  ['127 if the command is not there', 'no-such-command', 127],
  ['126 if it cannot be run', '/', 126],
])('ends with %s', async (_, command, code) => {
  await using all = await createInstallation();
  expect(await startHold(all, ['--', command]).ended()).toMatchObject({ code });
});

it('leads the command to the destination, whatever the environment said, and shows no password', async () => {
  await using all = await createInstallation();
  await using roles = new TestRoles(await all.session(all.destination()), all.destination());
  const user = await roles.create('holder');
  const { host, port, databaseName } = all.destination();
  const env = { PGPASSWORD: 'other', PGSERVICE: 'other', PGHOSTADDR: '192.0.2.1', PGDATABASE: 'other' };
  const script = 'env | grep ^PG; stat -c "mode %a" "$PGPASSFILE"; cat "$PGPASSFILE"; echo "$PGPASSFILE" >&2';
  const hold = startHold(all, ['--', 'sh', '-c', script], { params: roles.in('holder'), env });
  const { stdout, stderr } = await hold.ended();
  const lines = stdout.trimEnd().split('\n');
  const led = [`PGDATABASE=${databaseName}`, `PGHOST=${host}`, `PGPORT=${port}`, `PGUSER=${user}`];
  const secret = `${host}:${port}:*:${user}:it's a \\\\ password`;
  expect(lines).toEqual(expect.arrayContaining([...led, 'mode 600', secret]));
  expect(lines.filter((line) => /^PG(PASSWORD|SERVICE|HOSTADDR)=/.test(line))).toEqual([]);
  const file = stderr.trimEnd().split('\n').at(-1) ?? '';
  expect(file).toMatch(/PGPASSFILE$/);
  expect(existsSync(file)).toBe(false);
});

it('passes a signal on to the command, and lasts until that has ended', async () => {
  await using all = await createInstallation();
  const script = 'trap "echo asked; exit 3" TERM; echo ready; while :; do sleep 0.1; done';
  await using hold = startHold(all, ['--', 'sh', '-c', script]);
  await untilHeld(hold);
  await until('it was ready', () => hold.output.includes('ready'));
  hold.send('SIGTERM');
  expect(await hold.ended()).toMatchObject({ code: 3, stdout: 'ready\nasked\n' });
});

it('refuses what it cannot do with 125', async () => {
  await using all = await createInstallation();
  const [file, name] = [all.writeConfig(), nameOfHeld(all.destination())];
  const unknown = await runCommand('slate-hold', ['-c', file, '--destination', name]);
  expect(unknown).toMatchObject({ code: 125, stderr: expect.stringContaining('no destination named') });
  const both = await startHold(all, ['--for', '1m', '--', 'true']).ended();
  expect(both).toMatchObject({ code: 125, stderr: expect.stringContaining('either --for or a command') });
  const wrong = await startHold(all, ['--for', '10']).ended();
  expect(wrong).toMatchObject({ code: 125, stderr: expect.stringContaining('30s, 10m, 2h, 1d') });
  expect(await all.foreignSessions()).toEqual([]);
});

it('shows what it would do with --dry-run', async () => {
  await using all = await createInstallation();
  const { code, stdout } = await startHold(all, ['--dry-run', '--', 'psql', '-l']).ended();
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ command: ['psql', '-l'] });
});
