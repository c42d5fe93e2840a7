// @ts-nocheck
import type { Extent } from '../plan/missing-ranges.js';

/** Count and ids of the source, read once for many destinations that start together. */
export class SharedExtent {
  readonly #ask: () => Promise<Extent>;
  #extent: Promise<Extent> | undefined;

  /** @param ask reads count and ids: one pass over the primary key. */
  constructor(ask: () => Promise<Extent>) {
    this.#ask = ask;
  }

  /** Reads count and ids anew. @param reading the read, if it has begun already. */
  read(reading = this.#ask()): Promise<Extent> {
    this.#extent = reading;
    reading.catch(() => {
      if (this.#extent === reading) this.#extent = undefined;
    });
    return reading;
  }

  /** The known count and ids; reads them anew if they are older than those of `destination`. */
  async covering(destination: Extent): Promise<Extent> {
    const known = await (this.#extent ?? this.read());
    return covers(known, destination) ? known : this.read();
  }

  forget(): void {
    this.#extent = undefined;
  }
}

function covers(source: Extent, destination: Extent): boolean {
  if (destination.ids === undefined) return true;
  return source.ids !== undefined && source.ids.to >= destination.ids.to && source.count >= destination.count;
}
