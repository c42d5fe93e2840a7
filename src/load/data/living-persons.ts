import type { Random } from './random.js';

/**
 * The deletions choose from so many living persons at most: what they need must not grow with the number of
 * persons.
 */
const MAX_LIVING = 100_000;

export interface Person {
  /** `num` of the operation that created the person. */
  readonly num: number;
  readonly personId: string;
}

/** The persons that a deletion may choose from; of very many, a random part. */
export class LivingPersons {
  readonly #persons: Person[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  add(person: Person): void {
    if (this.#persons.length >= MAX_LIVING) this.take();
    this.#persons.push(person);
  }

  /** Removes a random one and returns it. */
  take(): Person | undefined {
    const index = this.#random.below(this.#persons.length);
    const chosen = this.#persons[index];
    const last = this.#persons.pop();
    if (last !== undefined && last !== chosen) this.#persons[index] = last;
    return chosen;
  }
}
