export interface DeadlineOptions {
  /** Aborts it too, with its own reason. */
  readonly or?: AbortSignal | undefined;
  /** What it is aborted with when the time is over; default a TimeoutError. */
  readonly reason?: (() => Error) | undefined;
}

/**
 * A signal that is aborted after some milliseconds, or when another one is. Dispose of it when nothing waits
 * any more. It is here because Node 20 may collect a signal of `AbortSignal.timeout` that only
 * `AbortSignal.any` refers to: then it never fires (nodejs/node, issue 57736).
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
