import { createFakerPools } from './faker-pools.js';
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

/** Endless: every `fillerEventsBetween` fillers a user event, until all of these are out; then only fillers. */
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

/** What happened to an entity. */
interface Change {
  readonly name: string;
  readonly command: string;
  readonly entityName: 'User' | 'Filler';
  readonly entityId: string;
  readonly operation: 'Created' | 'Added' | 'Changed';
  readonly propertyName?: string;
  readonly value?: object;
}

/** The top-level keys and `metadata.command` are what the indexes of the events table cover. */
function toEvent(change: Change, initiatorId: string): EventBody {
  const { name, command, entityName, entityId, operation, propertyName, value } = change;
  return {
    name,
    entityName,
    entityId,
    operation,
    propertyName,
    data: { entityId, value },
    metadata: { initiatorId, command },
  };
}

/** All users are created, then all get a name, then a phone, then another one. */
function* userChanges(random: Random): Generator<Change, never> {
  const { firstNames, lastNames, phones } = createFakerPools();
  const phone = () => ({ propertyName: 'Phone', value: { phone: random.pick(phones) } });
  const fullName = () => ({ first: random.pick(firstNames), middle: '', last: random.pick(lastNames) });
  const users = uuids(random, USERS).map((entityId) => ({ entityName: 'User', entityId }) as const);
  const inRandomOrder = () => random.shuffled(users);
  for (const user of inRandomOrder()) {
    yield { ...user, name: 'User Created', command: 'Create User', operation: 'Created' };
  }
  for (const user of inRandomOrder()) {
    const property = { propertyName: 'Name', value: fullName() };
    yield { ...user, name: 'User Name Added', command: 'Add User Name', operation: 'Added', ...property };
  }
  for (const user of inRandomOrder()) {
    yield { ...user, name: 'User Phone Added', command: 'Add User Phone', operation: 'Added', ...phone() };
  }
  for (;;) {
    for (const user of inRandomOrder()) {
      yield {
        ...user,
        name: 'User Phone Changed',
        command: 'Change User Phone',
        operation: 'Changed',
        ...phone(),
      };
    }
  }
}

/** All fillers are created, then all are changed once, then all again, each time in another order. */
function* fillerChanges(random: Random): Generator<Change, never> {
  const fillers = uuids(random, FILLERS).map((entityId) => ({ entityName: 'Filler', entityId }) as const);
  for (const filler of random.shuffled(fillers)) {
    yield { ...filler, name: 'Filler Created', command: 'Create Filler', operation: 'Created' };
  }
  for (;;) {
    for (const filler of random.shuffled(fillers)) {
      const property = fillerProperty(random);
      yield {
        ...filler,
        name: 'Filler Changed',
        command: 'Change Filler',
        operation: 'Changed',
        ...property,
      };
    }
  }
}

/** Of the changes 90 % concern the date, 9 % the amount, 1 % the note: an index is worth something different for each. */
function fillerProperty(random: Random): { propertyName: string; value: object } {
  const percentile = random.below(100);
  if (percentile === 0) return { propertyName: 'Note', value: { note: random.uuid() } };
  if (percentile < 10) return { propertyName: 'Amount', value: { amount: random.below(100_000) / 100 } };
  const dateMs = NEWEST_FILLER_DATE_MS - random.below(TEN_YEARS_S) * 1000;
  return { propertyName: 'Date', value: { date: new Date(dateMs).toISOString() } };
}

function uuids(random: Random, count: number): string[] {
  return Array.from({ length: count }, () => random.uuid());
}
