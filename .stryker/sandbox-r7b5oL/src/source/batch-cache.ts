/**
 * Reads each batch once and lends it to every destination that is missing it. A batch is found by the id
 * behind which it begins. Destinations that ask while it is being read wait for that one read. A batch that
 * nobody borrows stays as long as a destination may still want it and the byte budget allows.
 *
 * A borrower that holds no other batch is always served, even beyond the budget: so a slow destination never
 * holds back another. A borrower that reads ahead waits until there is room.
 */
// @ts-nocheck
function stryNS_9fa48() {
  var g = typeof globalThis === 'object' && globalThis && globalThis.Math === Math && globalThis || new Function("return this")();
  var ns = g.__stryker__ || (g.__stryker__ = {});
  if (ns.activeMutant === undefined && g.process && g.process.env && g.process.env.__STRYKER_ACTIVE_MUTANT__) {
    ns.activeMutant = g.process.env.__STRYKER_ACTIVE_MUTANT__;
  }
  function retrieveNS() {
    return ns;
  }
  stryNS_9fa48 = retrieveNS;
  return retrieveNS();
}
stryNS_9fa48();
function stryCov_9fa48() {
  var ns = stryNS_9fa48();
  var cov = ns.mutantCoverage || (ns.mutantCoverage = {
    static: {},
    perTest: {}
  });
  function cover() {
    var c = cov.static;
    if (ns.currentTestId) {
      c = cov.perTest[ns.currentTestId] = cov.perTest[ns.currentTestId] || {};
    }
    var a = arguments;
    for (var i = 0; i < a.length; i++) {
      c[a[i]] = (c[a[i]] || 0) + 1;
    }
  }
  stryCov_9fa48 = cover;
  cover.apply(null, arguments);
}
function stryMutAct_9fa48(id) {
  var ns = stryNS_9fa48();
  function isActive(id) {
    if (ns.activeMutant === id) {
      if (ns.hitCount !== void 0 && ++ns.hitCount > ns.hitLimit) {
        throw new Error('Stryker: Hit count limit reached (' + ns.hitCount + ')');
      }
      return true;
    }
    return false;
  }
  stryMutAct_9fa48 = isActive;
  return isActive(id);
}
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
  readonly wakeUps: {
    readonly count: number;
  };
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
  readonly #carried = new Map<string, Carried & {
    readonly after: bigint;
  }>();
  #roomWaiters: (() => void)[] = stryMutAct_9fa48("512") ? ["Stryker was here"] : (stryCov_9fa48("512"), []);
  constructor(options: BatchCacheOptions) {
    if (stryMutAct_9fa48("513")) {
      {}
    } else {
      stryCov_9fa48("513");
      this.#options = options;
    }
  }
  async acquire(request: CacheRequest): Promise<Lease> {
    if (stryMutAct_9fa48("514")) {
      {}
    } else {
      stryCov_9fa48("514");
      const key = keyOf(request);
      while (stryMutAct_9fa48("516") ? !this.#entries.has(key) && !this.#makeRoom() || request.mayWait() : stryMutAct_9fa48("515") ? false : (stryCov_9fa48("515", "516"), (stryMutAct_9fa48("518") ? !this.#entries.has(key) || !this.#makeRoom() : stryMutAct_9fa48("517") ? true : (stryCov_9fa48("517", "518"), (stryMutAct_9fa48("519") ? this.#entries.has(key) : (stryCov_9fa48("519"), !this.#entries.has(key))) && (stryMutAct_9fa48("520") ? this.#makeRoom() : (stryCov_9fa48("520"), !this.#makeRoom())))) && request.mayWait())) {
        if (stryMutAct_9fa48("521")) {
          {}
        } else {
          stryCov_9fa48("521");
          await new Promise<void>(stryMutAct_9fa48("522") ? () => undefined : (stryCov_9fa48("522"), resolve => this.#roomWaiters.push(resolve)));
        }
      }
      const entry = stryMutAct_9fa48("523") ? this.#entries.get(key) && this.#load(key, request) : (stryCov_9fa48("523"), this.#entries.get(key) ?? this.#load(key, request));
      stryMutAct_9fa48("524") ? entry.borrowers -= 1 : (stryCov_9fa48("524"), entry.borrowers += 1);
      return this.#lend(entry, await entry.reading);
    }
  }

  /**
   * Stops lending what was read so far. Batches that are borrowed now go back to the pool when they are
   * released.
   */
  forget(): void {
    if (stryMutAct_9fa48("525")) {
      {}
    } else {
      stryCov_9fa48("525");
      for (const entry of this.#entries.values()) entry.isForgotten = stryMutAct_9fa48("526") ? false : (stryCov_9fa48("526"), true);
      this.#dropIdle(stryMutAct_9fa48("527") ? () => undefined : (stryCov_9fa48("527"), () => stryMutAct_9fa48("528") ? false : (stryCov_9fa48("528"), true)));
      this.#entries.clear();
    }
  }

  /** Gives the slabs of all batches that nobody borrows back to the pool. */
  [Symbol.dispose](): void {
    if (stryMutAct_9fa48("529")) {
      {}
    } else {
      stryCov_9fa48("529");
      this.#dropIdle(stryMutAct_9fa48("530") ? () => undefined : (stryCov_9fa48("530"), () => stryMutAct_9fa48("531") ? false : (stryCov_9fa48("531"), true)));
    }
  }
  #load(key: string, request: CacheRequest): Entry {
    if (stryMutAct_9fa48("532")) {
      {}
    } else {
      stryCov_9fa48("532");
      const carried = this.#carried.get(key);
      this.#carried.delete(key);
      const wakeUpsSeen = this.#options.wakeUps.count;
      const reading = this.#options.read(request, carried).then(stryMutAct_9fa48("533") ? () => undefined : (stryCov_9fa48("533"), read => this.#keep(entry, request, read)));
      const entry: Entry = stryMutAct_9fa48("534") ? {} : (stryCov_9fa48("534"), {
        key,
        after: request.after,
        wakeUpsSeen,
        borrowers: 0,
        isForgotten: stryMutAct_9fa48("535") ? true : (stryCov_9fa48("535"), false),
        reading
      });
      this.#entries.set(key, entry);
      reading.catch(stryMutAct_9fa48("536") ? () => undefined : (stryCov_9fa48("536"), () => this.#remove(entry)));
      return entry;
    }
  }
  #keep(entry: Entry, request: CacheRequest, {
    result,
    rest,
    wakeUpsSeen
  }: Reading): ReadResult {
    if (stryMutAct_9fa48("537")) {
      {}
    } else {
      stryCov_9fa48("537");
      entry.result = result;
      // The smaller count is right: rows that were read earlier do not reflect later wake-ups.
      entry.wakeUpsSeen = stryMutAct_9fa48("538") ? Math.max(entry.wakeUpsSeen, wakeUpsSeen ?? entry.wakeUpsSeen) : (stryCov_9fa48("538"), Math.min(entry.wakeUpsSeen, stryMutAct_9fa48("539") ? wakeUpsSeen && entry.wakeUpsSeen : (stryCov_9fa48("539"), wakeUpsSeen ?? entry.wakeUpsSeen)));
      if (stryMutAct_9fa48("542") ? result.kind !== 'nothing' : stryMutAct_9fa48("541") ? false : stryMutAct_9fa48("540") ? true : (stryCov_9fa48("540", "541", "542"), result.kind === (stryMutAct_9fa48("543") ? "" : (stryCov_9fa48("543"), 'nothing')))) this.#remove(entry);
      if (stryMutAct_9fa48("545") ? false : stryMutAct_9fa48("544") ? true : (stryCov_9fa48("544", "545"), entry.isForgotten)) {
        if (stryMutAct_9fa48("546")) {
          {}
        } else {
          stryCov_9fa48("546");
          stryMutAct_9fa48("547") ? rest.discard() : (stryCov_9fa48("547"), rest?.discard());
          return result;
        }
      }
      if (stryMutAct_9fa48("550") ? result.kind === 'batch' || rest !== undefined : stryMutAct_9fa48("549") ? false : stryMutAct_9fa48("548") ? true : (stryCov_9fa48("548", "549", "550"), (stryMutAct_9fa48("552") ? result.kind !== 'batch' : stryMutAct_9fa48("551") ? true : (stryCov_9fa48("551", "552"), result.kind === (stryMutAct_9fa48("553") ? "" : (stryCov_9fa48("553"), 'batch')))) && (stryMutAct_9fa48("555") ? rest === undefined : stryMutAct_9fa48("554") ? true : (stryCov_9fa48("554", "555"), rest !== undefined)))) this.#carry(request, result, rest);
      return result;
    }
  }

  /**
   * Keeps rows behind the cut for the next batch. That batch follows the last event of this one; in a gap its
   * anchor stays the same.
   */
  #carry({
    upTo,
    anchorId
  }: CacheRequest, {
    last,
    lastId,
    predecessor
  }: Batch, rest: SlabWriter): void {
    if (stryMutAct_9fa48("556")) {
      {}
    } else {
      stryCov_9fa48("556");
      const isGap = stryMutAct_9fa48("559") ? upTo === undefined : stryMutAct_9fa48("558") ? false : stryMutAct_9fa48("557") ? true : (stryCov_9fa48("557", "558", "559"), upTo !== undefined);
      const key = keyOf(stryMutAct_9fa48("560") ? {} : (stryCov_9fa48("560"), {
        after: lastId,
        upTo,
        anchorId: isGap ? anchorId : lastId
      }));
      stryMutAct_9fa48("561") ? this.#carried.get(key).rest.discard() : (stryCov_9fa48("561"), this.#carried.get(key)?.rest.discard());
      if (stryMutAct_9fa48("563") ? false : stryMutAct_9fa48("562") ? true : (stryCov_9fa48("562", "563"), this.#entries.has(key))) rest.discard();else this.#carried.set(key, stryMutAct_9fa48("564") ? {} : (stryCov_9fa48("564"), {
        after: lastId,
        rest,
        predecessor: isGap ? predecessor : last
      }));
    }
  }
  #lend(entry: Entry, result: ReadResult): Lease {
    if (stryMutAct_9fa48("565")) {
      {}
    } else {
      stryCov_9fa48("565");
      let released = stryMutAct_9fa48("566") ? true : (stryCov_9fa48("566"), false);
      const release = () => {
        if (stryMutAct_9fa48("567")) {
          {}
        } else {
          stryCov_9fa48("567");
          if (stryMutAct_9fa48("569") ? false : stryMutAct_9fa48("568") ? true : (stryCov_9fa48("568", "569"), released)) return;
          released = stryMutAct_9fa48("570") ? false : (stryCov_9fa48("570"), true);
          stryMutAct_9fa48("571") ? entry.borrowers += 1 : (stryCov_9fa48("571"), entry.borrowers -= 1);
          if (stryMutAct_9fa48("574") ? entry.isForgotten || entry.borrowers === 0 : stryMutAct_9fa48("573") ? false : stryMutAct_9fa48("572") ? true : (stryCov_9fa48("572", "573", "574"), entry.isForgotten && (stryMutAct_9fa48("576") ? entry.borrowers !== 0 : stryMutAct_9fa48("575") ? true : (stryCov_9fa48("575", "576"), entry.borrowers === 0)))) this.#drop(entry);
          this.#tidy();
        }
      };
      return stryMutAct_9fa48("577") ? {} : (stryCov_9fa48("577"), {
        result,
        wakeUpsSeen: entry.wakeUpsSeen,
        release
      });
    }
  }
  #tidy(): void {
    if (stryMutAct_9fa48("578")) {
      {}
    } else {
      stryCov_9fa48("578");
      this.#dropIdle(stryMutAct_9fa48("579") ? () => undefined : (stryCov_9fa48("579"), after => stryMutAct_9fa48("580") ? this.#options.isWanted(after) : (stryCov_9fa48("580"), !this.#options.isWanted(after))));
      const waiters = this.#roomWaiters;
      this.#roomWaiters = stryMutAct_9fa48("581") ? ["Stryker was here"] : (stryCov_9fa48("581"), []);
      for (const resume of waiters) resume();
    }
  }

  /**
   * Drops the oldest batches that nobody borrows, until there is room. @returns whether there is room now.
   */
  #makeRoom(): boolean {
    if (stryMutAct_9fa48("582")) {
      {}
    } else {
      stryCov_9fa48("582");
      const isFull = stryMutAct_9fa48("583") ? () => undefined : (stryCov_9fa48("583"), (() => {
        const isFull = () => stryMutAct_9fa48("587") ? this.#options.pool.takenBytes < this.#options.budgetBytes : stryMutAct_9fa48("586") ? this.#options.pool.takenBytes > this.#options.budgetBytes : stryMutAct_9fa48("585") ? false : stryMutAct_9fa48("584") ? true : (stryCov_9fa48("584", "585", "586", "587"), this.#options.pool.takenBytes >= this.#options.budgetBytes);
        return isFull;
      })());
      if (stryMutAct_9fa48("589") ? false : stryMutAct_9fa48("588") ? true : (stryCov_9fa48("588", "589"), isFull())) this.#dropIdle(isFull);
      return stryMutAct_9fa48("590") ? isFull() : (stryCov_9fa48("590"), !isFull());
    }
  }

  /** Removes the entry, unless a newer one has taken its key: that can happen after `forget`. */
  #remove(entry: Entry): void {
    if (stryMutAct_9fa48("591")) {
      {}
    } else {
      stryCov_9fa48("591");
      if (stryMutAct_9fa48("594") ? this.#entries.get(entry.key) !== entry : stryMutAct_9fa48("593") ? false : stryMutAct_9fa48("592") ? true : (stryCov_9fa48("592", "593", "594"), this.#entries.get(entry.key) === entry)) this.#entries.delete(entry.key);
    }
  }
  #dropIdle(shouldDrop: (after: bigint) => boolean): void {
    if (stryMutAct_9fa48("595")) {
      {}
    } else {
      stryCov_9fa48("595");
      for (const [key, {
        after,
        rest
      }] of this.#carried) {
        if (stryMutAct_9fa48("596")) {
          {}
        } else {
          stryCov_9fa48("596");
          if (stryMutAct_9fa48("599") ? false : stryMutAct_9fa48("598") ? true : stryMutAct_9fa48("597") ? shouldDrop(after) : (stryCov_9fa48("597", "598", "599"), !shouldDrop(after))) continue;
          this.#carried.delete(key);
          rest.discard();
        }
      }
      for (const entry of this.#entries.values()) {
        if (stryMutAct_9fa48("600")) {
          {}
        } else {
          stryCov_9fa48("600");
          if (stryMutAct_9fa48("603") ? entry.borrowers === 0 || shouldDrop(entry.after) : stryMutAct_9fa48("602") ? false : stryMutAct_9fa48("601") ? true : (stryCov_9fa48("601", "602", "603"), (stryMutAct_9fa48("605") ? entry.borrowers !== 0 : stryMutAct_9fa48("604") ? true : (stryCov_9fa48("604", "605"), entry.borrowers === 0)) && shouldDrop(entry.after))) this.#drop(entry);
        }
      }
      stryMutAct_9fa48("606") ? this.#options.pool : (stryCov_9fa48("606"), this.#options.pool.trim(this.#options.budgetBytes));
    }
  }
  #drop(entry: Entry): void {
    if (stryMutAct_9fa48("607")) {
      {}
    } else {
      stryCov_9fa48("607");
      this.#remove(entry);
      if (stryMutAct_9fa48("610") ? entry.result?.kind !== 'batch' : stryMutAct_9fa48("609") ? false : stryMutAct_9fa48("608") ? true : (stryCov_9fa48("608", "609", "610"), (stryMutAct_9fa48("611") ? entry.result.kind : (stryCov_9fa48("611"), entry.result?.kind)) === (stryMutAct_9fa48("612") ? "" : (stryCov_9fa48("612"), 'batch')))) this.#options.pool.giveBack(entry.result.content.slabs);
    }
  }
}
function keyOf({
  after,
  upTo,
  anchorId
}: Omit<CacheRequest, 'mayWait'>): string {
  if (stryMutAct_9fa48("613")) {
    {}
  } else {
    stryCov_9fa48("613");
    return stryMutAct_9fa48("614") ? `` : (stryCov_9fa48("614"), `${after}-${stryMutAct_9fa48("615") ? upTo && '' : (stryCov_9fa48("615"), upTo ?? (stryMutAct_9fa48("616") ? "Stryker was here!" : (stryCov_9fa48("616"), '')))}-${stryMutAct_9fa48("617") ? anchorId && '' : (stryCov_9fa48("617"), anchorId ?? (stryMutAct_9fa48("618") ? "Stryker was here!" : (stryCov_9fa48("618"), '')))}`);
  }
}