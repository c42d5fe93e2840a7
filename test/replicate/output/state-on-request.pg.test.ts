/** The state of all destinations, when somebody asks for it: by SIGUSR2, or by Enter on a terminal. */
import { spawn } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { HAS_SCRIPT, runOnTerminal } from '../../support/commands/terminal-run.js';
import { createInstallation } from '../../support/installation/installation.js';

const TABLE = /destination +state +events behind +seconds behind/;

test.for(['info', 'fatal'])(
  'by SIGUSR2 it is a record for each destination, also with LOG_LEVEL=%s',
  async (level) => {
    await using all = await createInstallation({ destinations: 2 });
    const last = await all.append(5);
    await using command = all.startCommand([], { env: { LOG_LEVEL: level } });
    await all.untilEqual();
    command.send('SIGUSR2');
    const records = await command.log.until('state on request', { count: 2 });
    const known = { destinationMaxId: Number(last), sourceMaxId: Number(last), lagEvents: 0 };
    for (const record of records) expect(record).toMatchObject(known);
    command.send('SIGINT');
    expect((await command.ended()).code).toBe(0);
  },
);

test('a destination that cannot be reached has a state too, and a request long before it is live ends nothing', async () => {
  await using all = await createInstallation();
  const nowhere = { ...all.destination(), port: 1, name: 'nowhere' };
  await using command = all.startCommand([], {
    config: { onError: 'retry', replicationDestinations: [nowhere, all.destination()] },
  });
  await command.log.until('started');
  command.send('SIGUSR2');
  await command.log.until('state on request', { destination: 'nowhere' });
  command.send('SIGINT');
  expect((await command.ended()).code).toBe(0);
});

describe.runIf(HAS_SCRIPT)('on a terminal', () => {
  test('Enter shows it as a table, also twice, and ^C ends the run as ever', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(5);
    let stage = 0;
    const { code, lines } = await runOnTerminal(['-c', all.writeConfig()], {
      columns: 160,
      echoes: true,
      watch: (raw, press) => {
        if (stage < 1 && raw.split('caught up').length > 2) stage = pressed(press, '\r', 1);
        if (stage === 1 && raw.split(TABLE).length > 1) stage = pressed(press, 'abc\r', 2);
        if (stage === 2 && raw.split(TABLE).length > 2) stage = pressed(press, '\u0003', 3);
      },
    });
    expect(code).toBe(0);
    expect(lines.filter((line) => TABLE.test(line))).toHaveLength(2);
    expect(lines.filter((line) => / live +0 +0 +5$/.test(line))).toHaveLength(4);
    expect(lines.at(-1)).toMatch(/stopped by SIGINT$/);
  });

  test('a run in the background is not stopped by what is typed, and answers the signal', async () => {
    await using all = await createInstallation();
    await all.append(5);
    const command = `${process.execPath} dist/bin/slate-replicator.js -c ${all.writeConfig()}`;
    const job = `${command} & echo "pid $!"; wait`;
    const child = spawn('script', ['-qefc', `stty cols 160; exec bash -mc '${job}'`, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm', CI: '', LOG_LEVEL: '' },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let raw = '';
    const until = async (pattern: RegExp) => {
      while (!pattern.test(raw)) await new Promise((resolve) => child.stdout.once('data', resolve));
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      raw += text;
    });
    await until(/caught up/);
    child.stdin.write('x\r');
    await until(/x\r\n/);
    const pid = Number(/pid (\d+)/.exec(raw)?.[1]);
    process.kill(pid, 'SIGUSR2');
    await until(TABLE);
    process.kill(pid, 'SIGINT');
    await until(/stopped by SIGINT/);
    child.kill();
  });
});

function pressed(press: (keys: string) => void, keys: string, stage: number): number {
  press(keys);
  return stage;
}
