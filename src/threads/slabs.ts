/**
 * Memory that threads share. Batches live in slabs of one size, which are taken from a pool and given back. A
 * SharedArrayBuffer is freed only when the garbage collectors of all threads have let go of it, so one buffer
 * per batch would make the peak of memory a matter of luck.
 */

import { assert } from '../common/assert.js';

/** 256 KiB: a batch needs few slabs, and its last slab wastes little. */
export const SLAB_BYTES = 256 * 1024;

/** Bytes of tuples, in the order of the source. Every slab but the last is full. */
export interface SlabBytes {
  readonly slabs: readonly SharedArrayBuffer[];
  readonly bytes: number;
}

export class SlabPool {
  readonly #free: SharedArrayBuffer[] = [];
  #taken = 0;

  /** Bytes in use now. */
  get takenBytes(): number {
    return this.#taken * SLAB_BYTES;
  }

  take(): SharedArrayBuffer {
    this.#taken += 1;
    return this.#free.pop() ?? new SharedArrayBuffer(SLAB_BYTES);
  }

  giveBack(slabs: readonly SharedArrayBuffer[]): void {
    this.#taken -= slabs.length;
    this.#free.push(...slabs);
  }

  /** Frees unused slabs until the pool holds at most `maxBytes`. */
  trim(maxBytes: number): void {
    const spare = Math.max(0, Math.floor(maxBytes / SLAB_BYTES) - this.#taken);
    if (this.#free.length > spare) this.#free.length = spare;
  }
}

/** Appends bytes to slabs. */
export class SlabWriter {
  readonly #pool: SlabPool;
  #slabs: SharedArrayBuffer[] = [];
  #bytes = 0;

  constructor(pool: SlabPool) {
    this.#pool = pool;
  }

  get bytes(): number {
    return this.#bytes;
  }

  append(data: Uint8Array): void {
    let at = 0;
    while (at < data.length) {
      const offset = this.#bytes % SLAB_BYTES;
      if (offset === 0) this.#slabs.push(this.#pool.take());
      const room = Math.min(SLAB_BYTES - offset, data.length - at);
      new Uint8Array(this.#lastSlab(), offset, room).set(data.subarray(at, at + room));
      this.#bytes += room;
      at += room;
    }
  }

  /**
   * Splits at `bytes`: `head` is what comes before, `tail` is a new writer with a copy of the rest. The
   * caller owns both.
   */
  split(bytes: number): { head: SlabBytes; tail: SlabWriter } {
    const tail = new SlabWriter(this.#pool);
    for (const part of this.views(bytes)) tail.append(part);
    const kept = Math.ceil(bytes / SLAB_BYTES);
    this.#pool.giveBack(this.#slabs.slice(kept));
    const head = { slabs: this.#slabs.slice(0, kept), bytes };
    this.#slabs = [];
    this.#bytes = 0;
    return { head, tail };
  }

  /** The appended bytes from `from` up to, but not including, `to`, as views. */
  views(from = 0, to = this.#bytes): Uint8Array<SharedArrayBuffer>[] {
    return viewSlabs({ slabs: this.#slabs, bytes: to }, from);
  }

  /** Gives all slabs back to the pool. */
  discard(): void {
    this.#pool.giveBack(this.#slabs);
    this.#slabs = [];
    this.#bytes = 0;
  }

  #lastSlab(): SharedArrayBuffer {
    const slab = this.#slabs.at(-1);
    assert(slab !== undefined, 'The bytes begin without a slab.');
    return slab;
  }
}

/** The bytes from `from` on, as views; nothing is copied. */
export function viewSlabs(content: SlabBytes, from = 0): Uint8Array<SharedArrayBuffer>[] {
  const views: Uint8Array<SharedArrayBuffer>[] = [];
  for (let at = from; at < content.bytes; ) {
    const index = Math.floor(at / SLAB_BYTES);
    const slab = content.slabs[index];
    assert(slab !== undefined, 'There are fewer slabs than bytes.');
    const end = Math.min((index + 1) * SLAB_BYTES, content.bytes);
    views.push(new Uint8Array(slab, at - index * SLAB_BYTES, end - at));
    at = end;
  }
  return views;
}
