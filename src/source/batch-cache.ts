/**
 * Reads each batch once and lends it to every destination that is missing it. A batch is found by the id
 * behind which it begins. Destinations that ask while it is being read wait for that one read. A batch that
 * nobody borrows stays as long as a destination may still want it and the byte budget allows.
 *
 * A borrower that holds no other batch is always served, even beyond the budget: so a slow destination never
 * holds back another. A borrower that reads ahead waits until there is room.
 */

import type { Fingerprint } from '../events/fingerprint.js';
import type { SlabPool, SlabWriter } from '../threads/slabs.js';
import type { Batch, ReadResult } from './batch.js';

export interface CacheRequest {
  readonly after: bigint;
  /** Last id wanted, for a gap. Absent: up to the end of the table. */
  readonly upTo?: bigint | undefined;
  /**
   * Id of an event that the destination holds. The result says whether the source holds it too. Absent if the
   * destination is empty.
   */
  readonly anchorId?: bigint | undefined;
  /**
   * True while the borrower still holds another batch, so that waiting cannot stall it. Evaluated again each
   * time a batch is released.
   */
  readonly mayWait: () => boolean;
}

/** A borrowed result. Release it; its slabs are then used again. */
export interface Lease {
  readonly result: ReadResult;
  /** Number of wake-ups before the read began. Later ones may mean newer events. */
  readonly wakeUpsSeen: number;
  release(): void;
}

export interface Reading {
  readonly result: ReadResult;
  readonly rest?: SlabWriter | undefined;
  /** Number of wake-ups before the query was sent, if it was sent before this read began. */
  readonly wakeUpsSeen?: number | undefined;
}

/** Rows that were read but lie behind the cut. */
export interface Carried {
  readonly rest: SlabWriter;
  /** The event before these rows, as the source held it when they were read. */
  readonly predecessor: Fingerprint | undefined;
}

export interface BatchCacheOptions {
  readonly pool: SlabPool;
  readonly budgetBytes: number;
  /** Reads one batch. `carried` are rows that were read with the batch before, behind its cut. */
  readonly read: (request: CacheRequest, carried: Carried | undefined) => Promise<Reading>;
  readonly wakeUps: { readonly count: number };
  /** Whether a destination may still ask for a batch that begins behind this id. */
  readonly isWanted: (after: bigint) => boolean;
}

interface Entry {
  readonly key: string;
  readonly after: bigint;
  readonly reading: Promise<ReadResult>;
  wakeUpsSeen: number;
  /** Those who wait for the read are borrowers already. */
  borrowers: number;
  result?: ReadResult;
  /** True once `forget` was called: the entry is lent to nobody any more. */
  isForgotten: boolean;
}

export class BatchCache implements Disposable {
  readonly #options: BatchCacheOptions;
  /** In the order of reading, the oldest first. */
  readonly #entries = new Map<string, Entry>();
  /** Rows behind a cut, by the key of the batch that will begin with them. */
  readonly #carried = new Map<string, Carried & { readonly after: bigint }>();
  #roomWaiters: (() => void)[] = [];

  constructor(options: BatchCacheOptions) {
    this.#options = options;
  }

  async acquire(request: CacheRequest): Promise<Lease> {
    const key = keyOf(request);
    while (!this.#entries.has(key) && !this.#makeRoom() && request.mayWait()) {
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
    }
    const entry = this.#entries.get(key) ?? this.#load(key, request);
    entry.borrowers += 1;
    return this.#lend(entry, await entry.reading);
  }

  /**
   * Stops lending what was read so far. Batches that are borrowed now go back to the pool when they are
   * released.
   */
  forget(): void {
    for (const entry of this.#entries.values()) entry.isForgotten = true;
    this.#dropIdle(() => true);
    this.#entries.clear();
  }

  /** Gives the slabs of all batches that nobody borrows back to the pool. */
  [Symbol.dispose](): void {
    this.#dropIdle(() => true);
  }

  #load(key: string, request: CacheRequest): Entry {
    const carried = this.#carried.get(key);
    this.#carried.delete(key);
    const wakeUpsSeen = this.#options.wakeUps.count;
    const reading = this.#options.read(request, carried).then((read) => this.#keep(entry, request, read));
    const entry: Entry = {
      key,
      after: request.after,
      wakeUpsSeen,
      borrowers: 0,
      isForgotten: false,
      reading,
    };
    this.#entries.set(key, entry);
    reading.catch(() => this.#remove(entry));
    return entry;
  }

  #keep(entry: Entry, request: CacheRequest, { result, rest, wakeUpsSeen }: Reading): ReadResult {
    entry.result = result;
    // The smaller count is right: rows that were read earlier do not reflect later wake-ups.
    entry.wakeUpsSeen = Math.min(entry.wakeUpsSeen, wakeUpsSeen ?? entry.wakeUpsSeen);
    if (result.kind === 'nothing') this.#remove(entry);
    if (entry.isForgotten) {
      rest?.discard();
      return result;
    }
    if (result.kind === 'batch' && rest !== undefined) this.#carry(request, result, rest);
    return result;
  }

  /**
   * Keeps rows behind the cut for the next batch. That batch follows the last event of this one; in a gap its
   * anchor stays the same.
   */
  #carry({ upTo, anchorId }: CacheRequest, { last, lastId, predecessor }: Batch, rest: SlabWriter): void {
    const isGap = upTo !== undefined;
    const key = keyOf({ after: lastId, upTo, anchorId: isGap ? anchorId : lastId });
    this.#carried.get(key)?.rest.discard();
    if (this.#entries.has(key)) rest.discard();
    else this.#carried.set(key, { after: lastId, rest, predecessor: isGap ? predecessor : last });
  }

  #lend(entry: Entry, result: ReadResult): Lease {
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      entry.borrowers -= 1;
      if (entry.isForgotten && entry.borrowers === 0) this.#drop(entry);
      this.#tidy();
    };
    return { result, wakeUpsSeen: entry.wakeUpsSeen, release };
  }

  #tidy(): void {
    this.#dropIdle((after) => !this.#options.isWanted(after));
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const resume of waiters) resume();
  }

  /**
   * Drops the oldest batches that nobody borrows, until there is room. @returns whether there is room now.
   */
  #makeRoom(): boolean {
    const isFull = () => this.#options.pool.takenBytes >= this.#options.budgetBytes;
    if (isFull()) this.#dropIdle(isFull);
    return !isFull();
  }

  /** Removes the entry, unless a newer one has taken its key: that can happen after `forget`. */
  #remove(entry: Entry): void {
    if (this.#entries.get(entry.key) === entry) this.#entries.delete(entry.key);
  }

  #dropIdle(shouldDrop: (after: bigint) => boolean): void {
    for (const [key, { after, rest }] of this.#carried) {
      if (!shouldDrop(after)) continue;
      this.#carried.delete(key);
      rest.discard();
    }
    for (const entry of this.#entries.values()) {
      if (entry.borrowers === 0 && shouldDrop(entry.after)) this.#drop(entry);
    }
    this.#options.pool.trim(this.#options.budgetBytes);
  }

  #drop(entry: Entry): void {
    this.#remove(entry);
    if (entry.result?.kind === 'batch') this.#options.pool.giveBack(entry.result.content.slabs);
  }
}

function keyOf({ after, upTo, anchorId }: Omit<CacheRequest, 'mayWait'>): string {
  return `${after}-${upTo ?? ''}-${anchorId ?? ''}`;
}
