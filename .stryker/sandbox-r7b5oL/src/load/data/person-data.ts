// @ts-nocheck
import { ConfigurationError } from '../../common/operator-error.js';
import { LivingPersons } from './living-persons.js';
import { createOperationMaker, MAX_EVENTS_PER_OPERATION, type Operation } from './operation.js';
import { createPersonEvents } from './person-events.js';
import { createRandom } from './random.js';

export interface PersonDataOptions {
  /** Persons, each with one call; at least 1. */
  readonly countPerson: number;
  /** Filler events in all, rounded up to the same number for each person. */
  readonly countFiller: number;
  /** Maximum number of deletions. */
  readonly countPersonDelete: number;
  /** The same seed gives the same events, to the byte. */
  readonly seed?: number | undefined;
}

export const PERSON_DATA_DEFAULTS = {
  countPerson: 1000,
  countFiller: 10_000,
  countPersonDelete: 50,
} as const;

export interface PersonDataSize {
  readonly operations: number;
  readonly events: number;
  readonly fillersPerPerson: number;
  /** A person is deleted with every n-th call; 0: never. */
  readonly personsPerDelete: number;
}

/**
 * How much `personOperations` makes with these options.
 * @throws ConfigurationError if one call would hold more events than a call can.
 */
export function personDataSize(options: PersonDataOptions): PersonDataSize {
  const { countPerson, countFiller, countPersonDelete } = options;
  const fillersPerPerson = Math.ceil(countFiller / countPerson);
  if (fillersPerPerson + 4 > MAX_EVENTS_PER_OPERATION) {
    throw new ConfigurationError(
      `${fillersPerPerson} fillers for each person are too many: one call writes at most ${MAX_EVENTS_PER_OPERATION} events.`,
      { hint: 'Lower --count-filler or raise --count-person.' },
    );
  }
  const personsPerDelete = countPersonDelete === 0 ? 0 : Math.ceil(countPerson / countPersonDelete);
  const deletes = personsPerDelete === 0 ? 0 : Math.floor(countPerson / personsPerDelete);
  const events = countPerson * (3 + fillersPerPerson) + deletes;
  return { operations: countPerson, events, fillersPerPerson, personsPerDelete };
}

/** One operation per person: created, name and SSN added, now and then one deleted, and fillers. */
export function* personOperations(options: PersonDataOptions): Generator<Operation, void> {
  const { fillersPerPerson, personsPerDelete } = personDataSize(options);
  const random = createRandom(options.seed);
  const makeOperation = createOperationMaker(options.seed);
  const events = createPersonEvents(random);
  const living = new LivingPersons(random);
  for (let num = 1; num <= options.countPerson; num++) {
    const personId = random.uuid();
    living.add({ num, personId });
    const bodies = events.personAdded(personId);
    const deleted = personsPerDelete > 0 && num % personsPerDelete === 0 ? living.take() : undefined;
    if (deleted !== undefined) bodies.push(events.personDeleted(deleted.personId));
    for (let filler = 0; filler < fillersPerPerson; filler++) bodies.push(events.filler());
    yield makeOperation(bodies, deleted === undefined || deleted.num === num ? undefined : deleted.num);
  }
}
