import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BatchCache,
  type CacheRequest,
  type Carried,
  type Lease,
  type Reading,
} from '../../src/source/batch-cache.js';
import { SLAB_BYTES, SlabPool, SlabWriter, viewSlabs } from '../../src/threads/slabs.js';

/** Ids per batch. */
const STEP = 10n;
const WITH_NOTHING = () => false;
const WITH_ANOTHER = () => true;

/** A cache over a scripted source: each batch fills one slab with the last byte of the id that it starts behind. */
class Fixture {
  readonly pool = new SlabPool();
  readonly wakeUps = { count: 0 };
  readonly cache: BatchCache;
  /** Where each read began, in order. */
  readonly reads: bigint[] = [];
  readonly carriedInto = new Map<bigint, number>();
  /** Ids of the events that the carried rows follow, in the order of reads that got some. */
  readonly carriedBehind: (bigint | undefined)[] = [];
  isWanted: (after: bigint) => boolean = () => true;
  /** A read waits for this. */
  held: Promise<void> = Promise.resolve();
  failure: Error | undefined;
  /** Behind this id there is nothing. */
  end = 1_000_000n;
  /** True: every read finds a transaction that is too large for memory. */
  isGiant: boolean = false;
  /** Bytes that a read leaves for the next one. */
  restBytes = 0;
  /** Wake-ups counted before a read was sent, which may be ahead of its reading, or behind its beginning. */
  wakeUpsSeen: number | undefined;
  readonly #reading = new Set<string>();

  constructor(budgetSlabs = 4) {
    this.cache = new BatchCache({
      pool: this.pool,
      budgetBytes: budgetSlabs * SLAB_BYTES,
      wakeUps: this.wakeUps,
      isWanted: (after) => this.isWanted(after),
      read: (request, carried) => this.#read(request, carried),
    });
  }

  get takenSlabs(): number {
    return this.pool.takenBytes / SLAB_BYTES;
  }

  borrow(after: bigint, hasAnother = WITH_NOTHING, upTo?: bigint): Promise<Lease> {
    return this.cache.acquire({ after, anchorId: after, mayWait: hasAnother, upTo });
  }

  /** Borrows for a gap: the event that the destination holds before it stays the same. */
  borrowInGap(after: bigint, upTo: bigint, anchorId?: bigint): Promise<Lease> {
    return this.cache.acquire({ after, anchorId, upTo, mayWait: WITH_NOTHING });
  }

  /** Lets no read end before the function is called that this returns. */
  hold(): () => void {
    const { promise, resolve } = withResolvers();
    this.held = promise;
    return resolve;
  }

  async #read({ after, upTo, anchorId }: CacheRequest, carried: Carried | undefined): Promise<Reading> {
    const key = `${after} ${upTo} ${anchorId}`;
    expect(this.#reading).not.toContain(key);
    this.#reading.add(key);
    this.reads.push(after);
    this.carriedInto.set(after, carried?.rest.bytes ?? 0);
    if (carried !== undefined) this.carriedBehind.push(carried.predecessor?.id);
    carried?.rest.discard();
    await this.held;
    this.#reading.delete(key);
    if (this.failure !== undefined) throw this.failure;
    if (after >= this.end) return { result: { kind: 'nothing', ...nowhere(after), isBlocked: false } };
    return this.isGiant ? { result: { kind: 'giant', ...nowhere(after) } } : this.#batch(after);
  }

  #batch(after: bigint): Reading {
    const slab = this.pool.take();
    new Uint8Array(slab).fill(Number(after & 0xffn));
    const content = { slabs: [slab], bytes: SLAB_BYTES };
    const lastId = after + STEP;
    const last = { id: lastId, ts: 0n, bytes: 2 };
    const predecessor = { id: after, ts: 0n, bytes: 2 };
    const facts = { predecessor, last, lastId, rows: Number(STEP), holes: [], complete: false };
    const result = { kind: 'batch', after, content, ...facts } as const;
    if (this.restBytes === 0) return { result, wakeUpsSeen: this.wakeUpsSeen };
    const rest = new SlabWriter(this.pool);
    rest.append(new Uint8Array(this.restBytes));
    return { result, rest };
  }
}

