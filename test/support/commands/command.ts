import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type LogRecord, LogRecords } from '../installation/log-records.js';
import { until } from '../until.js';

export interface CommandResult {
  /** The exit code; null when a signal ended the process. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly records: readonly LogRecord[];
}

/** A process of one of our commands. Disposing of it kills it if it still runs. */
export class RunningCommand implements AsyncDisposable {
  readonly log = new LogRecords();
  readonly #child: ChildProcess;
  readonly #ended: Promise<CommandResult>;
  #stdout = '';
  #stderr = '';

  /** @param file of `dist/bin`. */
  constructor(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.#child = spawn(process.execPath, [`dist/bin/${file}.js`, ...args], {
      env: { ...process.env, LOG_LEVEL: 'info', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = this.#watch();
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** What stands on stdout so far. */
  get output(): string {
    return this.#stdout;
  }

  /** What stands on stderr so far. */
  get errors(): string {
    return this.#stderr;
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Waits until what stands on stderr is like this. */
  untilErrors(pattern: RegExp): Promise<void> {
    const describe = () => this.#stderr;
    return until(`stderr was like ${pattern}`, () => pattern.test(this.#stderr), describe);
  }

  /** Waits until the process has ended and everything that it printed was read. */
  ended(): Promise<CommandResult> {
    return this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.send('SIGKILL');
    await this.#ended;
  }

  async #watch(): Promise<CommandResult> {
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('no pipes');
    createInterface({ input: stdout }).on('line', (line) => this.#read(line));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    const [code] = (await once(this.#child, 'close')) as [number | null];
    return { code, stdout: this.#stdout, stderr: this.#stderr, records: this.log.all };
  }

  #read(line: string): void {
    this.#stdout += `${line}\n`;
    if (line.startsWith('{"')) this.log.add(JSON.parse(line) as LogRecord);
  }
}

/** Runs one of our commands to its end. @param file of `dist/bin`. */
export async function runCommand(file: string, args: readonly string[]): Promise<CommandResult> {
  await using command = new RunningCommand(file, args);
  return await command.ended();
}
