import type { Logger } from '../lifecycle/log.js';
import type { Connection } from '../pg/connect.js';
import { readSourceTriggers, type SourceTriggers, triggerProblems } from '../schema/source-triggers.js';

/**
 * Warns of a source that does not notify, or whose events can be changed: once, and again when that has
 * changed.
 */
export class SourceNotices {
  readonly #log: Logger;
  readonly #standbyPollMs: number;
  #told: string | undefined;
  #wasStandby: boolean = false;

  /** @param standbyPollMs how often a source is looked at that is a hot standby. */
  constructor(log: Logger, standbyPollMs: number) {
    this.#log = log;
    this.#standbyPollMs = standbyPollMs;
  }

  /** Looks at the source. @returns whether it is a hot standby. */
  async look(connection: Connection): Promise<boolean> {
    const triggers = await readSourceTriggers(connection);
    const notice = triggers.inRecovery ? this.#standby() : describeTriggers(triggers);
    if (this.#wasStandby && !triggers.inRecovery)
      this.#log.info({}, 'The source is no hot standby any more.');
    if (notice !== undefined && notice !== this.#told) this.#log.warn({}, notice);
    this.#told = notice;
    this.#wasStandby = triggers.inRecovery;
    return triggers.inRecovery;
  }

  #standby(): string {
    return `The source is a hot standby, which cannot notify: it is looked at every ${this.#standbyPollMs} ms until it is promoted.`;
  }
}

function describeTriggers(triggers: SourceTriggers): string | undefined {
  const problems = triggerProblems(triggers);
  const mends = problems.flatMap(({ mend }) => mend);
  const texts = problems.map(({ text }) => text);
  if (texts.length === 0) return undefined;
  return [...texts, ...(mends.length === 0 ? [] : [`Run in the source: ${mends.join(' ')}`])].join(' ');
}
