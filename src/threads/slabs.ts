/**
 * Memory that threads share. Batches live in slabs of one size, taken from a pool and given back, because a
 * SharedArrayBuffer is freed only when the garbage collectors of all threads have let go of it: allocating
 * one per batch makes the peak a matter of luck.
 */

/** 256 KiB: few per batch, and little is wasted in the last one. */
export const SLAB_BYTES = 256 * 1024;

/** Bytes of tuples in the order of the source: every slab but the last is full. */
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

  /** Lets go of free slabs until at most `maxBytes` are held in all. */
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

  /** Ends at `bytes`; what lies behind is copied into a new writer, which the caller owns. */
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

  /** What was appended, from byte `from` to before byte `to`, as views. */
  views(from = 0, to = this.#bytes): Uint8Array<SharedArrayBuffer>[] {
    return viewSlabs({ slabs: this.#slabs, bytes: to }, from);
  }

  /** Gives everything back. */
  discard(): void {
    this.#pool.giveBack(this.#slabs);
    this.#slabs = [];
    this.#bytes = 0;
  }

  #lastSlab(): SharedArrayBuffer {
    const slab = this.#slabs.at(-1);
    if (slab === undefined) throw new Error('no slab');
    return slab;
  }
}

/** The bytes from `from` on, as views: nothing is copied. */
export function viewSlabs(content: SlabBytes, from = 0): Uint8Array<SharedArrayBuffer>[] {
  const views: Uint8Array<SharedArrayBuffer>[] = [];
  for (let at = from; at < content.bytes; ) {
    const index = Math.floor(at / SLAB_BYTES);
    const slab = content.slabs[index];
    if (slab === undefined) throw new Error('fewer slabs than bytes');
    const end = Math.min((index + 1) * SLAB_BYTES, content.bytes);
    views.push(new Uint8Array(slab, at - index * SLAB_BYTES, end - at));
    at = end;
  }
  return views;
}
