/**
 * One connected period of a destination: connect, become its one writer, look at what is there, copy. A failure ends
 * it; what comes after is the business of `destination.ts`.
 */
import { OperatorError } from '../lifecycle/operator-error.js';
import { orAborted } from '../lifecycle/or-aborted.js';
import { type Connection, connect } from '../pg/connect.js';
import { keepAsking } from '../pg/heartbeat.js';
import { Copier } from './copier.js';
import type { DestinationContext } from './destination-context.js';
import type { Tally } from './tally.js';
import { makeDurable, type Validated, validateDestination } from './validate.js';
import { describeWriterLockHolder, endStaleWriters, tryWriterLock } from './writer-lock.js';

/** Another replicator writes to this destination. */
export class WriterLockedError extends OperatorError {
  override readonly name = 'WriterLockedError';
}

/** How long writes under way may take to finish when the run is stopped. */
const FINISH_MS = 1_000;

export interface CopyGoal {
  readonly stop: AbortSignal;
  /** End when this id is there; absent: follow the source. */
  readonly until?: bigint;
  /** Counts what is copied. */
  readonly total: Tally;
  readonly onCaughtUp: () => void;
  readonly onCopying: (copier: Copier) => void;
}

let sessionCount = 0;

export class DestinationSession implements AsyncDisposable {
  readonly #context: DestinationContext;
  readonly #control: Connection;
  readonly #heartbeat: Disposable;

  private constructor(context: DestinationContext, control: Connection) {
    this.#context = context;
    this.#control = control;
    this.#heartbeat = keepAsking(control);
  }

  /** Connects. @throws OperatorError when it cannot. */
  static async open(context: DestinationContext): Promise<DestinationSession> {
    return new DestinationSession(context, await connect(context.control.params, context.control));
  }

  get connection(): Connection {
    return this.#control;
  }

  /** Becomes the one writer of this destination. @throws WriterLockedError naming who is. */
  async becomeWriter(): Promise<void> {
    if (!(await tryWriterLock(this.#control))) {
      const holder = (await describeWriterLockHolder(this.#control)) ?? 'another session';
      throw new WriterLockedError(`Destination ${this.#context.name} has a writer already: ${holder}.`, {
        hint: 'Stop that one, or start this one with --standby to take over when it ends.',
      });
    }
    await endStaleWriters(this.#control);
  }

  /** Looks at the destination; writes nothing. */
  validate(): Promise<Validated> {
    return validateDestination(this.#context.source, this.#control);
  }

  /** Copies until the goal is reached or the run is stopped. @throws what made it fail. */
  async copy(validated: Validated, goal: CopyGoal): Promise<void> {
    sessionCount += 1;
    const stop = AbortSignal.any([goal.stop, this.#control.lost]);
    await using copier = new Copier(this.#context, { ...goal, sessionNumber: sessionCount, stop });
    goal.onCopying(copier);
    try {
      await this.#copyAll(copier, validated, goal);
      if (goal.until !== undefined) await makeDurable(this.#control);
    } catch (error) {
      if (!goal.stop.aborted) throw error;
      await copier.finish(FINISH_MS);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#heartbeat[Symbol.dispose]();
    const goodbye = Promise.resolve(this.#control[Symbol.asyncDispose]());
    await orAborted(goodbye, AbortSignal.timeout(FINISH_MS)).catch(() => this.#control.destroy());
  }

  async #copyAll(copier: Copier, { plan, source }: Validated, { until }: CopyGoal): Promise<void> {
    for (const gap of plan.gaps) await copier.copyGap(gap);
    const tail =
      plan.tailAfter === undefined
        ? { after: (source.ids?.from ?? 1n) - 1n }
        : { after: plan.tailAfter, standsOn: plan.tailAfter };
    await copier.follow(until === undefined ? tail : { ...tail, until });
  }
}
