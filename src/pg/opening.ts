import { ConnectTimeoutError } from './error-code.js';

/** Aborted when a session takes too long to open, or is not wanted any more. Dispose of it when the session is open. */
export class Opening implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #wanted: AbortSignal | undefined;
  readonly #cancel = () => this.#controller.abort(this.#wanted?.reason);

  /** @param wanted aborted: nobody waits for the session any more. */
  constructor(timeoutMs: number, wanted: AbortSignal | undefined) {
    this.#wanted = wanted;
    this.#timer = setTimeout(() => this.#controller.abort(new ConnectTimeoutError(timeoutMs)), timeoutMs);
    wanted?.addEventListener('abort', this.#cancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#wanted?.removeEventListener('abort', this.#cancel);
  }
}
