// @ts-nocheck
import { faker } from '@faker-js/faker/locale/en';

/**
 * Pools of values that faker makes once. To pick from a pool takes a fraction of the time of calling faker.
 * The pools are the same in every run, so that the seed of a loader alone decides what it picks.
 */
const POOLS_SEED = 1;

export interface FakerPools {
  readonly firstNames: readonly string[];
  readonly lastNames: readonly string[];
  readonly phones: readonly string[];
}

export function createFakerPools(): FakerPools {
  faker.seed(POOLS_SEED);
  return {
    firstNames: faker.helpers.multiple(() => faker.person.firstName(), { count: 500 }),
    lastNames: faker.helpers.multiple(() => faker.person.lastName(), { count: 500 }),
    phones: faker.helpers.multiple(() => faker.phone.number(), { count: 500 }),
  };
}
