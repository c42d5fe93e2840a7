// @ts-nocheck
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '../src/common/or-aborted.js';
import type { Installation } from './installation.js';
import { say } from './say.js';

/** How long a command may take to stop before it is killed. */
const STOP_TIMEOUT_MS = 5_000;

const require = createRequire(import.meta.url);
const { bin } = require('#package.json') as { bin: Record<string, string> };
const packageFolder = dirname(require.resolve('#package.json'));

/** One command of the package that runs as a process of its own. */
export class RunningCommand {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #exited: Promise<number | null>;
  #output = '';

  constructor(name: string, child: ChildProcess) {
    this.name = name;
    this.#child = child;
    this.#exited = once(child, 'close').then(([code]) => code as number | null);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#output += text;
      });
    }
  }

  /** Everything that it printed so far, errors too. */
  output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits for its end. @returns the exit code; null: a signal ended it. */
  exit(stop: AbortSignal): Promise<number | null> {
    return orAborted(this.#exited, stop);
  }

  /** @throws Error with what it printed last, if it has ended otherwise than well. */
  assertHealthy(): void {
    if (this.running || this.#child.exitCode === 0) return;
    const lastLines = this.#output.trimEnd().split('\n').slice(-5).join('\n');
    throw new Error(
      `${this.name} ended with ${this.#child.exitCode ?? this.#child.signalCode}:\n${lastLines}`,
    );
  }

  /** Asks it to end and waits; kills it when it does not. */
  async stop(): Promise<void> {
    if (this.running) this.#child.kill('SIGINT');
    const patience = new AbortController();
    const kill = sleep(STOP_TIMEOUT_MS, undefined, { signal: patience.signal }).then(
      () => this.#child.kill('SIGKILL'),
      () => {},
    );
    await this.#exited;
    patience.abort();
    await kill;
    this.assertHealthy();
  }
}

/** The commands of the demo. Disposing stops those that still run. */
export class Commands implements AsyncDisposable {
  readonly #installation: Installation;
  readonly #started: RunningCommand[] = [];

  constructor(installation: Installation) {
    this.#installation = installation;
  }

  /** Starts a command of the package as a shell would. */
  start(name: string, command: string, args: readonly string[]): RunningCommand {
    say(`$ ${command} ${args.join(' ')}`);
    const child = spawn(process.execPath, [join(packageFolder, bin[command] ?? ''), ...args], {
      cwd: this.#installation.folder,
      env: { ...process.env, ...this.#installation.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const started = new RunningCommand(name, child);
    this.#started.push(started);
    return started;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#started.filter(({ running }) => running).map((each) => each.stop().catch(() => {})),
    );
  }
}
