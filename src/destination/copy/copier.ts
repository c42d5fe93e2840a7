/**
 * Copies what a destination is missing and then follows the source: borrow a batch, write it, go on behind
 * it. While there is more to come, several lanes write at the same time; a batch that reaches the end of the
 * source is written alone, in one round trip. Where the way is long, batches follow each other in one session
 * instead, without waiting for replies, and each stands on the one before it.
 */
import { type Fingerprint, isSameEvent } from '../../events/fingerprint.js';
import type { IdRange } from '../../events/id-range.js';
import type { Lease } from '../../source/batch-cache.js';
import type { DestinationContext } from '../destination-context.js';
import { LeaseWriter, type LeaseWriterOptions } from './lease-writer.js';
import type { Stretch, Tail } from './stretch.js';
import type { Tally } from './tally.js';

export class Copier implements AsyncDisposable {
  /** The next batch wanted starts behind this id. */
  nextAfter = 0n;
  readonly #context: DestinationContext;
  readonly #isPipelined: boolean;
  readonly #writer: LeaseWriter;

  constructor(context: DestinationContext, options: LeaseWriterOptions) {
    this.#context = context;
    this.#isPipelined = options.pipelined;
    this.#writer = new LeaseWriter(context, options);
  }

  /** The last event of the last batch that is committed; undefined before the first one. */
  get committed(): Fingerprint | undefined {
    return this.#writer.committed;
  }

  /** Writes under way. */
  get inFlight(): number {
    return this.#writer.inFlight;
  }

  /** Something has been copied since the last `takeInterval`. */
  get hasCopied(): boolean {
    return this.#writer.hasCopied;
  }

  /** What has been copied since the last call. */
  takeInterval(): Tally {
    return this.#writer.takeInterval();
  }

  /**
   * Copies the events of a gap that lies before the destination's last event `anchor`.
   * @throws what a write met.
   */
  async copyGap({ from, to }: IdRange, anchor: Fingerprint): Promise<void> {
    await this.#copy({ after: from - 1n, gap: { upTo: to, anchor }, onEnd: () => 'end' });
  }

  /** Copies until the source has nothing more. @returns where to go on. */
  async catchUp(tail: Tail): Promise<Tail> {
    return this.#copy({ ...tail, onEnd: () => 'end' });
  }

  /**
   * Copies what is there and goes on with what is committed, until stopped or until id `tail.until` is there.
   * @param onCaughtUp called whenever the destination has everything that the source had at the last look,
   * and when it has id `tail.until`.
   * @throws what a read or write met, or the reason of the stop.
   */
  async follow(tail: Tail, onCaughtUp: () => void): Promise<void> {
    await this.#copy({
      ...tail,
      isEndless: tail.until === undefined,
      onEnd: () => {
        onCaughtUp();
        return tail.until === undefined ? 'wait' : 'end';
      },
    });
    // What was wanted may be there before the source has nothing more, or have been there from the beginning.
    onCaughtUp();
  }

  /** Lets writes under way finish for at most `ms`. @returns false when some are under way still. */
  finish(ms: number): Promise<boolean> {
    return this.#writer.finish(ms);
  }

  /** Closes the gate: what is not committed rolls back. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#writer[Symbol.asyncDispose]();
  }

  async #copy(stretch: Stretch): Promise<Tail> {
    let { predecessor } = stretch;
    this.nextAfter = stretch.after;
    while (stretch.until === undefined || this.nextAfter < stretch.until) {
      const lease = await this.#acquire(stretch, predecessor);
      const last = await this.#writer.write(lease, { after: this.nextAfter, predecessor, gap: stretch.gap });
      if (last !== undefined) {
        predecessor = last;
        this.nextAfter = last.id;
      }
      if (!reachedEnd(lease)) continue;
      if (stretch.isEndless && this.#isPipelined && (await this.#wokenFirst(lease))) continue;
      await this.#writer.ended.orAborted(this.#writer.drained());
      if (!isBlocked(lease) && stretch.onEnd() === 'end') break;
      await this.#writer.ended.orAborted(this.#context.wakeUps.beyond(lease.wakeUpsSeen));
    }
    await this.#writer.ended.orAborted(this.#writer.drained());
    return { after: this.nextAfter, predecessor };
  }

  /** Waits for the next wake-up or until all is committed. @returns whether the wake-up came first. */
  async #wokenFirst({ wakeUpsSeen }: Lease): Promise<boolean> {
    const woken = this.#context.wakeUps.beyond(wakeUpsSeen).then(() => this.#writer.inFlight > 0);
    return this.#writer.ended.orAborted(Promise.race([woken, this.#writer.drained().then(() => false)]));
  }

  /**
   * Borrows what comes next.
   * @throws LookAgainError when the source does not hold the event any more behind which it is to go on.
   */
  async #acquire({ gap }: Stretch, predecessor: Fingerprint | undefined): Promise<Lease> {
    const anchor = gap?.anchor ?? predecessor;
    const acquiring = this.#context.source.batches.acquire({
      after: this.nextAfter,
      upTo: gap?.upTo,
      anchorId: anchor?.id,
      mayWait: () => this.#writer.inFlight > 0,
    });
    const lease = await this.#borrowed(acquiring);
    if (anchor === undefined || isSameEvent(lease.result.predecessor, anchor)) return lease;
    lease.release();
    this.#writer.ended.signal.throwIfAborted();
    throw this.#context.source.changedAt(anchor.id);
  }

  async #borrowed(acquiring: Promise<Lease>): Promise<Lease> {
    try {
      return await this.#writer.ended.orAborted(acquiring);
    } catch (error) {
      acquiring.then(
        (lease) => lease.release(),
        () => {},
      );
      throw error;
    }
  }
}

/** Nothing more was there when it was read. */
function reachedEnd({ result }: Lease): boolean {
  return result.kind === 'nothing' || (result.kind === 'batch' && result.complete);
}

/** There are events, but they wait until it is known what comes before them. */
function isBlocked({ result }: Lease): boolean {
  return result.kind === 'nothing' && result.isBlocked;
}
