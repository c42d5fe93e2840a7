/**
 * Knows which holes between the source's ids are final. An id that is missing below one that is there may
 * belong to a transaction that has not committed yet: ids from a sequence become visible out of order.
 * Whoever could still fill a hole holds a lock on `events`, which `pg_locks` shows to every role. So the
 * highest id is noted, the holders are waited for, and from then on no id up to the noted one appears any
 * more, but for one that was taken from a sequence long before it was inserted: those are looked for at every
 * poll (`findLate`).
 *
 * It also knows the events that table `id` has not handed out although it is in use: somebody else inserted
 * them. A destination that followed them would be beyond the next events of `append_events`.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { unseen } from '../common/unseen.js';
import { BEFORE_ALL_IDS, type IdRange, MAX_ID, subtract } from '../events/id-range.js';
import {
  EVENTS_IN_RANGES_SQL,
  HOLES_AT_THE_TIP_SQL,
  type Snapshot,
  WRITERS_ENDED_SQL,
} from './settlement-sql.js';
import { SnapshotReader, type SnapshotReaderOptions } from './snapshot-reader.js';

export interface SettlementOptions extends SnapshotReaderOptions {
  /** Called when more is settled than before. */
  readonly onSettled: () => void;
  /** Aborted: nothing is waited for any more. */
  readonly end: AbortSignal;
}

/** So many holes are watched for events that come late: the latest. */
const HOLES_WATCHED = 1_000;

/** Pauses between looks at the transactions that are waited for: they grow. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [10, 500];

/** From here on a record says that a transaction is waited for. */
const LONG_WAIT_MS = 5_000;

/** What table `id` holds before it has handed out anything. */
const FIRST_NEXT_ID = 1n;

export class Settlement {
  readonly #options: SettlementOptions;
  readonly #snapshots: SnapshotReader;
  #settledId = BEFORE_ALL_IDS;
  #endId = MAX_ID;
  #watched: readonly IdRange[] = [];
  #looking: Promise<void> | undefined;
  /** Whether the holes near the highest id, which may have been passed before the start, are watched. */
  #isTipWatched: boolean = false;
  /**
   * Counts the sources that were begun with anew: what was asked of an earlier one is not true of a later
   * one.
   */
  #generation = 0;
  /** The generation whose transactions are waited for. */
  #waitingGeneration: number | undefined;
  #isHoleReported: boolean = false;
  #reportedStray: bigint | undefined;

  constructor(options: SettlementOptions) {
    this.#options = options;
    this.#snapshots = new SnapshotReader(options);
  }

  /** Ids up to this one that are missing will not appear any more. */
  get settledId(): bigint {
    return this.#settledId;
  }

