/**
 * One connected period of a destination: connect, become its one writer, validate, copy. A failure ends the
 * period; `destination.ts` decides what comes next.
 */
import { Deadline } from '../common/deadline.js';
import { orAborted } from '../common/or-aborted.js';
import { unseen } from '../common/unseen.js';
import { BEFORE_ALL_IDS } from '../events/id-range.js';
import { connect } from '../pg/connect.js';
import type { Connection } from '../pg/connection.js';
import { WATCHER_APPLICATION } from '../pg/heartbeat.js';
import type { Extent } from '../plan/missing-ranges.js';
import type { IndexDefinition } from '../schema/waiting-list.js';
import { becomeWriter, endStaleWriters } from '../schema/writer-lock.js';
import { Copier } from './copy/copier.js';
import { LaneWatch } from './copy/lane-watch.js';
import type { Tail } from './copy/stretch.js';
import type { Tally } from './copy/tally.js';
import type { DestinationContext } from './destination-context.js';
import { isQueueFull, makeRoomInQueue } from './errors/full-queue.js';
import { withDetails } from './errors/refused-event.js';
import { HeldError, WriterLockedError } from './errors/taken.js';
import { connectAhead, dropAhead, FAR_MS, makeSureOfDistance } from './far-away.js';
import { TailWatch } from './guard/tail-watch.js';
import { type Look, lookAt, makeDurable, type Validated, validateDestination } from './guard/validate.js';
import { buildIndexes } from './indexes/build-indexes.js';
import { deferIndexes, refuseWithoutRights } from './indexes/deferred-indexes.js';

/** How long a stop waits for writes that have begun. */
const FINISH_MS = 500;

/** A session that does not answer for this long, besides a round trip, waits for a lock. */
const STUCK_MS = 100;

export interface CopyGoal {
  readonly stop: AbortSignal;
  /** End when this id is there; absent: follow the source. */
  readonly until?: bigint | undefined;
  /** Counts what is copied. */
  readonly total: Tally;
  /** True if lanes have blocked each other before: use one lane. */
  readonly oneLane: boolean;
  readonly onCaughtUp: () => void;
  readonly onBuildingIndexes: () => void;
  readonly onCopying: (copier: Copier) => void;
}

let sessionCount = 0;

export class DestinationSession implements AsyncDisposable {
  readonly #context: DestinationContext;
  readonly #control: Connection;
  #look: Promise<Look> | undefined;

  private constructor(context: DestinationContext, control: Connection) {
    this.#context = context;
    this.#control = control;
  }

  /** Connects. @throws OperatorError when it cannot. */
  static async open(context: DestinationContext): Promise<DestinationSession> {
    const { controlConnection, end: signal, log } = context;
    const onFirstWord = context.connectsAhead ? connectAhead(context) : undefined;
    try {
      const connection = await connect(controlConnection.params, {
        ...controlConnection,
        signal,
        log,
        onFirstWord,
      });
      makeSureOfDistance(connection).catch(() => {});
      return new DestinationSession(context, connection);
    } catch (error) {
      dropAhead(context);
      throw error;
    }
  }

  get connection(): Connection {
    return this.#control;
  }

