import type { SourceLog } from '../log/log.js';
import type { Connection } from '../pg/connection.js';
import { readSourceTriggers, type SourceTriggers, triggerProblems } from '../schema/source-triggers.js';

/**
 * Logs a warning if the source does not notify, or if its events can be changed. Logs it once, and again when
 * the reason has changed.
 */
export class SourceNotices {
  readonly #log: SourceLog;
  readonly #standbyPollMs: number;
  #told: string | undefined;
  #wasStandby: boolean = false;

  /** @param standbyPollMs how often a hot standby is polled. */
  constructor(log: SourceLog, standbyPollMs: number) {
    this.#log = log;
    this.#standbyPollMs = standbyPollMs;
  }

  /** Examines the source. @returns whether it is a hot standby. */
  async look(connection: Connection): Promise<boolean> {
    return this.tell(await readSourceTriggers(connection));
  }

  /** As `look`, with the result of a query. */
  tell(triggers: SourceTriggers): boolean {
    const { inRecovery } = triggers;
    const problem = inRecovery ? undefined : describeTriggers(triggers);
    if (this.#wasStandby !== inRecovery) this.#tellOfStandby(inRecovery);
    if (problem !== undefined && problem !== this.#told)
      this.#log.write('source does not notify, or its events can be changed', {
        problem,
        mend: triggerProblems(triggers).flatMap(({ mend }) => mend),
      });
    this.#told = problem;
    this.#wasStandby = inRecovery;
    return inRecovery;
  }

  #tellOfStandby(isStandby: boolean): void {
    if (!isStandby) this.#log.write('source is no hot standby any more', {});
    else
      this.#log.write('source is a hot standby: it cannot notify and is polled', {
        pollMs: this.#standbyPollMs,
      });
  }
}

function describeTriggers(triggers: SourceTriggers): string | undefined {
  const problems = triggerProblems(triggers);
  const mends = problems.flatMap(({ mend }) => mend);
  const texts = problems.map(({ text }) => text);
  if (texts.length === 0) return undefined;
  return [...texts, ...(mends.length === 0 ? [] : [`Run in the source: ${mends.join(' ')}`])].join(' ');
}
