/**
 * Knows which holes between the ids of the source are final. A missing id may belong to a transaction that
 * has not committed yet: ids from a sequence become visible out of order. A transaction that can still fill a
 * hole holds a lock on `events`, and `pg_locks` shows such locks to every role. So the settlement notes the
 * highest id and waits until these transactions have ended. After that, no missing id up to the noted one
 * appears, with one exception: an id that was taken from a sequence long before its event is inserted. Every
 * poll looks for such events (`findLate`).
 *
 * The settlement also knows events beyond the next id of table `id`, which somebody inserted without
 * `append_events`. A destination that held them could not take the next events of `append_events`.
 */
// @ts-nocheck


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
  /** Called when more ids are settled than before. */
  readonly onSettled: () => void;
  /** Aborted when the run ends: all waits end. */
  readonly end: AbortSignal;
}

/** How many holes are watched for late events: the latest ones. */
const HOLES_WATCHED = 1_000;

/** Growing pauses between checks whether the awaited transactions have ended. */
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [10, 500];

/** A wait that is longer than this is logged. */
const LONG_WAIT_MS = 5_000;

/** Value of table `id` before it has handed out any id. */
const FIRST_NEXT_ID = 1n;

export class Settlement {
  readonly #options: SettlementOptions;
  readonly #snapshots: SnapshotReader;
  #settledId = BEFORE_ALL_IDS;
  #endId = MAX_ID;
  #watched: readonly IdRange[] = [];
  #looking: Promise<void> | undefined;
  /** Whether the holes near the highest id are watched. An earlier run may have passed them. */
  #isTipWatched: boolean = false;
  /** Counts resets. An answer from an earlier generation may be wrong about the source of today. */
  #generation = 0;
  /** The generation whose transactions are waited for. */
  #waitingGeneration: number | undefined;
  #isHoleReported: boolean = false;
  #reportedStray: bigint | undefined;

  constructor(options: SettlementOptions) {
    this.#options = options;
    this.#snapshots = new SnapshotReader(options);
  }

  /** Missing ids up to this one will never appear. */
  get settledId(): bigint {
    return this.#settledId;
  }

  /**
   * Looks at the source for the first time, and begins to watch the holes near the highest id.
   * @returns the last id, undefined if there is none, and the last id that may be copied.
   */
  async start(): Promise<{ readonly lastId: bigint | undefined; readonly endId: bigint }> {
    if (!this.#snapshots.isPrepared) await this.#snapshots.prepare();
    const snapshotting = this.#snapshots.read();
    // Sent right behind the first query, without waiting for its answer.
    const holes = unseen(this.#holesAtTip());
    const snapshot = await snapshotting;
    this.#noteStrays(snapshot);
    await this.#settleOrWait(snapshot, holes);
    return { lastId: snapshot.lastId ?? undefined, endId: this.#endId };
  }

  /** Asks in advance what every look needs first. */
  prepare(): Promise<void> {
    return this.#snapshots.prepare();
  }

  /** Forgets everything: the source has changed. */
  reset(): void {
    this.#generation += 1;
    this.#settledId = BEFORE_ALL_IDS;
    this.#endId = MAX_ID;
    this.#watched = [];
    this.#isTipWatched = false;
  }

  /**
   * The last id that may be copied to a destination that holds the events up to `after`. `MAX_ID` if nobody
   * inserted past table `id`. If somebody did, the source is asked each time, because table `id` moves on.
   */
  async endIdBehind(after: bigint): Promise<bigint> {
    if (this.#endId === MAX_ID) return MAX_ID;
    this.#noteStrays(await this.#snapshots.read());
    return this.#endId >= after ? this.#endId : MAX_ID;
  }

  /**
   * Notes the highest id, and settles it at once if no transaction is in the way. Otherwise it waits for
   * these transactions in the background and then calls `onSettled`. Calls at the same time share one look.
   */
  advance(): Promise<void> {
    this.#looking ??= this.#advance().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Watches holes that were passed as final, for events that appear there nevertheless. */
  watch(holes: readonly IdRange[]): void {
    if (holes.length === 0) return;
    for (const hole of holes.slice(0, 2)) this.#reportHole(hole);
    this.#watched = [...this.#watched, ...holes].slice(-HOLES_WATCHED);
  }

  /** The first event that appeared in a watched hole; undefined if there is none. */
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

  /**
   * @param holes the holes between the last events, if the query was sent right behind that of the
   *   snapshot.
   */
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

  /** Settles what was noted in `then`: its transactions have ended. */
  async #settle(then: Snapshot, now: Snapshot, holes?: Promise<readonly IdRange[]>): Promise<void> {
    this.#noteStrays(now);
    const lastId = then.lastId ?? BEFORE_ALL_IDS;
    // Ids below an event that table `id` has not handed out are still to be handed out.
    const settledId = lastId < this.#endId ? lastId : this.#endId;
    if (settledId > this.#settledId) this.#settledId = settledId;
    if (!this.#isTipWatched) await this.#watchTip(settledId, holes);
  }

  /** Watches the holes up to `settledId`. Later holes may belong to running transactions. */
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
   * Notes the first event that table `id` has not handed out. Table `id` counts as in use if the event with
   * the id before its next one exists. An event behind a hole at the next id was then inserted past table
   * `id`. Writers that use a sequence fill the next id, and leave table `id` behind.
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
    // Missing ids before the first event are no hole.
    if (this.#isHoleReported || from === BEFORE_ALL_IDS + 1n) return;
    this.#isHoleReported = true;
    this.#options.log.write('ids are missing in the source: copying goes on behind them', {
      firstHoleId: from,
      lastHoleId: to,
    });
  }
}