  /**
   * Becomes the one writer of this destination.
   * @param lookAtOnce whether to send the queries of `validate` right behind the request for the lock: that
   *   saves a round trip. They count events, so a replicator that waits for the lock should not send them
   *   again and again.
   * @throws WriterLockedError naming the other writer; HeldError naming who holds the destination.
   */
  async becomeWriter({ lookAtOnce }: { readonly lookAtOnce: boolean }): Promise<void> {
    const locking = becomeWriter(this.#control);
    const look = lookAtOnce ? unseen(lookAt(this.#control)) : undefined;
    const { holder, heldBy, isFirst } = await locking;
    if (heldBy !== undefined) throw new HeldError(this.#control.where, heldBy);
    if (holder !== undefined) throw new WriterLockedError(this.#control.where, holder);
    // If somebody held the lock, or had left a session, the answers may be outdated.
    this.#look = isFirst ? look : undefined;
  }

  /**
   * Validates the destination and writes nothing. @throws the reason why it cannot be copied to as
   * configured.
   */
  async validate(): Promise<Validated> {
    const look = await (this.#look ?? lookAt(this.#control));
    const validated = await validateDestination(this.#context.source, this.#control, look);
    const isEmpty = validated.destination.count === 0n;
    if (this.#context.deferIndexes && isEmpty) await refuseWithoutRights(this.#control);
    else this.#speakOfIndexes(validated);
    return validated;
  }

  /** Copies until the goal is reached or the run is stopped. @throws the error that ended it. */
  async copy(validated: Validated, goal: CopyGoal): Promise<void> {
    sessionCount += 1;
    using watch = new TailWatch(this.#control, this.#context);
    using laneWatch = new LaneWatch(this.#control, this.#context.workerConnection.applicationName);
    const stop = AbortSignal.any([goal.stop, this.#control.lost, watch.changed, laneWatch.blocked]);
    const context = this.#contextFor(validated, goal);
    const pipelined = this.#control.roundTripMs >= FAR_MS;
    await using copier = new Copier(context, { ...goal, sessionNumber: sessionCount, stop, pipelined });
    // Pipelined writes share one session, so they cannot block each other.
    if (context.lanes > 1 && !pipelined)
      laneWatch.start(() => ({ inFlight: copier.inFlight, copied: goal.total.events }));
    goal.onCopying(copier);
    try {
      await this.#copyAll({ copier, watch, stop }, validated, goal);
      if (goal.until !== undefined) await makeDurable(this.#control);
    } catch (error) {
      if (isQueueFull(error)) await makeRoomInQueue(this.#control);
      if (!goal.stop.aborted) throw await withDetails(error, this.#context.source, this.#control);
      // Otherwise a server that waits for a lock would write when it gets the lock, long after this process
      // has ended.
      if (!(await copier.finish(FINISH_MS))) await this.#endWriters();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    dropAhead(this.#context);
    await this.#control[Symbol.asyncDispose]();
  }

  /** Ends the sessions that write. Asks in another session, too, if this one waits for a lock. */
  async #endWriters(): Promise<void> {
    const { lost, traffic, roundTripMs } = this.#control;
    // Somebody else may be the writer by now.
    if (lost.aborted) return;
    const { answered, unanswered } = traffic;
    const ending = unseen(endStaleWriters(this.#control));
    // To a far destination, a question is often under way. Another session would be too late there.
    using deadline = new Deadline(STUCK_MS + roundTripMs);
    if (unanswered > 0) await orAborted(ending, deadline.signal).catch(() => {});
    if (unanswered === 0 || traffic.answered > answered) return ending;
    await using beside = await this.#control.openBeside(WATCHER_APPLICATION);
    await endStaleWriters(beside);
  }

  async #copyAll(copying: Copying, validated: Validated, goal: CopyGoal): Promise<void> {
    const { copier, watch } = copying;
    const { plan, source, last } = validated;
    if (last !== undefined) for (const gap of plan.gaps) await copier.copyGap(gap, last);
    watch.start(() => copier.committed ?? last);
    const tail = last === undefined ? { after: beforeFirst(source) } : { after: last.id, predecessor: last };
    const waiting = await this.#deferredIndexes(validated);
    const caughtUp =
      waiting.length > 0 ? await this.#catchUpAndBuild(copying, { tail, waiting }, goal) : tail;
    await copier.follow({ ...caughtUp, until: goal.until }, goal.onCaughtUp);
  }

  /** Indexes to build when the destination has caught up: deferred by an earlier run, or deferred now. */
  async #deferredIndexes({ destination, waiting }: Validated): Promise<readonly IndexDefinition[]> {
    const { log, name, deferIndexes: wanted } = this.#context;
    const { indexes, unused } = waiting;
    if (unused !== undefined) log.write(wanted ? NEITHER : NOT_BUILT, { destination: name, err: unused });
    if (unused !== undefined || indexes.length > 0) return indexes;
    if (!wanted || destination.count > 0n) return [];
    const deferral = await deferIndexes(this.#control);
    if (deferral.kept.length > 0)
      log.write('some indexes are not deferred', { destination: name, kept: deferral.kept });
    return deferral.indexes;
  }

  async #catchUpAndBuild(
    { copier, stop }: Copying,
    { tail, waiting }: CatchUp,
    goal: CopyGoal,
  ): Promise<Tail> {
    const { log, name, workerConnection } = this.#context;
    log.write('indexes wait until the destination has caught up', {
      destination: name,
      indexesToBuild: waiting.map((index) => index.name),
    });
    const caughtUp = await copier.catchUp({ ...tail, until: goal.until });
    goal.onBuildingIndexes();
    await buildIndexes(this.#control, waiting, { workerConnection, log, stop });
    return caughtUp;
  }

  /** Chooses one lane if triggers or unique indexes must see the rows in order: lanes write out of order. */
  #contextFor({ inOrderOnly }: Validated, { oneLane }: CopyGoal): DestinationContext {
    if (oneLane) return { ...this.#context, lanes: 1 };
    if (inOrderOnly.length === 0 || this.#context.lanes === 1) return this.#context;
    const { log, name } = this.#context;
    log.write('one lane is used: the destination must see events in order', {
      destination: name,
      because: inOrderOnly,
    });
    return { ...this.#context, lanes: 1 };
  }

  #speakOfIndexes({ source, destination }: Validated): void {
    const { log, name, deferIndexes: wanted } = this.#context;
    if (wanted) log.write('indexes are not deferred: the destination is not empty', { destination: name });
    else if (destination.count === 0n && source.count >= MANY_EVENTS) {
      log.write('many events for an empty destination: deferIndexes may load it faster', {
        destination: name,
        sourceEvents: source.count,
      });
    }
  }
}

const NOT_BUILT = 'deferred indexes are not built';
const NEITHER = 'indexes are not deferred, and deferred ones are not built';

/** From here on the log suggests deferIndexes. With fewer events it saves a few seconds at most. */
const MANY_EVENTS = 500_000n;

/** The copier, and what ends the copying. */
interface Copying {
  readonly copier: Copier;
  readonly watch: TailWatch;
  readonly stop: AbortSignal;
}

/**
 * The id behind which an empty destination begins. If the ids of the source begin with 1, there is no hole
 * before them. Before another first id, a transaction may still insert.
 */
function beforeFirst({ ids }: Extent): bigint {
  return ids?.from === 1n ? 0n : BEFORE_ALL_IDS;
}

interface CatchUp {
  readonly tail: Tail;
  readonly waiting: readonly IndexDefinition[];
}
