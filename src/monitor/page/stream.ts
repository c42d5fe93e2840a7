import type { Status } from './status.js';

/** A status comes each second at least. After this long without one, the connection is as good as lost. */
const SILENCE_MS = 5000;

/** The browser gives up after some errors, such as 502 of a proxy. Then a new attempt is made so often. */
const RETRY_MS = 1000;

export interface StreamListener {
  status(status: Status): void;
  /** The server cannot be reached, or says nothing. `lastSeenMs` is the time of its last sign, if any. */
  lost(lastSeenMs: number | undefined): void;
}

/**
 * Listens to the server's events. Mends what EventSource leaves to its user: connections that stay open and
 * are silent (a sleeping computer, a proxy), and errors after which the browser does not try again.
 *
 * A hidden page gives its connection back: a browser opens six at most to one server, and six forgotten tabs
 * would keep a seventh from loading.
 */
export class Stream {
  #source: EventSource | undefined;
  #lastSeenMs: number | undefined;
  #watchdog: number | undefined;

  constructor(
    private readonly url: string,
    private readonly listener: StreamListener,
  ) {}

  start(): void {
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#close();
      else if (this.#source === undefined) this.#reopen();
    });
    if (!document.hidden) this.#open();
  }

  #open(): void {
    const source = new EventSource(this.url);
    this.#source = source;
    source.addEventListener('status', (event: MessageEvent<string>) => this.#hear(event.data));
    source.addEventListener('error', () => {
      this.#sayLost();
      if (source.readyState === EventSource.CLOSED) this.#watch(RETRY_MS);
    });
    this.#watch(SILENCE_MS);
  }

  #hear(data: string): void {
    this.#lastSeenMs = Date.now();
    this.#watch(SILENCE_MS);
    this.listener.status(JSON.parse(data) as Status);
  }

  #watch(timeoutMs: number): void {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => this.#reopen(), timeoutMs);
  }

  #reopen(): void {
    this.#sayLost();
    this.#close();
    this.#open();
  }

  #sayLost(): void {
    this.listener.lost(this.#lastSeenMs);
  }

  #close(): void {
    clearTimeout(this.#watchdog);
    this.#source?.close();
    this.#source = undefined;
  }
}
