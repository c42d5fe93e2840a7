import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { errorCode } from '../pg/error-code.js';
import { NOT_EXECUTABLE, NOT_FOUND, SIGNAL_BASE } from './exit-codes.js';
import { tell } from './tell.js';

/** How long a command whose hold is lost may take to end by itself. */
const END_MS = 10_000;

/** Signals that are passed on to the command. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A command that runs while a destination is held. */
export class HeldCommand {
  readonly #child: ChildProcess;
  readonly #name: string;

  /** Starts it with the standard streams of this process. */
  constructor([name = '', ...args]: readonly string[], env: NodeJS.ProcessEnv) {
    this.#name = name;
    this.#child = spawn(name, args, { env, stdio: 'inherit' });
  }

  /**
   * Waits for its end and passes signals on meanwhile.
   * @returns its exit code; 128 and the number of the signal that has ended it.
   */
  async ended(): Promise<number> {
    using _signals = passSignalsOn(this.#child);
    try {
      const [code, signal] = (await once(this.#child, 'exit')) as [number | null, NodeJS.Signals | null];
      return code ?? SIGNAL_BASE + (signal === null ? 0 : constants.signals[signal]);
    } catch (error) {
      const isMissing = errorCode(error) === 'ENOENT';
      tell(`the command ${JSON.stringify(this.#name)} ${isMissing ? 'was not found' : 'cannot be run'}.`);
      return isMissing ? NOT_FOUND : NOT_EXECUTABLE;
    }
  }

  /** Asks the command to end, and ends it if it does not. */
  end(): void {
    this.#child.kill('SIGTERM');
    setTimeout(() => this.#child.kill('SIGKILL'), END_MS).unref();
  }
}

/** A terminal sends ^C to the command by itself. Some commands take a second one as an order to hurry. */
function passSignalsOn(child: ChildProcess): Disposable {
  const isFromTerminal = (signal: NodeJS.Signals) => signal === 'SIGINT' && process.stdin.isTTY;
  const passOn = (signal: NodeJS.Signals) => {
    if (!isFromTerminal(signal)) child.kill(signal);
  };
  for (const signal of PASSED_ON) process.on(signal, passOn);
  return {
    [Symbol.dispose]() {
      for (const signal of PASSED_ON) process.off(signal, passOn);
    },
  };
}