  /**
   * Looks for the first time: the holes near the highest id are watched once they are settled.
   * @returns the last id, undefined when there is none, and the last one that may be copied.
   */
  async start(): Promise<{ readonly lastId: bigint | undefined; readonly endId: bigint }> {
    if (!this.#snapshots.isPrepared) await this.#snapshots.prepare();
    const snapshotting = this.#snapshots.read();
    // Asked behind it, without waiting for its answer.
    const holes = unseen(this.#holesAtTip());
    const snapshot = await snapshotting;
    this.#noteStrays(snapshot);
    await this.#settleOrWait(snapshot, holes);
    return { lastId: snapshot.lastId ?? undefined, endId: this.#endId };
  }

  /** Asks what every look must know first. */
  prepare(): Promise<void> {
    return this.#snapshots.prepare();
  }

  /** What was known is of a source that is no more: begins anew. */
  reset(): void {
    this.#generation += 1;
    this.#settledId = BEFORE_ALL_IDS;
    this.#endId = MAX_ID;
    this.#watched = [];
    this.#isTipWatched = false;
  }

  /**
   * The last id that may be copied to whoever holds the events up to `after`; `MAX_ID` where nobody inserted
   * past table `id`. Where somebody did, it is asked each time: table `id` moves on.
   */
  async endIdBehind(after: bigint): Promise<bigint> {
    if (this.#endId === MAX_ID) return MAX_ID;
    this.#noteStrays(await this.#snapshots.read());
    return this.#endId >= after ? this.#endId : MAX_ID;
  }

  /**
   * Notes the highest id and settles it, at once if no transaction is in the way. If one is, it is waited for
   * in the background, and `onSettled` is called. Calls at the same time share one look.
   */
  advance(): Promise<void> {
    this.#looking ??= this.#advance().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** These holes were passed as final: an event that appears there nevertheless is looked for. */
  watch(holes: readonly IdRange[]): void {
    if (holes.length === 0) return;
    for (const hole of holes.slice(0, 2)) this.#reportHole(hole);
    this.#watched = [...this.#watched, ...holes].slice(-HOLES_WATCHED);
  }

  /** The first event that appeared in a hole after it had been passed; undefined when there is none. */
  async findLate(): Promise<bigint | undefined> {
    if (!this.#isTipWatched) await this.advance();
    if (this.#watched.length === 0) return undefined;
    const [from, to] = [this.#watched.map((hole) => hole.from), this.#watched.map((hole) => hole.to)];
    const late = await this.#options.ask((connection) =>
      connection.query<{ id: bigint }>(EVENTS_IN_RANGES_SQL, [from, to]),
    );
    const ids = late.map(({ id }) => ({ from: id, to: id }));
    this.#watched = subtract(this.#watched, ids).slice(-HOLES_WATCHED);
    return late[0]?.id;
  }

  async #advance(): Promise<void> {
    if (!this.#isWaiting()) await this.#settleOrWait(await this.#snapshots.read());
  }

  #isWaiting(): boolean {
    return this.#waitingGeneration === this.#generation;
  }

  /** @param holes those between the last events, where they were asked for behind the snapshot. */
  async #settleOrWait(snapshot: Snapshot, holes?: Promise<readonly IdRange[]>): Promise<void> {
    if (snapshot.writers === null && snapshot.standbyXmax === null)
      await this.#settle(snapshot, snapshot, holes);
    else if (!this.#isWaiting()) this.#settleLater(snapshot);
  }

  #settleLater(snapshot: Snapshot): void {
    const generation = this.#generation;
    this.#waitingGeneration = generation;
    this.#untilWritersEnded(snapshot)
      .then(() => this.#snapshots.read())
      .then((now) => (generation === this.#generation ? this.#settle(snapshot, now) : undefined))
      .catch((err) => this.#options.log.write('a hole could not be settled: it is looked at again', { err }))
      .finally(() => {
        if (this.#waitingGeneration === generation) this.#waitingGeneration = undefined;
        this.#options.onSettled();
      });
  }

  async #untilWritersEnded({ writers, standbyXmax, lastId }: Snapshot): Promise<void> {
    const startedAt = performance.now();
    const ended = () =>
      this.#options.ask((connection) =>
        connection.query<{ ended: boolean }>(WRITERS_ENDED_SQL, [writers?.split(' ') ?? [], standbyXmax]),
      );
    let isReported = false;
    for (let pauseMs = SHORTEST_PAUSE_MS; !(await ended())[0]?.ended; pauseMs *= 2) {
      await sleep(Math.min(pauseMs, LONGEST_PAUSE_MS), undefined, { signal: this.#options.end });
      if (isReported || performance.now() - startedAt < LONG_WAIT_MS) continue;
      isReported = true;
      this.#options.log.write(
        'ids are missing in the source: events behind them wait for transactions that may insert them',
        { sourceMaxId: lastId ?? undefined, transactions: writers ?? `all before ${standbyXmax}` },
      );
    }
  }

  /** What was noted then is final now. */
  async #settle(then: Snapshot, now: Snapshot, holes?: Promise<readonly IdRange[]>): Promise<void> {
    this.#noteStrays(now);
    const lastId = then.lastId ?? BEFORE_ALL_IDS;
    // Before an event that table `id` has not handed out lie the ids that it is going to hand out.
    const settledId = lastId < this.#endId ? lastId : this.#endId;
    if (settledId > this.#settledId) this.#settledId = settledId;
    if (!this.#isTipWatched) await this.#watchTip(settledId, holes);
  }

  /** Watches the holes up to `settledId`: those behind it may belong to transactions that are running. */
  async #watchTip(settledId: bigint, asking = this.#holesAtTip()): Promise<void> {
    const generation = this.#generation;
    const holes = await asking;
    if (generation !== this.#generation) return;
    this.#isTipWatched = true;
    const settled = subtract(holes, [{ from: settledId + 1n, to: MAX_ID }]);
    this.#watched = [...settled, ...this.#watched].slice(-HOLES_WATCHED);
  }

  #holesAtTip(): Promise<readonly IdRange[]> {
    return this.#options.ask((connection) =>
      connection.query<IdRange>(HOLES_AT_THE_TIP_SQL, [HOLES_WATCHED]),
    );
  }

  /**
   * Table `id` is in use when the event is there that it handed out last, and nobody else goes on where it
   * stands: an event beyond a hole at its next id was not handed out by it. A source whose writers use a
   * sequence leaves it behind.
   */
  #noteStrays({ nextId, isNextThere, isLastHandedOutThere, firstBeyond }: Snapshot): void {
    const isInUse = nextId !== null && nextId > FIRST_NEXT_ID && isLastHandedOutThere && !isNextThere;
    if (!isInUse || firstBeyond === null) {
      this.#endId = MAX_ID;
      return;
    }
    this.#endId = nextId - 1n;
    if (firstBeyond === this.#reportedStray) return;
    this.#reportedStray = firstBeyond;
    this.#options.log.write('event past table "id" of the source is not copied', {
      event: firstBeyond,
      nextId,
      hint: 'Table "id" has not handed out its id. If writers use a sequence, empty table "id".',
    });
  }

  #reportHole({ from, to }: IdRange): void {
    // What was before the first event is no hole.
    if (this.#isHoleReported || from === BEFORE_ALL_IDS + 1n) return;
    this.#isHoleReported = true;
    this.#options.log.write('ids are missing in the source: copying goes on behind them', {
      firstHoleId: from,
      lastHoleId: to,
    });
  }
}
