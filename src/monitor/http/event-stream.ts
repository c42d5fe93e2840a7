import type { Monitor } from '../monitor.js';

/** How many viewers are served at the same time. */
export const MOST_VIEWERS = 20;

/** Shortest time between two events of a stream. */
const SHORTEST_MS = 800;

/**
 * Sends the state to all viewers at each change and after each measurement, but not more often than a reader
 * needs: a change is on the page within a second. Viewers share one text. One that does not read misses what
 * it has no room for.
 */
export class EventStream implements Disposable {
  readonly #text: () => string;
  readonly #viewers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #watching: Disposable;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param text the data of an event now. */
  constructor(monitor: Monitor, text: () => string) {
    this.#text = text;
    this.#watching = monitor.onChange(() => this.#sendSoon());
  }

  get isFull(): boolean {
    return this.#viewers.size >= MOST_VIEWERS;
  }

  /** A stream for one more viewer, which begins with the state now. */
  open(): ReadableStream<Uint8Array> {
    let controller: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream<Uint8Array>({
      start: (its) => {
        controller = its;
        its.enqueue(this.#event());
        this.#viewers.add(its);
      },
      cancel: () => void this.#viewers.delete(controller),
    });
  }

  [Symbol.dispose](): void {
    this.#watching[Symbol.dispose]();
    clearTimeout(this.#timer);
    for (const viewer of this.#viewers) viewer.close();
    this.#viewers.clear();
  }

  #sendSoon(): void {
    if (this.#viewers.size === 0 || this.#timer !== undefined) return;
    const waitMs = Math.max(0, this.#sentAtMs + SHORTEST_MS - performance.now());
    this.#timer = setTimeout(() => this.#send(), waitMs);
  }

  #send(): void {
    this.#timer = undefined;
    this.#sentAtMs = performance.now();
    const event = this.#event();
    for (const viewer of this.#viewers) if ((viewer.desiredSize ?? 0) > 0) viewer.enqueue(event);
  }

  #event(): Uint8Array {
    return Buffer.from(`event: status\ndata: ${this.#text()}\n\n`);
  }
}
