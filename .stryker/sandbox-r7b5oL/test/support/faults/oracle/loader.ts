// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../../src/load/data/random.js';
import type { Connection } from '../../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../../src/pg/connection-params.js';
import { append } from '../../databases/events-table.js';
import { PersistentSession } from './persistent-session.js';

/** What one transaction holds; how often in a thousand. */
const SIZES = [
  { share: 800, from: 1, to: 10 },
  { share: 170, from: 11, to: 100 },
  { share: 29, from: 101, to: 1_500 },
  { share: 1, from: 10_000, to: 50_000 },
] as const;
const LONGEST_PAUSE_MS = 150;
const ROLLED_BACK_IN_A_HUNDRED = 8;
const TWO_CALLS_IN_A_HUNDRED = 20;
const BACKLOG_TRANSACTIONS = 8;
const BACKLOG_AVERAGE = 2_000;

const INSERT_WITH_SEQUENCE_SQL = `
  INSERT INTO public.events (id, ts, event)
  SELECT nextval('oracle.ids'), transaction_timestamp(), jsonb_build_object('number', n, 'random', random(), 'text', repeat(md5(random()::text), 6))
    FROM generate_series(1, $1::int) AS n`;

/** Appends events in transactions of all sizes, also while the source crashes; it knows what became of each. */
export class Loader {
  /** Events whose COMMIT was answered: they are in the source. */
  committed = 0;
  /** Events whose COMMIT may or may not have happened: the answer was lost. */
  doubtful = 0;
  /** Transactions whose COMMIT was answered since it runs. */
  transactions = 0;
  readonly session: PersistentSession;
  readonly #random: Random;
  readonly #hasHoles: boolean;

  /** @param options.hasHoles take ids from a sequence, hold transactions open, commit them out of order. */
  constructor(source: ConnectionParams, random: Random, { hasHoles = false } = {}) {
    this.#hasHoles = hasHoles;
    this.session = new PersistentSession(source, 'slate-test-loader');
    this.#random = random;
  }

  /** What is there before the replicator starts: enough for several lanes at once. */
  async loadBacklog(): Promise<void> {
    await using source = await this.session.open();
    for (let n = 0; n < BACKLOG_TRANSACTIONS; n++) {
      const events = 1 + this.#random.below(2 * BACKLOG_AVERAGE);
      await this.#append(source, events);
      this.committed += events;
    }
  }

  /** Whether it waits with its next transaction. */
  isPaused: boolean = false;

  /** Loads until stopped. */
  run(stop: AbortSignal): Promise<void> {
    return this.session.repeat(stop, async (source) => {
      if (!this.isPaused) await this.#transaction(source);
      await sleep(this.#random.below(LONGEST_PAUSE_MS));
    });
  }

  async #transaction(source: Connection): Promise<void> {
    const events = this.#drawSize();
    const drawn = this.#random.below(100);
    if (drawn < ROLLED_BACK_IN_A_HUNDRED) return this.#rollBack(source, events);
    this.doubtful += events;
    const inTwo = this.#hasHoles || drawn < ROLLED_BACK_IN_A_HUNDRED + TWO_CALLS_IN_A_HUNDRED;
    if (inTwo) await this.#appendInTwoCalls(source, events);
    else await this.#append(source, events);
    this.doubtful -= events;
    this.committed += events;
    this.transactions += 1;
  }

  async #append(source: Connection, events: number): Promise<void> {
    if (this.#hasHoles) await source.query(INSERT_WITH_SEQUENCE_SQL, [events]);
    else await append(source, events);
  }

  async #rollBack(source: Connection, events: number): Promise<void> {
    await source.query('BEGIN');
    await this.#append(source, events);
    await this.#linger();
    await source.query('ROLLBACK');
  }

  async #appendInTwoCalls(source: Connection, events: number): Promise<void> {
    await source.query('BEGIN');
    await this.#append(source, 1);
    await this.#linger();
    if (events > 1) await this.#append(source, events - 1);
    await source.query('COMMIT');
  }

  /** With ids from a sequence others go on meanwhile, and are done before. */
  async #linger(): Promise<void> {
    if (this.#hasHoles) await sleep(this.#random.below(LONGEST_PAUSE_MS));
  }

  #drawSize(): number {
    let drawn = this.#random.below(1_000);
    const size = SIZES.find(({ share }) => {
      drawn -= share;
      return drawn < 0;
    });
    return size === undefined ? 1 : size.from + this.#random.below(size.to - size.from + 1);
  }
}
