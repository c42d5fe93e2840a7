/**
 * Each batch is read once and lent to every destination that is missing it. A batch is found by the id it
 * starts behind; whoever asks while it is being read waits for that one read. Batches nobody has borrowed
 * stay only while a destination may still want them and the byte budget allows.
 *
 * A borrower that has nothing else in hand is always served, even beyond the budget, so that no destination,
 * however slow, can hold back another; one that is reading ahead waits until there is room.
 */

import type { Fingerprint } from '../events/fingerprint.js';
import type { SlabPool, SlabWriter } from '../threads/slabs.js';
import type { Batch, ReadResult } from './batch.js';

export interface CacheRequest {
  readonly after: bigint;
  /** End of a gap; absent: the end of the table. */
  readonly upTo?: bigint | undefined;
  /**
   * An event that the borrower holds: the answer says whether the source still does. Absent: it holds none.
   */
  readonly anchorId?: bigint | undefined;
  /**
   * Asked again whenever something was given back: the borrower has another batch in hand and can wait for
   * room.
   */
  readonly mayWait: () => boolean;
}

/** A borrowed result. Release it once; its slabs are used again afterwards. */
export interface Lease {
  readonly result: ReadResult;
  /** Wake-ups counted before the reading began: later ones may speak of newer events. */
  readonly wakeUpsSeen: number;
  release(): void;
}

export interface Reading {
  readonly result: ReadResult;
  readonly rest?: SlabWriter | undefined;
  /** Wake-ups counted before the source was asked, where that was before this reading began. */
  readonly wakeUpsSeen?: number | undefined;
}

/** Rows that were read beyond a cut. */
export interface Carried {
  readonly rest: SlabWriter;
  /**
   * The event that the batch which begins with them goes on behind, as the source held it when they were
   * read.
   */
  readonly predecessor: Fingerprint | undefined;
}

export interface BatchCacheOptions {
  readonly pool: SlabPool;
  readonly budgetBytes: number;
  /** Reads one batch; `carried` are the rows that the batch before had to leave. */
  readonly read: (request: CacheRequest, carried: Carried | undefined) => Promise<Reading>;
  readonly wakeUps: { readonly count: number };
  /** May any destination still ask for a batch that starts behind this id? */
  readonly isWanted: (after: bigint) => boolean;
}

interface Entry {
  readonly key: string;
  readonly after: bigint;
  readonly reading: Promise<ReadResult>;
  wakeUpsSeen: number;
  borrowers: number;
  result?: ReadResult;
  /** Nobody finds it any more. */
  isForgotten: boolean;
}

export class BatchCache implements Disposable {
  readonly #options: BatchCacheOptions;
  /** The oldest first. */
  readonly #entries = new Map<string, Entry>();
  /** Rows that were read beyond a cut, by the key of the batch that begins with them. */
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
    try {
      return this.#lend(entry, await entry.reading);
    } catch (error) {
      entry.borrowers -= 1;
      throw error;
    }
  }

  /**
   * Nothing that was read so far is lent any more; what is borrowed now is given back when it is released.
   */
  forget(): void {
    for (const entry of this.#entries.values()) entry.isForgotten = true;
    this.#dropIdle(() => true);
    this.#entries.clear();
  }

  /** Gives back what nobody has borrowed. */
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
    // A later count would be of wake-ups that what this reading began with knows nothing of.
    entry.wakeUpsSeen = Math.min(entry.wakeUpsSeen, wakeUpsSeen ?? entry.wakeUpsSeen);
    if (result.kind === 'nothing') this.#remove(entry);
    if (entry.isForgotten) {
      rest?.discard();
      return result;
    }
    if (result.kind === 'batch' && rest !== undefined) this.#carry(request, result, rest);
    return result;
  }

  /** Behind a batch comes one that stands on its last event; within a gap the anchor stays. */
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
   * @returns whether there is room for another batch, after letting go of the oldest that nobody has
   * borrowed.
   */
  #makeRoom(): boolean {
    const isFull = () => this.#options.pool.takenBytes >= this.#options.budgetBytes;
    if (isFull()) this.#dropIdle(isFull);
    return !isFull();
  }

  /** A forgotten one may have a successor under its key. */
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
      if (entry.borrowers === 0 && entry.result !== undefined && shouldDrop(entry.after)) this.#drop(entry);
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
