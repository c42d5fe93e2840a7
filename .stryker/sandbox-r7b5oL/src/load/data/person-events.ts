// @ts-nocheck
import { createFakerPools, type FakerPools } from './faker-pools.js';
import type { EventBody } from './operation.js';
import type { Random } from './random.js';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** The events that a person's operation is made of, with random content. */
export function createPersonEvents(random: Random) {
  const pools = createFakerPools();
  const initiators = Array.from({ length: 5 }, () => random.uuid());
  const event = (name: string, command: string, data: object): EventBody => ({
    name,
    data,
    metadata: { initiatorId: random.pick(initiators), command },
  });
  return {
    personAdded: (personId: string): EventBody[] => [
      event('PersonCreated', 'Create Person', { entity_id: personId }),
      event('PersonNameAdded', 'Add Person Name', { entity_id: personId, ...personName(random, pools) }),
      event('PersonSSNAdded', 'Add Person SSN', { entity_id: personId, ssn: ssn(random) }),
    ],
    personDeleted: (personId: string) => event('PersonDeleted', 'Delete Person', { entity_id: personId }),
    filler: () => event(`FillerEvent${random.below(9)}`, 'Add Filler', fillerData(random)),
  };
}

function personName(random: Random, pools: FakerPools) {
  const lastName = random.pick(pools.lastNames);
  const firstName = random.pick(pools.firstNames);
  return { lastName, firstName, mi: random.pick(LETTERS) };
}

function ssn(random: Random): string {
  const digits = String(random.below(1e9)).padStart(9, '0');
  return `${digits.slice(0, 3)}-${digits.slice(3, 5)}-${digits.slice(5)}`;
}

function fillerData(random: Random) {
  return {
    entity_id: random.uuid(),
    category: `Category${random.below(4)}`,
    a: 1 + random.below(1999),
    b: 100 + random.below(100),
  };
}
