/**
 * Copies what a destination is missing and then follows the source: borrow a batch, write it, go on behind it.
 * While there is more to come, several lanes write at the same time; a batch that reaches the end of the source is
 * written alone, in one round trip.
 */
import type { Batch } from '../batch/batch.js';
import type { Lease } from '../batch/batch-cache.js';
import type { WriteSuccess } from '../batch/write-task.js';
import { AbortScope, orAborted } from '../lifecycle/or-aborted.js';
import type { IdRange } from '../plan/id-range.js';
import { selectEventsSql } from '../source/events-sql.js';
import type { DestinationContext } from './destination-context.js';
import { OrderedWrites, type PlannedWrite } from './ordered-writes.js';
import { Tally } from './tally.js';

export interface CopierOptions {
  /** Distinguishes this run's sessions in the workers from those of earlier runs. */
  readonly sessionNumber: number;
  /** Aborted when the run should stop; its writes under way may finish. */
  readonly stop: AbortSignal;
  /** Counts what is copied. */
  readonly total: Tally;
}

/** Everything behind `after`. */
export interface Tail {
  readonly after: bigint;
  /** The event that must be there before the first batch; absent in an empty destination. */
  readonly standsOn?: bigint;
  /** Done as soon as this id has been copied. */
  readonly until?: bigint;
}

/** Where to begin and when to end. */
interface Stretch extends Tail {
  /** End of a gap, inclusive. */
  readonly upTo?: bigint;
  /** Called when the source has nothing more: wait for the next wake-up, or end? */
  readonly onEnd: () => 'wait' | 'end';
}

export class Copier implements AsyncDisposable {
  #interval = new Tally();
  /** The next batch wanted starts behind this id. */
  nextAfter = 0n;
  readonly #context: DestinationContext;
  readonly #options: CopierOptions;
  readonly #writes: OrderedWrites;
  /** Aborted when the run should stop, or a write has failed. */
  readonly #ended: AbortScope;

  constructor(context: DestinationContext, options: CopierOptions) {
    this.#context = context;
    this.#options = options;
    this.#writes = new OrderedWrites({
      lanes: context.lanes,
      server: context.serverLanes,
      stop: options.stop,
      write: (task) => context.pool.write(task, context.index),
    });
    this.#ended = new AbortScope(AbortSignal.any([options.stop, this.#writes.failed]));
  }

  /** What has been copied since the last call. */
  takeInterval(): Tally {
    const interval = this.#interval;
    this.#interval = new Tally();
    return interval;
  }

  /** Copies the events of a gap. @throws what a write met. */
  async copyGap({ from, to }: IdRange): Promise<void> {
    await this.#copy({ after: from - 1n, upTo: to, onEnd: () => 'end' });
  }

  /** Copies until the source has nothing more. @returns where to go on. */
  async catchUp(tail: Tail): Promise<Tail> {
    return this.#copy({ ...tail, onEnd: () => 'end' });
  }

  /**
   * Copies what is there and goes on with what is committed, until stopped or until id `tail.until` is there.
   * @param onCaughtUp called whenever the destination has everything that the source had at the last look.
   * @throws what a read or write met, or the reason of the stop.
   */
  async follow(tail: Tail, onCaughtUp: () => void): Promise<void> {
    await this.#copy({
      ...tail,
      onEnd: () => {
        onCaughtUp();
        return tail.until === undefined ? 'wait' : 'end';
      },
    });
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
    let { standsOn } = stretch;
    this.nextAfter = stretch.after;
    while (stretch.until === undefined || this.nextAfter < stretch.until) {
      const lease = await this.#acquire(stretch.upTo);
      const lastId = await this.#write(lease, {
        ...stretch,
        ...(standsOn === undefined ? {} : { standsOn }),
      });
      if (lastId !== undefined) {
        standsOn = lastId;
        this.nextAfter = lastId;
      }
      if (!reachedEnd(lease)) continue;
      await this.#ended.orAborted(this.#writes.drained());
      if (stretch.onEnd() === 'end') break;
      await this.#ended.orAborted(this.#context.wakeUps.beyond(lease.wakeUpsSeen));
    }
    await this.#ended.orAborted(this.#writes.drained());
    return { after: this.nextAfter, ...(standsOn === undefined ? {} : { standsOn }) };
  }

  async #acquire(upTo: bigint | undefined): Promise<Lease> {
    const acquiring = this.#context.source.batches.acquire({
      after: this.nextAfter,
      mayWait: () => this.#writes.inFlight > 0,
      ...(upTo === undefined ? {} : { upTo }),
    });
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

  /** Starts the write of what was borrowed. @returns the last id that it covers. */
  async #write(lease: Lease, stretch: Stretch): Promise<bigint | undefined> {
    const { result } = lease;
    if (result.kind === 'batch') return this.#writeBatch(result, lease, stretch);
    lease.release();
    return result.kind === 'giant' ? this.#pipeGiant(stretch) : undefined;
  }

  async #writeBatch(batch: Batch, lease: Lease, { standsOn }: Stretch): Promise<bigint> {
    const isLast = batch.complete || this.#context.lanes === 1;
    if (isLast && this.#writes.inFlight > 0) await this.#drainedOrRelease(lease);
    const plan: PlannedWrite = (place) => ({
      kind: 'batch',
      ...this.#taskBase(standsOn),
      ...place,
      content: batch.content,
      rows: batch.rows,
      alone: isLast,
    });
    const settled = () => lease.release();
    await this.#writes.submit(plan, { done: (written) => this.#count(batch, written), settled });
    return batch.lastId;
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
  async #pipeGiant({ standsOn, upTo }: Stretch): Promise<bigint> {
    const { source, log, name } = this.#context;
    const after = this.nextAfter;
    const lastId = await source.transactionEnd(upTo === undefined ? { after } : { after, upTo });
    await this.#ended.orAborted(this.#writes.drained());
    log.info({ destination: name, after, to: lastId }, 'piping a transaction too large for memory');
    const plan: PlannedWrite = (place) => ({
      kind: 'giant',
      ...this.#taskBase(standsOn),
      ...place,
      source: source.session,
      selectSql: selectEventsSql({ after, upTo: lastId }),
    });
    await this.#writes.submit(plan, {
      done: (written) => this.#count({ after, lastId }, written),
      settled: () => {},
    });
    await this.#ended.orAborted(this.#writes.drained());
    return lastId;
  }

  #taskBase(standsOn: bigint | undefined) {
    return {
      destination: this.#context.session,
      destinationKey: String(this.#context.index),
      sessionNumber: this.#options.sessionNumber,
      ...(standsOn === undefined ? {} : { standsOn }),
    };
  }

  #count(range: { after: bigint; lastId: bigint }, written: WriteSuccess): void {
    this.#options.total.add(range, written);
    this.#interval.add(range, written);
    this.#context.log.debug(
      { destination: this.#context.name, to: range.lastId, events: written.rows, ...written.times },
      'batch written',
    );
  }
}

/** Nothing more was there when it was read. */
function reachedEnd({ result }: Lease): boolean {
  return result.kind === 'nothing' || (result.kind === 'batch' && result.complete);
}
