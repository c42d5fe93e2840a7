/** SIGHUP: the command reads its configuration file again. */
import { spawn } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RunningCommand } from '../support/commands/command.js';
import { HAS_SCRIPT } from '../support/commands/terminal-run.js';
import { createInstallation, type Installation } from '../support/installation/installation.js';
import { until } from '../support/until.js';

/** A configuration file of this installation that a test changes while a replicator runs with it. */
class ChangingFile {
  readonly path: string;
  readonly #all: Installation;
  readonly #kind: 'json' | 'cjs' | 'mjs';

  constructor(all: Installation, kind: 'json' | 'cjs' | 'mjs' = 'json') {
    this.#all = all;
    this.#kind = kind;
    this.path = all.writeFile(`changing.${kind}`, this.#text(1));
  }

  /** From now on the file names so many destinations. */
  write(destinations: number, more: object = {}): void {
    writeFileSync(this.path, this.#text(destinations, more));
  }

  /** From now on the file holds this. */
  writeText(text: string): void {
    writeFileSync(this.path, text);
  }

  #text(destinations: number, more: object = {}): string {
    const { source: eventSource } = this.#all;
    const replicationDestinations = this.#all.destinations.slice(0, destinations);
    const text = JSON.stringify({ eventSource, replicationDestinations, threads: 2, ...more });
    return { json: text, cjs: `module.exports = ${text}`, mjs: `export default ${text}` }[this.#kind];
  }
}

async function startLive(all: Installation, file: ChangingFile): Promise<RunningCommand> {
  await all.append(10);
  const command = new RunningCommand('slate-replicator', ['-c', file.path]);
  await command.log.until('caught up');
  return command;
}

const TAKEN = 'configuration read again';
const REFUSED = 'configuration is not taken over: nothing was changed';

describe('after SIGHUP', () => {
  it.each(['json', 'cjs', 'mjs'] as const)('a .%s file is read anew, again and again', async (kind) => {
    await using all = await createInstallation({ destinations: 3 });
    const file = new ChangingFile(all, kind);
    await using command = await startLive(all, file);
    for (const destinations of [2, 3]) {
      file.write(destinations);
      command.send('SIGHUP');
      await all.untilEqual(all.destinations.slice(0, destinations));
    }
    file.write(1);
    command.send('SIGHUP');
    const [, , last] = await command.log.until(TAKEN, { count: 3 });
    expect(last).toMatchObject({ added: [], removed: [expect.any(String), expect.any(String)] });
    command.send('SIGTERM');
    expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
  });

  it('a script behind a symbolic link, and one that it requires, are read anew', async () => {
    await using all = await createInstallation({ destinations: 2 });
    const inner = new ChangingFile(all, 'cjs');
    const link = `${inner.path}.link.cjs`;
    symlinkSync(all.writeFile('outer.cjs', `module.exports = require(${JSON.stringify(inner.path)})`), link);
    await all.append(10);
    await using command = new RunningCommand('slate-replicator', ['-c', link]);
    await command.log.until('caught up');
    inner.write(2);
    command.send('SIGHUP');
    await all.untilEqual();
  });

  it('a file with mistakes changes nothing and is logged with all of them', async () => {
    await using all = await createInstallation();
    const file = new ChangingFile(all);
    await using command = await startLive(all, file);
    file.write(1, { lanes: 0, pollInterval: 'often' });
    command.send('SIGHUP');
    const [refused] = await command.log.until(REFUSED);
    expect(JSON.stringify(refused)).toMatch(/lanes.*pollInterval/);
    file.writeText('{');
    command.send('SIGHUP');
    await command.log.until(REFUSED, { count: 2 });
    await all.untilCopied(await all.append(1));
    file.write(1);
    command.send('SIGHUP');
    await command.log.until(TAKEN);
  });

  it('what cannot change while the replicator runs is named', async () => {
    await using all = await createInstallation();
    const file = new ChangingFile(all);
    await using command = await startLive(all, file);
    file.write(1, { threads: 1, lanes: 3, eventSource: { ...all.source, databaseName: 'elsewhere' } });
    command.send('SIGHUP');
    const [named] = await command.log.until('options that were changed take effect at the next start');
    expect(named?.['options']).toEqual(['eventSource', 'lanes', 'threads']);
    await all.untilCopied(await all.append(1));
  });

  it('the end is that of the last file when two signals come at once', async () => {
    await using all = await createInstallation({ destinations: 3 });
    const file = new ChangingFile(all);
    await using command = await startLive(all, file);
    file.write(2);
    command.send('SIGHUP');
    file.write(3);
    command.send('SIGHUP');
    command.send('SIGHUP');
    await all.untilEqual();
  });

  it('a replicator that is starting reads the file again when it has started', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(10);
    const file = new ChangingFile(all);
    await using command = new RunningCommand('slate-replicator', ['-c', file.path]);
    await command.log.until('started');
    file.write(2);
    command.send('SIGHUP');
    await all.untilEqual();
  });

  it('a replicator that stops at the same time ends with 0', async () => {
    await using all = await createInstallation({ destinations: 2 });
    const file = new ChangingFile(all);
    await using command = await startLive(all, file);
    file.write(2);
    command.send('SIGHUP');
    command.send('SIGTERM');
    command.send('SIGHUP');
    expect(await command.ended()).toMatchObject({ code: 0, stderr: '' });
  });

  it('a run with --destination stays restricted', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(10);
    const file = new ChangingFile(all);
    const { host, port, databaseName } = all.destination();
    const args = ['-c', file.path, '--destination', `${host}:${port}/${databaseName}`];
    await using command = new RunningCommand('slate-replicator', args);
    await command.log.until('caught up');
    file.write(2);
    command.send('SIGHUP');
    expect(await command.log.until(TAKEN)).toMatchObject([{ added: [], removed: [], startedAgain: [] }]);
  });
});

describe.skipIf(!HAS_SCRIPT)('on a terminal', () => {
  it('a replicator ends when the terminal is closed, and reads its file when somebody sends it the signal', async () => {
    await using all = await createInstallation({ destinations: 2 });
    await all.append(10);
    const file = new ChangingFile(all);
    const pidFile = all.writeFile('pid', '');
    const line = `echo $$ > ${pidFile}; exec ${process.execPath} dist/bin/slate-replicator.js -c ${file.path}`;
    const terminal = spawn('script', ['-qefc', line, '/dev/null'], { stdio: ['pipe', 'ignore', 'inherit'] });
    await all.untilEqual([all.destination()]);
    file.write(2);
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGHUP');
    await all.untilEqual();
    terminal.kill('SIGKILL');
    await until('it had ended', async () => {
      const sessions = await all.foreignSessions();
      return !sessions.some((session) => session.includes('slate-replicator'));
    });
  });
});
