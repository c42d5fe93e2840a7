/**
 * Copies what a destination is missing, then follows the source: borrows a batch, writes it, goes on behind
 * it. While more batches are to come, several lanes write at the same time. A batch that reaches the end of
 * the source is written alone, in one round trip. To a far destination, batches follow each other in one
 * session instead, without waiting for replies; each is committed only if the one before it is there.
 */
// @ts-nocheck

import { type Fingerprint, isSameEvent } from '../../events/fingerprint.js';
import type { IdRange } from '../../events/id-range.js';
import type { Lease } from '../../source/batch-cache.js';
import type { DestinationContext } from '../destination-context.js';
import { LeaseWriter, type LeaseWriterOptions } from './lease-writer.js';
import type { Stretch, Tail } from './stretch.js';
import type { Tally } from './tally.js';

export class Copier implements AsyncDisposable {
  /** Id behind which the next batch begins. */
  nextAfter = 0n;
  readonly #context: DestinationContext;
  readonly #isPipelined: boolean;
  readonly #writer: LeaseWriter;

  constructor(context: DestinationContext, options: LeaseWriterOptions) {
    this.#context = context;
    this.#isPipelined = options.pipelined;
    this.#writer = new LeaseWriter(context, options);
  }

  /** Last event of the last committed batch; undefined before the first commit. */
  get committed(): Fingerprint | undefined {
    return this.#writer.committed;
  }

  /** Number of writes that have begun and not ended. */
  get inFlight(): number {
    return this.#writer.inFlight;
  }

  /** Whether something was copied since the last `takeInterval`. */
  get hasCopied(): boolean {
    return this.#writer.hasCopied;
  }

  /** What has been copied since the last call. */
  takeInterval(): Tally {
    return this.#writer.takeInterval();
  }

  /**
   * Copies the events of a gap below the last event `anchor` of the destination. @throws the error of a read
   * or write.
   */
  async copyGap({ from, to }: IdRange, anchor: Fingerprint): Promise<void> {
    await this.#copy({ after: from - 1n, gap: { upTo: to, anchor }, onEnd: () => 'end' });
  }

  /** Copies until the source has nothing more. @returns where to go on. */
  async catchUp(tail: Tail): Promise<Tail> {
    return this.#copy({ ...tail, onEnd: () => 'end' });
  }

  /**
   * Copies what is there and follows the source, until stopped or until id `tail.until` has been copied.
   * @param onCaughtUp called whenever the destination has everything that the source had at the last read,
   *   and when it has id `tail.until`.
   * @throws the error of a read or write, or the reason of the stop.
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
    // Id `tail.until` may be there before the end of the source is reached, or from the beginning.
    onCaughtUp();
  }

  /** Waits at most `ms` for writes that have begun. @returns false if some have not ended. */
  finish(ms: number): Promise<boolean> {
    return this.#writer.finish(ms);
  }

  /** Closes the gate: uncommitted writes roll back. */
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
   * Borrows the next batch.
   * @throws LookAgainError if the source no longer holds the event before it.
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

/** Whether the source held nothing more at this read. */
function reachedEnd({ result }: Lease): boolean {
  return result.kind === 'nothing' || (result.kind === 'batch' && result.complete);
}

/** Whether there are more events, behind a hole that is not final yet. */
function isBlocked({ result }: Lease): boolean {
  return result.kind === 'nothing' && result.isBlocked;
}
