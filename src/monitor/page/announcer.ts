import { type Condition, conditionOf } from './condition.js';
import type { DestinationStatus } from './status.js';

const TOLD: ReadonlySet<Condition> = new Set(['stopped', 'failing']);

/** What a screen reader is told: who began to fail, and who recovered. Everything else would never end. */
export class Announcer {
  #troubled: ReadonlySet<string> | undefined;

  /** The sentence for what changed since the call before; undefined if there is nothing to tell. */
  next(destinations: readonly DestinationStatus[]): string | undefined {
    const before = this.#troubled;
    const now = new Set(destinations.filter((one) => TOLD.has(conditionOf(one))).map(({ name }) => name));
    this.#troubled = now;
    if (before === undefined) return undefined;
    const failed = [...now].filter((name) => !before.has(name));
    const recovered = [...before].filter((name) => !now.has(name));
    return (
      [sentence(failed, 'in trouble'), sentence(recovered, 'out of trouble')].filter(Boolean).join(' ') ||
      undefined
    );
  }
}

function sentence(names: readonly string[], what: string): string {
  if (names.length === 0) return '';
  if (names.length > 3) return `${names.length} destinations are ${what}.`;
  return `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} ${what}.`;
}
