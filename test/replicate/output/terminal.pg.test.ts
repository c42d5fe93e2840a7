import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { HAS_SCRIPT, runOnTerminal } from '../../support/commands/terminal-run.js';
import { createInstallation, type Installation } from '../../support/installation/installation.js';

const ESCAPE = '\u001b[';

function count(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** A configuration in which the destinations have short names: replica_1, replica_2. */
function withNames(all: Installation): string {
  const replicationDestinations = all.destinations.map((params, n) => ({
    ...params,
    name: `replica_${n + 1}`,
  }));
  return all.writeConfig({ replicationDestinations });
}

/** A destination that differs: what is said of it, and how often. */
async function divergent(): Promise<Installation> {
  const all = await createInstallation({ destinations: 2 });
  await all.append(10);
  await all.copyOnce();
  await all.query(all.destination(1), "UPDATE events SET event = '1' WHERE id = 10");
  return all;
}

describe.runIf(HAS_SCRIPT)('slate-replicator on a terminal', () => {
  test('shows a first load as a bar, percent, rate and time left for each destination, and at the end lines in words', async () => {
    await using all = await createInstallation({ destinations: 2 });
    for (let n = 0; n < 8; n++) await all.append(20_000);
    const { code, raw, lines } = await runOnTerminal(['-c', withNames(all), '--once']);
    expect(code).toBe(0);
    for (const place of ['replica_1', 'replica_2']) {
      expect(raw).toMatch(new RegExp(`${place}: [░.]+ 0 %, 0 of 160,000 events, 0/s`));
      expect(raw).toMatch(/: [█#]+[░.]+ \d+ %, [1-9]\d*,\d+ of 160,000 events, [\d,]+\/s, \d+:\d\d left/);
      expect(
        lines.filter((line) => line.includes(`${place}: caught up, copied 160,000 events`)),
      ).toHaveLength(1);
    }
    expect(lines.join('\n')).not.toMatch(/%|left|\{/);
    expect(lines.at(-1)).toMatch(/^\d\d:\d\d:\d\d done$/);
    expect(raw).not.toContain(all.source.password);
  });

  test('ends by ^C with words, also while progress stands there', async () => {
    await using all = await createInstallation();
    for (let n = 0; n < 8; n++) await all.append(20_000);
    let isPressed = false;
    const { code, lines } = await runOnTerminal(['-c', withNames(all)], {
      watch: (raw, press) => {
        if (isPressed || !raw.includes(' of 160,000 events')) return;
        isPressed = true;
        press('\u0003');
      },
    });
    expect(code).toBe(0);
    expect(lines.at(-1)).toMatch(/stopped by SIGINT$/);
    expect(lines.join('\n')).not.toContain('%');
  });

  test.each(['', 'warn', 'fatal'])(
    'with --check prints the plan as a table (LOG_LEVEL "%s")',
    async (level) => {
      await using all = await createInstallation({ destinations: 2 });
      await all.append(300);
      await all.copyOnce({ replicationDestinations: [all.destination()] });
      await all.query(all.destination(), 'DELETE FROM events WHERE id IN (7, 8, 150)');
      const { code, lines } = await runOnTerminal(['-c', withNames(all), '--check'], {
        env: { LOG_LEVEL: level },
      });
      expect(code).toBe(0);
      const table = lines.slice(lines.findIndex((line) => line.startsWith('destination ')));
      expect(table.slice(0, 4)).toEqual([
        expect.stringMatching(/^destination +holds +lacks +about +ids$/),
        expect.stringMatching(/^replica_1 +297 +3 +\S+ \S+ +ids 7 to 150, 2 ranges$/),
        expect.stringMatching(/^replica_2 +0 +300 +\S+ KiB +ids 1 to 300$/),
        'replica_1 lacks ids 7 to 8; id 150',
      ]);
      expect(lines.join('\n')).toMatch(/^server +sessions needed +free/m);
    },
  );

  test('draws nothing over with TERM=dumb, and says all the same', async () => {
    await using all = await createInstallation();
    await all.append(100);
    const { raw } = await runOnTerminal(['-c', withNames(all), '--once'], { env: { TERM: 'dumb' } });
    expect(raw).not.toContain(ESCAPE);
    expect(raw).toContain('replica_1: caught up, copied 100 events');
  });

  test.each([
    ['text', []],
    ['json', ['--log-format', 'json']],
  ])('tells an error once (%s)', async (_, format) => {
    await using all = await divergent();
    for (const mode of ['--once', '--check']) {
      const config = all.writeConfig({ onError: 'retry' });
      const { code, raw } = await runOnTerminal(['-c', config, mode, ...format]);
      expect(code).toBe(3);
      const said = count(raw, 'Nothing was written');
      // In JSON each record is whole: the one of the destination and the last one.
      expect(said).toBe(format.length === 0 ? 1 : 2);
      expect(raw.trimEnd().split('\n').at(-1)).toMatch(
        format.length === 0 ? /^slate-replicator: ended because/ : /^\{.*"msg":"ended"/,
      );
    }
    const { code, raw } = await runOnTerminal(['-c', 'no-such-file', ...format]);
    expect(code).toBe(2);
    expect(count(raw, 'no-such-file')).toBe(1);
  });

  test('with --log-format json logs as in a pipe', async () => {
    await using all = await createInstallation();
    await all.append(100);
    const { raw } = await runOnTerminal(['-c', all.writeConfig(), '--once', '--log-format', 'json']);
    const records = raw
      .trimEnd()
      .split('\r\n')
      .map((line) => JSON.parse(line).msg);
    expect(records).toEqual([
      'started',
      'source checked',
      'destination checked',
      'caught up',
      'summary',
      'ended',
    ]);
  });
});

describe('slate-replicator in a pipe', () => {
  test('logs words with --log-format text, without a sign for a terminal, and an error also on stderr', async () => {
    await using all = await divergent();
    const { code, stdout, stderr } = await all.runCommand(['--once', '--log-format', 'text']);
    expect(code).toBe(3);
    expect(stdout).toContain('Nothing was written');
    expect(stdout).not.toContain('{');
    expect(stdout).not.toContain(ESCAPE);
    expect(stderr).toContain('Nothing was written');
  });

  test('tells an error once where stdout and stderr are the same', async () => {
    await using all = await divergent();
    const line = `${process.execPath} dist/bin/slate-replicator.js -c ${all.writeConfig()} --once 2>&1`;
    const { stdout } = spawnSync('sh', ['-c', line], {
      encoding: 'utf8',
      env: { ...process.env, LOG_LEVEL: '' },
    });
    expect(count(stdout, 'Nothing was written')).toBe(1);
    for (const record of stdout.trimEnd().split('\n')) expect(() => JSON.parse(record)).not.toThrow();
  });

  test('prints the plan whatever LOG_LEVEL says, and nothing else', async () => {
    await using all = await createInstallation();
    await all.append(30);
    const { records } = await all.runCommand(['--check'], { env: { LOG_LEVEL: 'error' } });
    expect(records.map(({ msg }) => msg)).toEqual(['sessions', 'plan']);
    const dry = await all.runCommand(['--dry-run'], { env: { LOG_LEVEL: 'error' } });
    expect(dry.records.map(({ level }) => level)).toEqual([30]);
  });

  test('refuses a format that there is not, with those that there are', async () => {
    await using all = await createInstallation();
    const { code, stderr } = await all.runCommand(['--log-format', 'xml']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "option '--log-format <format>' cannot take this value. Allowed choices are json, text.",
    );
  });
});
