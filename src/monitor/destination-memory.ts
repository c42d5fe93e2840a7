import { History } from './history.js';
import { Distribution } from './metrics/distribution.js';
import { Pace } from './pace.js';
import { type StallRule, StallWatch } from './stall.js';
import { sqlstateClass, type ToldError } from './told-error.js';

/** Upper bounds in seconds: a commit takes a millisecond or less near by, a round trip far away. */
const COMMIT_BOUNDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
const END_TO_END_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];

/** What the records of the log and the writes told of one destination so far. */
export class DestinationMemory {
  state: string;
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
  readonly commit = new Distribution(COMMIT_BOUNDS);
  readonly endToEnd = new Distribution(END_TO_END_BOUNDS);
  readonly pace = new Pace();
  readonly history = new History();
  readonly stall: StallWatch;

  constructor(rule: StallRule, state: string, since: Date) {
    this.stall = new StallWatch(rule);
    this.state = state;
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
