// @ts-nocheck
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { until } from '../until.js';
import { WITHOUT_CREDENTIALS } from './run-init-db.js';

export const CONTROL_C = '\x03';
export const CONTROL_D = '\x04';

/** A command with a person at a terminal. Disposing kills it if it still runs. */
export class TypedCommand implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown[]>;
  /** What stands on the terminal, apart from stdout. */
  screen = '';
  stdout = '';

  /** @param file of `dist/bin`. */
  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>> = {},
    file = 'slate-init-db',
  ) {
    const pretend = pathToFileURL(resolve('test/support/commands/pretend-terminal.mjs')).href;
    this.#child = spawn(process.execPath, ['--import', pretend, `dist/bin/${file}.js`, ...args], {
      env: { ...process.env, ...WITHOUT_CREDENTIALS, ...env },
    });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.screen += text;
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#closed = once(this.#child, 'close');
  }

  /** Waits for a question, then types. */
  async answer(question: string, keys: string): Promise<void> {
    const isAsked = () => this.screen.endsWith(`[raw]${question}`);
    await until(`${question}was asked`, isAsked, () => this.screen);
    this.#child.stdin.write(keys);
  }

  /** The exit code. */
  async ended(): Promise<unknown> {
    const [code] = await this.#closed;
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#closed;
  }
}
