// @ts-nocheck
import { OperatorError } from '../../common/operator-error.js';
import type { IdRange } from '../../events/id-range.js';
import type { ConnectionParams } from '../../pg/connection-params.js';
import type { OnProgress } from '../compare/compare-tables.js';
import { EventsTable, type OpenOptions } from '../tables/events-table.js';
import { explainBrokenOperation, nameOperation } from './explain-broken-operation.js';
import {
  REPEATED_OPERATION_SQL,
  STATS_OF_TWO_SQL,
  STATS_SUMMARY_SQL,
  type StatsRow,
  type StatsSummary,
} from './testing-stats-sql.js';

/** What the `testingStats` of a table say about it. */
export interface Validation {
  readonly events: bigint;
  readonly operations: bigint;
  /** The first operation that is broken, and how. Absent if the table is as its loaders made it. */
  readonly problem?: string;
}

export interface ValidateOptions extends OpenOptions {
  /** Events that one statement reads. */
  readonly maxEventsPerRead: number;
  /** Told after each statement how many events have been read. */
  readonly onProgress?: OnProgress | undefined;
}

/**
 * Proves by `testingStats` that every operation of the loaders arrived whole and once, with consecutive ids
 * and event numbers; that ids run from 1 without holes; and that the totals agree.
 * @throws OperatorError if the table cannot be read to the end, or its first event has no `testingStats`.
 */
export async function validateTable(params: ConnectionParams, options: ValidateOptions): Promise<Validation> {
  await using table = await EventsTable.open(params, options);
  const { ids, estimatedEvents } = await table.extent();
  if (ids === undefined) return { events: 0n, operations: 0n };
  await refuseWithoutStats(table, ids.from);
  const validator = new Validator(table, ids);
  const total = estimatedEvents === undefined ? undefined : Number(estimatedEvents);
  while (!validator.reachedEnd) {
    const problem = await validator.read(options.maxEventsPerRead);
    if (problem !== undefined) return { ...validator.totals, problem };
    options.onProgress?.(Number(validator.totals.events), total);
  }
  const problem = await validator.finish();
  return problem === undefined ? validator.totals : { ...validator.totals, problem };
}

async function refuseWithoutStats(table: EventsTable, firstId: bigint): Promise<void> {
  const [first] = await table.query<StatsRow>(STATS_OF_TWO_SQL, [firstId]);
  if (first?.operation !== null) return;
  throw new OperatorError(`Cannot validate ${table.where}: event ${firstId} has no testingStats.`, {
    hint: 'Only tables that the loaders of test data filled can be validated. Compare other tables without --validate-tables.',
  });
}

/** Reads a table's `testingStats` in the order of the ids. */
class Validator {
  readonly #table: EventsTable;
  readonly #ids: IdRange;
  #events = 0n;
  #operations = 0n;
  #announced = 0n;
  #lastId: bigint | null = null;
  #reachedEnd = false;

  constructor(table: EventsTable, ids: IdRange) {
    this.#table = table;
    this.#ids = ids;
  }

  /** True when all events have been read. */
  get reachedEnd(): boolean {
    return this.#reachedEnd;
  }

  /** What was found so far. */
  get totals(): { readonly events: bigint; readonly operations: bigint } {
    return { events: this.#events, operations: this.#operations };
  }

  /** Reads `events` more events. @returns what is broken, if anything is. */
  async read(events: number): Promise<string | undefined> {
    const { from, to } = this.#ids;
    const next = this.#lastId === null ? from : this.#lastId + 1n;
    const values = [this.#lastId, next, to, events + 1];
    const [summary] = await this.#table.query<StatsSummary>(STATS_SUMMARY_SQL, values);
    this.#reachedEnd = summary === undefined || summary.lastId === null || summary.lastId === to;
    if (summary === undefined) return undefined;
    this.#events += summary.events;
    this.#operations += summary.operations;
    this.#announced += summary.announced;
    this.#lastId = summary.lastId ?? this.#lastId;
    if (summary.firstBroken === null) return undefined;
    const [event, previous] = await this.#table.query<StatsRow>(STATS_OF_TWO_SQL, [summary.firstBroken]);
    return explainBrokenOperation(previous, event);
  }

  /** Checks what can be checked only when everything was read. */
  async finish(): Promise<string | undefined> {
    const [last] = await this.#table.query<StatsRow>(STATS_OF_TWO_SQL, [this.#lastId]);
    if (last?.num !== last?.count) return explainBrokenOperation(last, undefined);
    if (this.#announced !== this.#events || this.#lastId !== this.#events) {
      return `there are ${this.#events} events, but the operations have ${this.#announced} and the last id is ${this.#lastId}`;
    }
    return this.#findRepeated();
  }

  async #findRepeated(): Promise<string | undefined> {
    const [found] = await this.#table.query<{ id: bigint }>(REPEATED_OPERATION_SQL, [this.#lastId]);
    if (found === undefined) return undefined;
    const [event] = await this.#table.query<StatsRow>(STATS_OF_TWO_SQL, [found.id]);
    return event && `${nameOperation(event)} occurs more than once: it occurs again from id ${event.id} on`;
  }
}
