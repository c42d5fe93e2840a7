import { LookAgainError } from '../../common/look-again-error.js';
import { AbortScope, orAborted } from '../../common/or-aborted.js';
import { WRITE_REFUTED } from '../../events/events-sql.js';
import type { Fingerprint } from '../../events/fingerprint.js';
import type { Batch } from '../../source/batch.js';
import type { Lease } from '../../source/batch-cache.js';
import type { PackedSession, WriteOrder, WriteSuccess, WriteTask } from '../../threads/messages.js';
import { WriteError } from '../../threads/write-pool.js';
import type { DestinationContext } from '../destination-context.js';
import { OrderedWrites, type PlannedWrite } from './ordered-writes.js';
import type { Stretch } from './stretch.js';
import { Tally } from './tally.js';
import { LaneSlots, PipelineSlots } from './write-slots.js';

export interface LeaseWriterOptions {
  /** Number of this run: workers keep its sessions apart from those of earlier runs. */
  readonly sessionNumber: number;
  /** Aborted to stop the run. Writes that have begun may finish. */
  readonly stop: AbortSignal;
  /** Counts what is copied. */
  readonly total: Tally;
  /** Whether writes follow each other without waiting for replies, because the destination is far away. */
  readonly pipelined: boolean;
}

/** The place behind which a borrowed batch goes. */
type Borrowed = Pick<Stretch, 'after' | 'predecessor' | 'gap'>;

/** Writes what a copier has borrowed, in order, and counts what is committed. */
export class LeaseWriter implements AsyncDisposable {
  /** Aborted when the run should stop, or a write has failed. */
  readonly ended: AbortScope;
  #interval = new Tally();
  #committed: Fingerprint | undefined;
  readonly #context: DestinationContext;
  readonly #options: LeaseWriterOptions;
  readonly #writes: OrderedWrites;
  readonly #destination: PackedSession;

  constructor(context: DestinationContext, options: LeaseWriterOptions) {
    this.#context = context;
    this.#options = options;
    this.#destination = JSON.stringify(context.workerConnection);
    this.#writes = new OrderedWrites({
      slots: options.pipelined ? new PipelineSlots() : new LaneSlots(context.lanes, context.serverLanes),
      stop: options.stop,
      write: (task) => this.#perform(task),
    });
    const { past } = context.source;
    this.ended = new AbortScope(AbortSignal.any([options.stop, past, this.#writes.failed]));
  }

  /** Last event of the last committed batch; undefined before the first commit. */
  get committed(): Fingerprint | undefined {
    return this.#committed;
  }

  /** Number of writes that have begun and not ended. */
  get inFlight(): number {
    return this.#writes.inFlight;
  }

  /** Whether something was copied since the last `takeInterval`. */
  get hasCopied(): boolean {
    return this.#interval.batches > 0;
  }

  /** What has been copied since the last call. */
  takeInterval(): Tally {
    const interval = this.#interval;
    this.#interval = new Tally();
    return interval;
  }

  /** Resolves when all writes have ended. */
  drained(): Promise<void> {
    return this.#writes.drained();
  }

  /** Waits at most `ms` for writes that have begun. @returns false if some have not ended. */
  async finish(ms: number): Promise<boolean> {
    await orAborted(this.#writes.drained(), AbortSignal.timeout(ms)).catch(() => {});
    return this.#writes.inFlight === 0;
  }

  /** Closes the gate: uncommitted writes roll back. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writes.close();
    this.ended[Symbol.dispose]();
  }

  /** Starts to write what was borrowed. @returns the last event of it. */
  async write(lease: Lease, stretch: Borrowed): Promise<Fingerprint | undefined> {
    const { result } = lease;
    if (result.kind === 'batch') return this.#writeBatch(result, lease, stretch);
    lease.release();
    return result.kind === 'giant' ? this.#pipeGiant(stretch) : undefined;
  }

  async #writeBatch(batch: Batch, lease: Lease, { predecessor }: Borrowed): Promise<Fingerprint> {
    const order = this.#orderOf(batch);
    if (order === 'exclusive' && this.#writes.inFlight > 0) await this.#drainedOrRelease(lease);
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
    return complete || this.#context.lanes === 1 ? 'exclusive' : 'gated';
  }

  async #drainedOrRelease(lease: Lease): Promise<void> {
    try {
      await this.ended.orAborted(this.#writes.drained());
    } catch (error) {
      lease.release();
      throw error;
    }
  }

  /**
   * Pipes a giant transaction while no other write runs: other lanes could only wait, with their batches in
   * memory.
   */
  async #pipeGiant({ after, predecessor, gap }: Borrowed): Promise<Fingerprint> {
    const { source, log, name } = this.#context;
    const lastId = await this.ended.orAborted(source.transactionEnd({ after, upTo: gap?.upTo }));
    await this.ended.orAborted(this.#writes.drained());
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
    await this.ended.orAborted(this.#writes.drained());
    if (last === undefined) throw new Error(`No event after event ${after} was piped.`);
    return last;
  }

  /** Has a worker do the write. @throws LookAgainError if the source or the destination has changed. */
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
      predecessorId: predecessor?.id,
    };
  }

  #count(after: bigint, last: Fingerprint, written: WriteSuccess): void {
    const range = { after, lastId: last.id };
    this.#options.total.add(range, written);
    this.#interval.add(range, written);
    if (this.#committed === undefined || last.id > this.#committed.id) this.#committed = last;
    const { log, name, onWritten } = this.#context;
    onWritten?.(name, written, last);
    if (!log.isOn('batch written')) return;
    log.write('batch written', { destination: name, to: last.id, events: written.rows, ...written.times });
  }
}

function writeRefuted(name: string, { predecessorId, lastId }: WriteTask, cause: WriteError): LookAgainError {
  const gone = predecessorId === undefined ? '' : `event ${predecessorId} is gone, or `;
  return new LookAgainError(
    `Destination ${name} has changed: ${gone}some events up to ${lastId} were not kept.`,
    { cause, hint: 'Check for a trigger that drops or changes events, and for somebody who deletes them.' },
  );
}
