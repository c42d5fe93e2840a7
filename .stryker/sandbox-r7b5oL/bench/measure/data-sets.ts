// @ts-nocheck
import type { Operation } from '../../src/load/data/operation.js';
import { perfOperations } from '../../src/load/data/perf-data.js';
import { PERSON_DATA_DEFAULTS, personOperations } from '../../src/load/data/person-data.js';
import { groupIntoTransactions } from '../../src/load/group-into-transactions.js';
import { load } from '../../src/load/load.js';
import { chooseWriter } from '../../src/load/operation-writer.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { inTransaction } from '../../src/pg/in-transaction.js';
import { connectTo, createSource } from '../../test/support/postgres/databases.js';
import type { DatabaseServer } from '../../test/support/postgres/postgres-server.js';
import { copyThroughPipes } from '../peers/copy-pipe.js';
import type { Progress } from '../report/progress.js';
import { execute } from './clusters.js';

/** A source that is filled and at rest. */
export interface DataSet {
  readonly source: ConnectionParams;
  readonly events: number;
}

const SEED = 1;
const LOADERS = 2;
/** Beyond this, generating would take longer than all that is measured. */
const LARGEST_GENERATED = 500_000;
/** The same with `--quick`, which takes no more than this of person data where a table is not multiplied. */
export const QUICK_PERSON_EVENTS = 25_000;
/** Of a giant transaction, for speed alone. */
const OPERATIONS_PER_CALL = 50;
/** Data is at rest: hint bits are set, statistics taken, nothing waits to be written. */
const SETTLE = ['VACUUM (FREEZE, ANALYZE) public.events', 'CHECKPOINT'] as const;

/** Filled sources; each is loaded once per run, however many profiles use it. */
export class DataSets {
  readonly #server: DatabaseServer;
  readonly #progress: Progress;
  readonly #largestGenerated: number;
  readonly #made = new Map<string, Promise<DataSet>>();

  constructor(server: DatabaseServer, progress: Progress, quick: boolean) {
    this.#server = server;
    this.#progress = progress;
    this.#largestGenerated = quick ? QUICK_PERSON_EVENTS : LARGEST_GENERATED;
  }

  /** What `slate-loadPersonData` writes: the jsonb indexes stay almost empty. */
  person(events: number): Promise<DataSet> {
    return this.#once(`${events} events of person data`, (source) =>
      loadAll(source, firstEvents(personData(events), events)),
    );
  }

  /** What `slate-loadPerfTestData` writes: it fills every index. */
  perf(events: number): Promise<DataSet> {
    return this.#once(`${events} events of performance data`, (source) =>
      loadAll(source, perfOperations({ events, maxEventsPerInsert: 25, seed: SEED })),
    );
  }

  /** Person data many times over, made inside the server: the way to millions of events. */
  multiplied(events: number): Promise<DataSet> {
    return this.#once(`${events} events of multiplied person data`, async (source) => {
      const base = await this.person(Math.min(events, this.#largestGenerated));
      return multiply(base, source, Math.ceil(events / base.events));
    });
  }

  /** Person data that was committed in a single transaction. */
  giant(events: number): Promise<DataSet> {
    return this.#once(`${events} events of person data in one transaction`, (source) =>
      loadInOneTransaction(source, firstEvents(personData(events), events)),
    );
  }

  #once(name: string, fill: (source: ConnectionParams) => Promise<number>): Promise<DataSet> {
    const made = this.#made.get(name) ?? this.#make(name, fill);
    this.#made.set(name, made);
    return made;
  }

  async #make(name: string, fill: (source: ConnectionParams) => Promise<number>): Promise<DataSet> {
    this.#progress.say(`loading ${name}`);
    const source = await createSource(this.#server);
    const events = await fill(source);
    await execute(source, ...SETTLE);
    return { source, events };
  }
}

/** As the loaders do it. @returns the number of events. */
async function loadAll(source: ConnectionParams, operations: Iterable<Operation>): Promise<number> {
  const options = { connectTimeoutMs: 15_000, applicationName: 'slate-bench', loaders: LOADERS };
  const { events } = await load(operations, { source, ...options });
  return events;
}

/** Fills a source with so many copies of another one. @returns the number of events. */
async function multiply(base: DataSet, source: ConnectionParams, copies: number): Promise<number> {
  await copyThroughPipes(base.source, [source], new AbortController().signal);
  await using connection = await connectTo(source);
  for (let copy = 1; copy < copies; copy++) {
    const moved = `SELECT id + ${copy * base.events}, ts, event FROM public.events WHERE id <= ${base.events}`;
    await connection.query(`INSERT INTO public.events ${moved}`);
  }
  await connection.query('UPDATE public.id SET id = $1', [copies * base.events + 1]);
  return copies * base.events;
}

/** @returns the number of events. */
async function loadInOneTransaction(
  source: ConnectionParams,
  operations: Iterable<Operation>,
): Promise<number> {
  await using connection = await connectTo(source);
  const write = await chooseWriter(connection);
  let events = 0;
  await inTransaction(connection, async () => {
    for (const group of groupIntoTransactions(operations, OPERATIONS_PER_CALL)) {
      await write(group);
      events += group.reduce((sum, operation) => sum + operation.events.length, 0);
    }
  });
  return events;
}

/** Enough persons for at least so many events, in the loader's default shape. */
function personData(events: number): Iterable<Operation> {
  const { countPerson, countFiller, countPersonDelete } = PERSON_DATA_DEFAULTS;
  const persons = Math.ceil(events / (3 + countFiller / countPerson));
  const factor = persons / countPerson;
  return personOperations({
    countPerson: persons,
    countFiller: countFiller * factor,
    countPersonDelete: Math.ceil(countPersonDelete * factor),
    seed: SEED,
  });
}

/** Whole operations until there are at least so many events. */
function* firstEvents(operations: Iterable<Operation>, events: number): Generator<Operation, void> {
  let made = 0;
  for (const operation of operations) {
    if (made >= events) return;
    yield operation;
    made += operation.events.length;
  }
}
