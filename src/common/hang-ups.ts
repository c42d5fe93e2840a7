import { isatty } from 'node:tty';

const STANDARD_STREAMS = [0, 1, 2];

/**
 * SIGHUP, which the terminal of a process sends when it is closed, and which asks a process to read its
 * configuration again. From now on it does not end the process. Windows knows only the first meaning; there
 * nothing changes.
 */
export class HangUps {
  /** Standard streams that were a terminal at the start. */
  readonly #terminals = STANDARD_STREAMS.filter((stream) => isatty(stream));
  #onHangUp: () => void = () => {
    this.#isPending = true;
  };
  #isPending: boolean = false;

  constructor() {
    if (process.platform !== 'win32') process.on('SIGHUP', () => this.#onHangUp());
  }

  /** Calls `onHangUp` at each SIGHUP from now on, and now if one has come already. */
  listen(onHangUp: () => void): void {
    this.#onHangUp = onHangUp;
    if (this.#isPending) onHangUp();
    this.#isPending = false;
  }

  /** Whether the terminal of this process was closed. The system then treats it as an ordinary file. */
  get isTerminalClosed(): boolean {
    return this.#terminals.some((stream) => !isatty(stream));
  }
}
