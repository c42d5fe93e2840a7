/**
 * Copies what a destination is missing and then follows the source: borrow a batch, write it, go on behind
 * it. While there is more to come, several lanes write at the same time; a batch that reaches the end of the
 * source is written alone, in one round trip. Where the way is long, batches follow each other in one session
 * instead, without waiting for replies, and each stands on the one before it.
 */

import { LookAgainError } from '../../common/look-again-error.js';
import { AbortScope, orAborted } from '../../common/or-aborted.js';
import { WRITE_REFUTED } from '../../events/events-sql.js';
import { type Fingerprint, isSameEvent } from '../../events/fingerprint.js';
import type { IdRange } from '../../events/id-range.js';
import type { Batch } from '../../source/batch.js';
import type { Lease } from '../../source/batch-cache.js';
import type { PackedSession, WriteOrder, WriteSuccess, WriteTask } from '../../threads/messages.js';
import { WriteError } from '../../threads/write-pool.js';
import type { DestinationContext } from '../destination-context.js';
import { OrderedWrites, type PlannedWrite } from './ordered-writes.js';
import { Tally } from './tally.js';
import { LaneSlots, PipelineSlots } from './write-slots.js';

export interface CopierOptions {
  /** Distinguishes this run's sessions in the workers from those of earlier runs. */
  readonly sessionNumber: number;
  /** Aborted when the run should stop; its writes under way may finish. */
  readonly stop: AbortSignal;
  /** Counts what is copied. */
  readonly total: Tally;
  /** Writes do not wait for replies: the way to the destination is longer than writing takes. */
  readonly pipelined: boolean;
}

/** Everything behind `after`. */
export interface Tail {
  readonly after: bigint;
  /** The destination's last event, which comes before the first batch; absent in an empty destination. */
  readonly predecessor?: Fingerprint | undefined;
  /** Done as soon as this id has been copied. */
  readonly until?: bigint | undefined;
}

/** Where to begin and when to end. */
interface Stretch extends Tail {
  /** A gap: its end, inclusive, and the destination's last event, which lies beyond it. */
  readonly gap?: { readonly upTo: bigint; readonly anchor: Fingerprint } | undefined;
  /** Called when the source has nothing more and all is committed: wait for the next wake-up, or end? */
  readonly onEnd: () => 'wait' | 'end';
  /** It never ends by itself: what comes next need not wait until all is committed. */
  readonly isEndless?: boolean | undefined;
}

export class Copier implements AsyncDisposable {
  #interval = new Tally();
  /** The next batch wanted starts behind this id. */
  nextAfter = 0n;
  #committed: Fingerprint | undefined;
  readonly #context: DestinationContext;
  readonly #options: CopierOptions;
  readonly #writes: OrderedWrites;
  readonly #destination: PackedSession;
  /** Aborted when the run should stop, or a write has failed. */
  readonly #ended: AbortScope;

