import { History } from './history.js';
import type { WriteTimer } from './metrics/write-histograms.js';
import { Pace } from './pace.js';
import { type StallRule, StallWatch } from './stall.js';
import { sqlstateClass, type ToldError } from './told-error.js';

/** What the records of the log and the writes told of one destination so far. */
export class DestinationMemory {
  state = 'connecting';
  /** When it entered the state. */
  since: Date;
  /** Another process that writes to it. */
  otherWriter: { readonly who: string; readonly since: Date } | undefined;
  /** When this process became the writer. */
  writerSince: Date | undefined;
  lastError: ToldError | undefined;
  /** Whether a transaction is piped that is counted only when it is committed. */
  isPiping: boolean = false;
  /** Sessions that this run began to open. */
  sessions = 1;
  indexesToBuild = 0;
  /** When this process was the writer last, by `performance.now()`: since then others may have written. */
  knownAtMs = performance.now();
  readonly errorsByClass = new Map<string, number>();
  readonly timer: WriteTimer;
  readonly pace = new Pace();
  readonly history = new History();
  readonly stall: StallWatch;

  constructor({ rule, timer, since }: { rule: StallRule; timer: WriteTimer; since: Date }) {
    this.stall = new StallWatch(rule);
    this.timer = timer;
    this.since = since;
  }

  enter(state: string, at: Date): void {
    this.state = state;
    this.since = at;
    this.isPiping = false;
    if (state === 'connecting') this.sessions += 1;
    if (state === 'validating') this.writerSince = at;
    // The record about the other writer comes before this one.
    if (state !== 'standby') this.otherWriter = undefined;
    if (state !== 'building indexes') this.indexesToBuild = 0;
  }

  failed(error: ToldError): void {
    this.lastError = error;
    const name = sqlstateClass(error);
    this.errorsByClass.set(name, (this.errorsByClass.get(name) ?? 0) + 1);
  }
}
