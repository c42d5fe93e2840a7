import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../../src/load/random.js';
import type { Connection } from '../../../src/pg/connect.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { append } from '../../replicate/events-table.js';
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

  constructor(source: ConnectionParams, random: Random) {
    this.session = new PersistentSession(source, 'slate-test-loader');
    this.#random = random;
  }

  /** What is there before the replicator starts: enough for several lanes at once. */
  async loadBacklog(): Promise<void> {
    await using source = await this.session.open();
    for (let n = 0; n < BACKLOG_TRANSACTIONS; n++) {
      const events = 1 + this.#random.below(2 * BACKLOG_AVERAGE);
      await append(source, events);
      this.committed += events;
    }
  }

  /** Loads until stopped. */
  run(stop: AbortSignal): Promise<void> {
    return this.session.repeat(stop, async (source) => {
      await this.#transaction(source);
      await sleep(this.#random.below(LONGEST_PAUSE_MS));
    });
  }

  async #transaction(source: Connection): Promise<void> {
    const events = this.#drawSize();
    const drawn = this.#random.below(100);
    if (drawn < ROLLED_BACK_IN_A_HUNDRED) return rollBack(source, events);
    this.doubtful += events;
    if (drawn < ROLLED_BACK_IN_A_HUNDRED + TWO_CALLS_IN_A_HUNDRED) await appendInTwoCalls(source, events);
    else await append(source, events);
    this.doubtful -= events;
    this.committed += events;
    this.transactions += 1;
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

async function rollBack(source: Connection, events: number): Promise<void> {
  await source.query('BEGIN');
  await append(source, events);
  await source.query('ROLLBACK');
}

async function appendInTwoCalls(source: Connection, events: number): Promise<void> {
  await source.query('BEGIN');
  await append(source, 1);
  if (events > 1) await append(source, events - 1);
  await source.query('COMMIT');
}