  constructor(context: DestinationContext, options: CopierOptions) {
    this.#context = context;
    this.#options = options;
    this.#destination = JSON.stringify(context.session);
    this.#writes = new OrderedWrites({
      slots: options.pipelined ? new PipelineSlots() : new LaneSlots(context.lanes, context.serverLanes),
      stop: options.stop,
      write: (task) => this.#perform(task),
    });
    const { past } = context.source;
    this.#ended = new AbortScope(AbortSignal.any([options.stop, past, this.#writes.failed]));
  }

  /** The last event of the last batch that is committed; undefined before the first one. */
  get committed(): Fingerprint | undefined {
    return this.#committed;
  }

  /** Writes under way. */
  get inFlight(): number {
    return this.#writes.inFlight;
  }

  /** Something has been copied since the last `takeInterval`. */
  get hasCopied(): boolean {
    return this.#interval.batches > 0;
  }

  /** What has been copied since the last call. */
  takeInterval(): Tally {
    const interval = this.#interval;
    this.#interval = new Tally();
    return interval;
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
  async finish(ms: number): Promise<boolean> {
    await orAborted(this.#writes.drained(), AbortSignal.timeout(ms)).catch(() => {});
    return this.#writes.inFlight === 0;
  }

  /** Closes the gate: what is not committed rolls back. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writes.close();
    this.#ended[Symbol.dispose]();
  }

  async #copy(stretch: Stretch): Promise<Tail> {
    let { predecessor } = stretch;
    this.nextAfter = stretch.after;
    while (stretch.until === undefined || this.nextAfter < stretch.until) {
      const lease = await this.#acquire(stretch, predecessor);
      const last = await this.#write(lease, { ...stretch, predecessor });
      if (last !== undefined) {
        predecessor = last;
        this.nextAfter = last.id;
      }
      if (!reachedEnd(lease)) continue;
      if (stretch.isEndless && this.#options.pipelined && (await this.#wokenFirst(lease))) continue;
      await this.#ended.orAborted(this.#writes.drained());
      if (!isBlocked(lease) && stretch.onEnd() === 'end') break;
      await this.#ended.orAborted(this.#context.wakeUps.beyond(lease.wakeUpsSeen));
    }
    await this.#ended.orAborted(this.#writes.drained());
    return { after: this.nextAfter, predecessor };
  }

  /** Waits for the next wake-up or until all is committed. @returns whether the wake-up came first. */
  async #wokenFirst({ wakeUpsSeen }: Lease): Promise<boolean> {
    const woken = this.#context.wakeUps.beyond(wakeUpsSeen).then(() => this.#writes.inFlight > 0);
    return this.#ended.orAborted(Promise.race([woken, this.#writes.drained().then(() => false)]));
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
      mayWait: () => this.#writes.inFlight > 0,
    });
    const lease = await this.#borrowed(acquiring);
    if (anchor === undefined || isSameEvent(lease.result.predecessor, anchor)) return lease;
    lease.release();
    this.#ended.signal.throwIfAborted();
    throw this.#context.source.changedAt(anchor.id);
  }

  async #borrowed(acquiring: Promise<Lease>): Promise<Lease> {
    try {
      return await this.#ended.orAborted(acquiring);
    } catch (error) {
      acquiring.then(
        (lease) => lease.release(),
        () => {},
      );
      throw error;
    }
  }

  /** Starts the write of what was borrowed. @returns the last event that it covers. */
  async #write(lease: Lease, stretch: Stretch): Promise<Fingerprint | undefined> {
    const { result } = lease;
    if (result.kind === 'batch') return this.#writeBatch(result, lease, stretch);
    lease.release();
    return result.kind === 'giant' ? this.#pipeGiant(stretch) : undefined;
  }

  async #writeBatch(batch: Batch, lease: Lease, { predecessor }: Stretch): Promise<Fingerprint> {
    const order = this.#orderOf(batch);
    if (order === 'alone' && this.#writes.inFlight > 0) await this.#drainedOrRelease(lease);
    const plan: PlannedWrite = (place) => ({
      kind: 'batch',
      ...this.#taskBase(batch.after, predecessor),
      ...place,
      content: batch.content,
      rows: batch.rows,
      lastId: batch.lastId,
      order,
    });
    await this.#writes.submit({
      plan,
      bytes: batch.content.bytes,
      done: (written) => this.#count(batch.after, batch.last, written),
      settled: () => lease.release(),
    });
    return batch.last;
  }

  #orderOf({ complete }: Batch): WriteOrder {
    if (this.#options.pipelined) return 'pipelined';
    return complete || this.#context.lanes === 1 ? 'alone' : 'gated';
  }

  async #drainedOrRelease(lease: Lease): Promise<void> {
    try {
      await this.#ended.orAborted(this.#writes.drained());
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /** A giant is piped alone: it would only make other lanes wait with their batches in memory. */
  async #pipeGiant({ predecessor, gap }: Stretch): Promise<Fingerprint> {
    const { source, log, name } = this.#context;
    const after = this.nextAfter;
    const lastId = await this.#ended.orAborted(source.transactionEnd({ after, upTo: gap?.upTo }));
    await this.#ended.orAborted(this.#writes.drained());
    log.write('piping a transaction too large for memory', {
      destination: name,
      precedingId: after,
      transactionEndId: lastId,
    });
    const plan: PlannedWrite = (place) => ({
      kind: 'giant',
      ...this.#taskBase(after, predecessor),
      ...place,
      lastId,
      source: source.session,
      anchor: gap?.anchor ?? predecessor,
    });
    let last: Fingerprint | undefined;
    const done = (written: WriteSuccess) => {
      last = written.last;
      if (last !== undefined) this.#count(after, last, written);
    };
    await this.#writes.submit({ plan, bytes: 0, done, settled: () => {} });
    await this.#ended.orAborted(this.#writes.drained());
    if (last === undefined) throw new Error(`No event after event ${after} was piped.`);
    return last;
  }

  /** @throws LookAgainError when one of the databases is not as it was left. */
  async #perform(task: WriteTask): Promise<WriteSuccess> {
    const { pool, index, source, name } = this.#context;
    try {
      return await pool.write(task, index);
    } catch (error) {
      if (!(error instanceof WriteError)) throw error;
      if (error.changedAt !== undefined) throw source.changedAt(error.changedAt);
      if (error.code === WRITE_REFUTED) throw writeRefuted(name, task, error);
      throw error;
    }
  }

  #taskBase(after: bigint, predecessor: Fingerprint | undefined) {
    return {
      destination: this.#destination,
      destinationKey: String(this.#context.index),
      sessionNumber: this.#options.sessionNumber,
      after,
      standsOn: predecessor?.id,
    };
  }

  #count(after: bigint, last: Fingerprint, written: WriteSuccess): void {
    const range = { after, lastId: last.id };
    this.#options.total.add(range, written);
    this.#interval.add(range, written);
    if (this.#committed === undefined || last.id > this.#committed.id) this.#committed = last;
    const { log, name } = this.#context;
    if (!log.isOn('batch written')) return;
    log.write('batch written', { destination: name, to: last.id, events: written.rows, ...written.times });
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

function writeRefuted(name: string, { standsOn, lastId }: WriteTask, cause: WriteError): LookAgainError {
  const gone = standsOn === undefined ? '' : `event ${standsOn} is gone, or `;
  return new LookAgainError(
    `Destination ${name} has changed: ${gone}some events up to ${lastId} were not kept.`,
    { cause, hint: 'Check for a trigger that drops or changes events, and for somebody who deletes them.' },
  );
}
