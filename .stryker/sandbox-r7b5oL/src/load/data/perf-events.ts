// @ts-nocheck
import { createFakerPools, type FakerPools } from './faker-pools.js';
import type { EventBody } from './operation.js';
import type { Random } from './random.js';

const USERS = 3;
const EVENTS_PER_USER = 4;
export const USER_EVENTS = USERS * EVENTS_PER_USER;
const FILLERS = 1000;
const INITIATORS = 30;

/** Filler dates lie in the ten years before this: a clock would make two runs with one seed differ. */
const NEWEST_FILLER_DATE_MS = Date.UTC(2026, 0, 1);
const TEN_YEARS_S = 10 * 365 * 24 * 60 * 60;

/**
 * Endless: a user event after every `fillerEventsBetween` fillers, then, when there are no more user events,
 * only fillers.
 */
export function* perfEvents(random: Random, fillerEventsBetween: number): Generator<EventBody, never> {
  const initiators = uuids(random, INITIATORS);
  const users = userChanges(random);
  const fillers = fillerChanges(random);
  for (let made = 0; ; made++) {
    const turn = made / (fillerEventsBetween + 1);
    const changes = Number.isInteger(turn) && turn < USER_EVENTS ? users : fillers;
    yield toEvent(changes.next().value, random.pick(initiators));
  }
}

/** What can happen to an entity. */
interface Kind {
  readonly name: string;
  readonly operation: 'Created' | 'Added' | 'Changed';
  readonly command: string;
}

const USER_CREATED: Kind = { name: 'User Created', operation: 'Created', command: 'Create User' };
const USER_NAME_ADDED: Kind = { name: 'User Name Added', operation: 'Added', command: 'Add User Name' };
const USER_PHONE_ADDED: Kind = { name: 'User Phone Added', operation: 'Added', command: 'Add User Phone' };
const USER_PHONE_CHANGED: Kind = {
  name: 'User Phone Changed',
  operation: 'Changed',
  command: 'Change User Phone',
};
const FILLER_CREATED: Kind = { name: 'Filler Created', operation: 'Created', command: 'Create Filler' };
const FILLER_CHANGED: Kind = { name: 'Filler Changed', operation: 'Changed', command: 'Change Filler' };

interface Property {
  readonly propertyName: string;
  readonly value: object;
}

interface Change {
  readonly entityName: 'User' | 'Filler';
  readonly entityId: string;
  readonly kind: Kind;
  readonly property?: Property | undefined;
}

/** The top-level keys and `metadata.command` are what the indexes of the events table cover. */
function toEvent({ entityName, entityId, kind, property }: Change, initiatorId: string): EventBody {
  return {
    name: kind.name,
    entityName,
    entityId,
    operation: kind.operation,
    propertyName: property?.propertyName,
    data: { entityId, value: property?.value },
    metadata: { initiatorId, command: kind.command },
  };
}

/** All users are created, then all get a name, then a phone, then another one. */
function* userChanges(random: Random): Generator<Change, never> {
  const pools = createFakerPools();
  const users = uuids(random, USERS);
  const forAll = (kind: Kind, property: () => Property | undefined): Change[] =>
    random.shuffled(users).map((entityId) => ({ entityName: 'User', entityId, kind, property: property() }));
  yield* forAll(USER_CREATED, () => undefined);
  yield* forAll(USER_NAME_ADDED, () => userName(random, pools));
  yield* forAll(USER_PHONE_ADDED, () => userPhone(random, pools));
  for (;;) yield* forAll(USER_PHONE_CHANGED, () => userPhone(random, pools));
}

function userName(random: Random, { firstNames, lastNames }: FakerPools): Property {
  const value = { first: random.pick(firstNames), middle: '', last: random.pick(lastNames) };
  return { propertyName: 'Name', value };
}

function userPhone(random: Random, { phones }: FakerPools): Property {
  return { propertyName: 'Phone', value: { phone: random.pick(phones) } };
}

/** All fillers are created, then all are changed once, then all again, each time in another order. */
function* fillerChanges(random: Random): Generator<Change, never> {
  const fillers = uuids(random, FILLERS);
  for (const entityId of random.shuffled(fillers)) {
    yield { entityName: 'Filler', entityId, kind: FILLER_CREATED };
  }
  for (;;) {
    for (const entityId of random.shuffled(fillers)) {
      yield { entityName: 'Filler', entityId, kind: FILLER_CHANGED, property: fillerProperty(random) };
    }
  }
}

/**
 * Of the changes 90 % concern the date, 9 % the amount, 1 % the note: an index is worth something different
 * for each.
 */
function fillerProperty(random: Random): Property {
  const percentile = random.below(100);
  if (percentile === 0) return { propertyName: 'Note', value: { note: random.uuid() } };
  if (percentile < 10) return { propertyName: 'Amount', value: { amount: random.below(100_000) / 100 } };
  const dateMs = NEWEST_FILLER_DATE_MS - random.below(TEN_YEARS_S) * 1000;
  return { propertyName: 'Date', value: { date: new Date(dateMs).toISOString() } };
}

function uuids(random: Random, count: number): string[] {
  return Array.from({ length: count }, () => random.uuid());
}