function nowhere(after: bigint) {
  return { after, predecessor: undefined };
}

function withResolvers() {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** True when the lent bytes are still those that were read. */
function isIntact({ result }: Lease): boolean {
  if (result.kind !== 'batch') return true;
  const marker = Number(result.after & 0xffn);
  return viewSlabs(result.content).every((view) => view.every((byte) => byte === marker));
}

/** Lets everything run that does not wait for something outside. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  void promise.then(() => {
    pending = false;
  });
  await settle();
  return pending;
}

describe('the batch cache', () => {
  it('reads a batch once for all who ask while it is being read', async () => {
    const fixture = new Fixture();
    const leases = await Promise.all([fixture.borrow(0n), fixture.borrow(0n), fixture.borrow(0n)]);
    expect(fixture.reads).toEqual([0n]);
    expect(new Set(leases.map(({ result }) => result)).size).toBe(1);
  });

  it('keeps a batch for those who are behind', async () => {
    const fixture = new Fixture();
    (await fixture.borrow(0n)).release();
    const late = await fixture.borrow(0n);
    expect(fixture.reads).toEqual([0n]);
    expect(isIntact(late)).toBe(true);
  });

  it('tells the end of a gap from the end of the table', async () => {
    const fixture = new Fixture();
    await Promise.all([fixture.borrow(0n), fixture.borrow(0n, WITH_NOTHING, 5n), fixture.borrow(10n)]);
    expect(fixture.reads).toEqual([0n, 0n, 10n]);
  });

  it('gives a batch back as soon as nobody will ask for it any more', async () => {
    const fixture = new Fixture();
    fixture.isWanted = (after) => after >= STEP;
    const [first, second] = [await fixture.borrow(0n), await fixture.borrow(0n)];
    first.release();
    first.release();
    expect(fixture.takenSlabs).toBe(1);
    second.release();
    expect(fixture.takenSlabs).toBe(0);
  });

  it('gives everything back at its end, but for what is still lent', async () => {
    const fixture = new Fixture();
    const lent = await fixture.borrow(0n);
    (await fixture.borrow(10n)).release();
    fixture.cache[Symbol.dispose]();
    expect(fixture.takenSlabs).toBe(1);
    expect(isIntact(lent)).toBe(true);
  });

  it('tells all who wait that a read failed, and reads again for the next one', async () => {
    const fixture = new Fixture();
    fixture.failure = new Error('the source is gone');
    const outcomes = await Promise.allSettled([fixture.borrow(0n), fixture.borrow(0n)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fixture.failure = undefined;
    (await fixture.borrow(0n)).release();
    expect(fixture.reads).toEqual([0n, 0n]);
  });

  it('lends nothing again that was read before it was told to forget, and gives back what was lent', async () => {
    const fixture = new Fixture();
    fixture.restBytes = 100;
    const lent = await fixture.borrow(0n);
    const finish = fixture.hold();
    const reading = fixture.borrow(STEP);
    fixture.cache.forget();
    fixture.held = Promise.resolve();
    const again = await fixture.borrow(0n);
    expect(fixture.reads).toEqual([0n, STEP, 0n]);
    expect(again.result).not.toBe(lent.result);
    finish();
    for (const lease of [lent, again, await reading]) lease.release();
    fixture.cache[Symbol.dispose]();
    expect(fixture.takenSlabs).toBe(0);
  });

  it('gives back at once, when it is told to forget, what nobody has borrowed and what was left over', async () => {
    const fixture = new Fixture();
    fixture.restBytes = 100;
    (await fixture.borrow(0n)).release();
    expect(fixture.takenSlabs).toBe(2);
    fixture.cache.forget();
    expect(fixture.takenSlabs).toBe(0);
  });

  it.each([0, 100])(
    'carries none of %s bytes of a read that began before it was told to forget',
    async (bytes) => {
      const fixture = new Fixture();
      fixture.restBytes = bytes;
      const finish = fixture.hold();
      const reading = fixture.borrow(0n);
      fixture.cache.forget();
      finish();
      (await reading).release();
      expect(fixture.takenSlabs).toBe(0);
      await fixture.borrow(STEP);
      expect(fixture.carriedInto.get(STEP)).toBe(0);
    },
  );

  it('gives back what was lent before it was told to forget only when the last borrower is done', async () => {
    const fixture = new Fixture();
    const [first, second] = [await fixture.borrow(0n), await fixture.borrow(0n)];
    fixture.cache.forget();
    first.release();
    expect(fixture.takenSlabs).toBe(1);
    second.release();
    expect(fixture.takenSlabs).toBe(0);
  });

  it('can forget that nothing was there, and a transaction that holds no memory', async () => {
    const fixture = new Fixture();
    fixture.isGiant = true;
    const giant = await fixture.borrow(0n);
    fixture.end = STEP;
    const finish = fixture.hold();
    const reading = fixture.borrow(STEP);
    fixture.cache.forget();
    finish();
    const nothing = await reading;
    expect([giant.result.kind, nothing.result.kind]).toEqual(['giant', 'nothing']);
    giant.release();
    nothing.release();
    expect(fixture.takenSlabs).toBe(0);
  });

  it('does not remember that nothing was there', async () => {
    const fixture = new Fixture();
    fixture.end = 0n;
    expect((await fixture.borrow(0n)).result.kind).toBe('nothing');
    fixture.end = 10n;
    expect((await fixture.borrow(0n)).result.kind).toBe('batch');
  });

  it('tells which wake-ups were counted before the read began', async () => {
    const fixture = new Fixture();
    fixture.wakeUps.count = 3;
    const borrowing = fixture.borrow(0n);
    fixture.wakeUps.count = 4;
    expect((await borrowing).wakeUpsSeen).toBe(3);
  });

  it('tells of wake-ups counted before a read that was sent ahead, and of none after its reading began', async () => {
    const fixture = new Fixture();
    fixture.wakeUps.count = 3;
    fixture.wakeUpsSeen = 2;
    expect((await fixture.borrow(0n)).wakeUpsSeen).toBe(2);
    fixture.wakeUpsSeen = 4;
    expect((await fixture.borrow(STEP)).wakeUpsSeen).toBe(3);
  });

  it('carries what a read left over to the next one', async () => {
    const fixture = new Fixture();
    fixture.restBytes = 100;
    await fixture.borrow(0n);
    await fixture.borrow(STEP);
    expect(fixture.carriedInto.get(STEP)).toBe(100);
  });

  it('keeps what was left over as long as somebody may want it, and no longer', async () => {
    const fixture = new Fixture();
    fixture.restBytes = 100;
    fixture.isWanted = (after) => after >= STEP;
    const [first, other] = [await fixture.borrow(0n), await fixture.borrow(100n)];
    first.release();
    expect(fixture.takenSlabs).toBe(3);
    await fixture.borrow(STEP);
    expect(fixture.carriedInto.get(STEP)).toBe(100);
    fixture.isWanted = () => false;
    other.release();
    expect(fixture.takenSlabs).toBe(1);
  });

  it('carries within a gap to the next part of that gap, and beyond gaps to the end of the batch', async () => {
    const fixture = new Fixture(10);
    fixture.restBytes = 100;
    await fixture.borrowInGap(20n, 90n, 7n);
    await fixture.borrowInGap(30n, 90n, 7n);
    expect(fixture.carriedInto.get(30n)).toBe(100);
    await fixture.borrow(0n);
    await fixture.borrow(STEP);
    expect(fixture.carriedInto.get(STEP)).toBe(100);
    // A gap is written behind the event before it, the end of the table behind the batch before.
    expect(fixture.carriedBehind).toEqual([20n, STEP]);
  });

  it('does not lend one gap for another, nor to a destination that holds another event before it', async () => {
    const fixture = new Fixture();
    await fixture.borrowInGap(0n, 5n);
    await fixture.borrowInGap(0n, 7n);
    await fixture.borrowInGap(0n, 7n, -1n);
    await fixture.borrowInGap(0n, 7n, -2n);
    expect(fixture.reads).toHaveLength(4);
    await fixture.borrowInGap(0n, 7n);
    expect(fixture.reads).toHaveLength(4);
  });

  it('does not carry what another read has already begun with', async () => {
    const fixture = new Fixture();
    fixture.restBytes = 100;
    await fixture.borrow(STEP);
    expect(fixture.takenSlabs).toBe(2);
    await fixture.borrow(0n);
    expect(fixture.takenSlabs).toBe(3);
  });
});

describe('the budget of the batch cache', () => {
  it('lets one who has another batch in hand wait for room', async () => {
    const fixture = new Fixture(2);
    const [first] = [await fixture.borrow(0n), await fixture.borrow(10n)];
    const ahead = fixture.borrow(20n, WITH_ANOTHER);
    expect(await isPending(ahead)).toBe(true);
    fixture.isWanted = (after) => after > 0n;
    first.release();
    expect(isIntact(await ahead)).toBe(true);
    expect(fixture.takenSlabs).toBe(2);
  });

  it('makes room by letting go of what nobody has borrowed', async () => {
    const fixture = new Fixture(2);
    (await fixture.borrow(0n)).release();
    await fixture.borrow(10n);
    await fixture.borrow(20n, WITH_ANOTHER);
    expect(fixture.takenSlabs).toBe(2);
    await fixture.borrow(0n);
    expect(fixture.reads).toEqual([0n, 10n, 20n, 0n]);
  });

  it('is exceeded for one who has nothing else in hand: nobody holds back another', async () => {
    const fixture = new Fixture(1);
    await fixture.borrow(0n);
    expect(isIntact(await fixture.borrow(10n))).toBe(true);
    expect(fixture.takenSlabs).toBe(2);
  });

  it('is exceeded also for one who had another batch in hand when it began to wait', async () => {
    const fixture = new Fixture(1);
    const [mine] = [await fixture.borrow(0n), await fixture.borrow(10n)];
    let inHand = 1;
    const ahead = fixture.borrow(20n, () => inHand > 0);
    expect(await isPending(ahead)).toBe(true);
    inHand = 0;
    mine.release();
    expect(isIntact(await ahead)).toBe(true);
  });

  it('holds for memory that nothing is in any more', async () => {
    const fixture = new Fixture(1);
    fixture.isWanted = () => false;
    const leases = await Promise.all([0n, 10n, 20n].map((after) => fixture.borrow(after)));
    const lent = leases.flatMap(({ result }) => (result.kind === 'batch' ? result.content.slabs : []));
    for (const { release: giveBack } of leases) giveBack();
    const taken = [fixture.pool.take(), fixture.pool.take(), fixture.pool.take()];
    expect(taken.filter((slab) => lent.includes(slab))).toHaveLength(1);
  });

  it('is not exceeded by what nobody has borrowed, although somebody far behind may want it', async () => {
    const fixture = new Fixture(4);
    for (let after = 0n; after < 1_000n; after += STEP) (await fixture.borrow(after)).release();
    expect(fixture.takenSlabs).toBeLessThanOrEqual(4);
  });

  it('holds and the bytes lent stay what they were, whoever borrows what and when', async () => {
    const step = fc.record({ who: fc.nat(3), act: fc.constantFrom('borrow', 'release', 'restart') });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.nat(2), async (steps, rests) => {
        const fixture = new Fixture(3);
        fixture.restBytes = rests * 100;
        const borrowers = Array.from({ length: 4 }, () => ({ next: 0n, held: [] as Lease[] }));
        fixture.isWanted = (after) => borrowers.some(({ next }) => next <= after);
        for (const { who, act } of steps) {
          const borrower = borrowers[who];
          if (borrower === undefined) continue;
          if (act === 'restart') borrower.next = 0n;
          if (act === 'release') release(borrower.held.shift());
          if (act !== 'borrow') continue;
          borrower.held.push(await fixture.borrow(borrower.next));
          borrower.next += STEP;
          const lent = new Set(borrowers.flatMap(({ held }) => held.map(({ result }) => result))).size;
          // The last read was served beyond the budget; what it left over comes on top.
          expect(fixture.takenSlabs).toBeLessThanOrEqual(Math.max(3, lent) + 2);
        }
        for (const { held } of borrowers) for (const lease of held) release(lease);
        fixture.cache[Symbol.dispose]();
        expect(fixture.takenSlabs).toBe(0);
      }),
    );
  });
});

function release(lease: Lease | undefined): void {
  if (lease === undefined) return;
  expect(isIntact(lease)).toBe(true);
  lease.release();
}
