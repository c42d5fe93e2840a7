// @ts-nocheck
import type { Random } from './random.js';

/**
 * Deletions choose from at most this many living persons, so that memory does not grow with the number of
 * persons.
 */
const MAX_LIVING = 100_000;

export interface Person {
  /** `num` of the operation that created the person. */
  readonly num: number;
  readonly personId: string;
}

/** The persons from which a deletion may choose; a random part if there are very many. */
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
