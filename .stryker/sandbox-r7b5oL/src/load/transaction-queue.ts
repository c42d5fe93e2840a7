// @ts-nocheck
import { errorCode } from '../pg/error-code.js';
import { QUERY_CANCELED } from '../pg/sqlstate.js';
import type { Operation } from './data/operation.js';
import type { WriteOperations, WrittenIds } from './operation-writer.js';

/** What has been written and committed so far. */
export interface LoadTotals {
  readonly operations: number;
  readonly events: number;
  /**
   * Lowest and highest id written, if the source returns them. Events of other programs may lie between them.
   */
  readonly ids: WrittenIds;
  /**
   * Operations that were sent and never answered because of a stop: nobody knows whether they were written.
   */
  readonly unanswered: number;
}

export interface LoadRunOptions {
  /** Aborted to stop: no further transaction begins, and the connections cancel those under way. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each transaction. */
  readonly onWritten?: ((totals: LoadTotals) => void) | undefined;
}

/** Transactions under way per connection, so that the server has the next one when it has finished one. */
const TRANSACTIONS_UNDER_WAY = 2;

/** Distributes transactions among connections, and counts what was written. */
export class LoadRun {
  totals: LoadTotals = { operations: 0, events: 0, ids: undefined, unanswered: 0 };
  readonly #transactions: Iterator<readonly Operation[], void>;
  readonly #options: LoadRunOptions;
  readonly #underWay = new Map<readonly Operation[], Promise<void>>();
  readonly #failure = new AbortController();

  constructor(transactions: Iterator<readonly Operation[], void>, options: LoadRunOptions) {
    this.#transactions = transactions;
    this.#options = options;
  }

  /**
   * Writes everything. Settles when no transaction is under way any more.
   * @throws the first error of any connection, unless it was stopped.
   */
  async write(writers: readonly WriteOperations[]): Promise<void> {
    const lanes = writers.flatMap((write) =>
      Array.from({ length: TRANSACTIONS_UNDER_WAY }, () => this.#writeInTurn(write)),
    );
    await Promise.all(lanes).catch(async (error: unknown) => {
      await Promise.allSettled(lanes);
      throw error;
    });
  }

  async #writeInTurn(write: WriteOperations): Promise<void> {
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const written = this.#writeOne(next, write, this.#predecessors(next));
      this.#underWay.set(next, written);
      await written.catch((error: unknown) => this.#failed(next, error));
      this.#underWay.delete(next);
    }
  }

  #failed(operations: readonly Operation[], error: unknown): void {
    if (!this.#options.signal?.aborted) {
      this.#failure.abort();
      throw error;
    }
    const isKnown = error === this.#options.signal.reason || errorCode(error) === QUERY_CANCELED;
    const unanswered = this.totals.unanswered + (isKnown ? 0 : operations.length);
    this.totals = { ...this.totals, unanswered };
  }

  #next(): readonly Operation[] | undefined {
    if (this.#failure.signal.aborted || this.#options.signal?.aborted) return undefined;
    return this.#transactions.next().value ?? undefined;
  }

  /** Transactions under way that must be written before these operations. */
  #predecessors(operations: readonly Operation[]): Promise<void>[] {
    const needed = new Set(operations.map(({ after }) => after));
    const awaited = [...this.#underWay].filter(([others]) => others.some(({ num }) => needed.has(num)));
    return awaited.map(([, written]) => written);
  }

  async #writeOne(
    operations: readonly Operation[],
    write: WriteOperations,
    predecessors: readonly Promise<void>[],
  ): Promise<void> {
    await Promise.all(predecessors).catch((error: unknown) => {
      // After a stop, this one is not sent, whatever happened to those before it.
      this.#options.signal?.throwIfAborted();
      throw error;
    });
    const ids = await write(operations);
    const events = operations.reduce((sum, operation) => sum + operation.events.length, 0);
    this.totals = {
      ...this.totals,
      operations: this.totals.operations + operations.length,
      events: this.totals.events + events,
      ids: spanning(this.totals.ids, ids),
    };
    this.#options.onWritten?.(this.totals);
  }
}

function spanning(known: WrittenIds, added: WrittenIds): WrittenIds {
  if (known === undefined || added === undefined) return known ?? added;
  let { firstId, lastId } = known;
  if (added.firstId < firstId) firstId = added.firstId;
  if (added.lastId > lastId) lastId = added.lastId;
  return { firstId, lastId };
}
