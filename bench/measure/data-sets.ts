import { load } from '../../src/load/load.js';
import type { Operation } from '../../src/load/operation.js';
import { perfOperations } from '../../src/load/perf-data.js';
import { PERSON_DATA_DEFAULTS, personOperations } from '../../src/load/person-data.js';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { createSource } from '../../test/postgres/databases.js';
import type { DatabaseServer } from '../../test/postgres/server.js';
import type { Progress } from '../report/progress.js';
import { execute } from './clusters.js';
import { digestOf } from './same-events.js';

/** A source that is filled and at rest. */
export interface DataSet {
  readonly source: ConnectionParams;
  readonly events: number;
  readonly digest: string;
}

const SEED = 1;
const LOADERS = 2;
/** Data is at rest: hint bits are set, statistics taken, nothing waits to be written. */
const SETTLE = ['VACUUM (FREEZE, ANALYZE) public.events', 'CHECKPOINT'] as const;

/** Filled sources; each is loaded once per run, however many profiles use it. */
export class DataSets {
  readonly #server: DatabaseServer;
  readonly #progress: Progress;
  readonly #made = new Map<string, Promise<DataSet>>();

  constructor(server: DatabaseServer, progress: Progress) {
    this.#server = server;
    this.#progress = progress;
  }

  /** What `slate-loadPersonData` writes: the jsonb indexes stay almost empty. */
  person(events: number): Promise<DataSet> {
    return this.#once(`${events} events of person data`, () => firstEvents(personData(events), events));
  }

  /** What `slate-loadPerfTestData` writes: it fills every index. */
  perf(events: number): Promise<DataSet> {
    return this.#once(`${events} events of performance data`, () =>
      perfOperations({ events, maxEventsPerInsert: 25, seed: SEED }),
    );
  }

  #once(name: string, operations: () => Iterable<Operation>): Promise<DataSet> {
    const made = this.#made.get(name) ?? this.#make(name, operations());
    this.#made.set(name, made);
    return made;
  }

  async #make(name: string, operations: Iterable<Operation>): Promise<DataSet> {
    this.#progress.say(`loading ${name}`);
    const source = await createSource(this.#server);
    const { events } = await load(operations, {
      source,
      connectTimeoutMs: 15_000,
      applicationName: 'slate-bench',
      loaders: LOADERS,
    });
    await execute(source, ...SETTLE);
    return { source, events, digest: await digestOf(source) };
  }
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
