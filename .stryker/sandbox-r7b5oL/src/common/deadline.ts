// @ts-nocheck
export interface DeadlineOptions {
  /** Another signal that aborts this one, with its own reason. */
  readonly or?: AbortSignal | undefined;
  /** The reason when the time is over. Default: a TimeoutError. */
  readonly reason?: (() => Error) | undefined;
}

/**
 * A signal that is aborted after some milliseconds, or when another signal is. Dispose of it when nothing
 * waits for it any more. `AbortSignal.timeout` is not used, because Node 20 may collect such a signal when
 * only `AbortSignal.any` refers to it; then it never fires (nodejs/node, issue 57736).
 */
export class Deadline implements Disposable {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #or: AbortSignal | undefined;
  readonly #follow = () => this.#controller.abort(this.#or?.reason);

  constructor(timeoutMs: number, { or, reason = timedOut }: DeadlineOptions = {}) {
    this.#timer = setTimeout(() => this.#controller.abort(reason()), timeoutMs);
    this.#or = or;
    if (or?.aborted) this.#follow();
    else or?.addEventListener('abort', this.#follow, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#or?.removeEventListener('abort', this.#follow);
  }
}

function timedOut(): Error {
  return new DOMException('The operation was aborted due to timeout', 'TimeoutError');
}
