/**
 * Remembers what the records of the log, the writes and the source tell of a run, and says at any time where
 * every destination stands. It holds nothing that the run depends on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { epochMsOf } from '../events/timestamps.js';
import type { HeardFields } from '../log/heard.js';
import type { RecordName } from '../log/records.js';
import { DestinationMemory } from './destination-memory.js';
import { hearOfDestination } from './hear-record.js';
import type { HistoryJson } from './history.js';
import { WriteHistograms } from './metrics/write-histograms.js';
import type { Snapshot } from './snapshot.js';
import { SourceWatch } from './source-watch.js';
import { isMovingState, type StallRule } from './stall.js';
import { lagEventsOf, lookAtDestination, lookAtSource } from './take-snapshot.js';
import { sqlstateClass, type ToldError, tellError } from './told-error.js';
import type { DestinationView, RunView } from './views.js';

/** How often everything is measured. */
const TICK_MS = 1_000;
/** How long a tick waits for the answer of the source. A later answer counts at the next tick. */
const ANSWER_MS = 300;
/** An answer of the source that is older than this does not tell whether the source moves. */
const FRESH_MS = 5_000;

/** What a write tells. */
interface Written {
  readonly times: { readonly copyMs: number; readonly waitMs: number; readonly commitMs: number };
}

export class Monitor implements Disposable {
  readonly startedAt = new Date();
  readonly writeHistograms = new WriteHistograms();
  readonly #rule: StallRule;
  readonly #memories = new Map<string, DestinationMemory>();
  readonly #listeners = new Set<() => void>();
  readonly #ended = new AbortController();
  readonly #sourceErrors = new Map<string, number>();
  #sourceError: ToldError | undefined;
  #watched: { readonly run: RunView; readonly watch: SourceWatch } | undefined;

  constructor(rule: StallRule) {
    this.#rule = rule;
  }

  /** Hears a record of the log. */
  readonly hear = (name: RecordName, fields: HeardFields): void => {
    const at = new Date();
    if (typeof fields.destination === 'string')
      hearOfDestination(this.memoryOf(fields.destination), name, fields, at);
    else if (fields.err !== undefined && fields.source !== undefined)
      this.#sourceFailed(tellError(fields.err, at));
    else return;
    if (name !== 'batch written') this.#tellListeners();
  };

  /** Hears of a committed write, whose last event has this `ts` (microseconds since 2000). */
  readonly onWritten = (destination: string, { times }: Written, { ts }: { readonly ts: bigint }): void => {
    const memory = this.memoryOf(destination);
    memory.isPiping = false;
    memory.timer.commit.observe((times.copyMs + times.waitMs + times.commitMs) / 1000);
    this.#tellListeners();
    // While a destination catches up, the time since an event was made says nothing about this process.
    const sourceTimeMs = memory.state === 'live' ? this.#watched?.watch.sourceTimeMs() : undefined;
    const madeAtMs = epochMsOf(ts);
    if (sourceTimeMs === undefined || madeAtMs === undefined) return;
    memory.timer.endToEnd.observe(Math.max(0, sourceTimeMs - madeAtMs) / 1000);
  };

  /** Tells which run is watched: from now on it can be looked at. */
  attach(run: RunView): void {
    this.#watched = { run, watch: new SourceWatch(run.source) };
  }

  /** Begins to measure. Ends when disposed of. */
  start(): void {
    const { run, watch } = this.#known;
    void this.#keepMeasuring(run, watch);
  }

  [Symbol.dispose](): void {
    this.#ended.abort();
    this.#listeners.clear();
  }

  /** Calls `listener` at each change and after each measurement, until disposed of. */
  onChange(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Where everything stands now. Asks nobody. */
  look(): Snapshot {
    const { run, watch } = this.#known;
    const moment = { at: new Date(), nowMs: performance.now() };
    return {
      startedAt: this.startedAt,
      at: moment.at,
      source: lookAtSource(run.source, watch, this.#sourceError, moment),
      destinations: run.destinations.map((view) =>
        lookAtDestination(view, this.memoryOf(view.name), watch, moment),
      ),
    };
  }

  /** The past of a destination; undefined if there is no such destination. */
  history(name: string): HistoryJson | undefined {
    return this.#memories.get(name)?.history.json();
  }

  memoryOf(name: string): DestinationMemory {
    const known = this.#memories.get(name);
    if (known !== undefined) return known;
    const timer = this.writeHistograms.timerOf(name);
    const memory = new DestinationMemory({ rule: this.#rule, timer, since: new Date() });
    this.#memories.set(name, memory);
    return memory;
  }

  get sourceErrors(): ReadonlyMap<string, number> {
    return this.#sourceErrors;
  }

  /** The run that is watched. */
  get run(): RunView {
    return this.#known.run;
  }

  get #known(): { readonly run: RunView; readonly watch: SourceWatch } {
    if (this.#watched === undefined) throw new Error('There is no run to look at.');
    return this.#watched;
  }

  async #keepMeasuring(run: RunView, watch: SourceWatch): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      const measured = watch.measure(run.destinations);
      await Promise.race([measured, sleep(ANSWER_MS, undefined, { signal, ref: false }).catch(() => {})]);
      if (signal.aborted) return;
      this.#sample(run, watch);
      this.#tellListeners();
      await sleep(TICK_MS - ((performance.timeOrigin + performance.now()) % TICK_MS), undefined, {
        signal,
        ref: false,
      }).catch(() => {});
    }
  }

  #sample({ source, destinations }: RunView, watch: SourceWatch): void {
    const atMs = performance.now();
    const isSourceFresh = watch.last !== undefined && atMs - watch.last.atMs < FRESH_MS;
    const mayMove = isSourceFresh && !source.isWaitingForWriters;
    for (const view of destinations)
      this.#sampleOne(view, { lagEvents: lagEventsOf(view, watch), atMs, mayMove });
    this.#forgetOthers(destinations, watch);
    if (watch.failure !== undefined) this.#sourceError = tellError(watch.failure, new Date());
  }

  #sampleOne(
    { name, state, isWriter, copied }: DestinationView,
    { lagEvents, atMs, mayMove }: { lagEvents: number | undefined; atMs: number; mayMove: boolean },
  ): void {
    const memory = this.memoryOf(name);
    const { events, bytes } = copied;
    if (isWriter) memory.knownAtMs = atMs;
    memory.pace.add({ atMs, events, bytes, lagEvents });
    memory.history.put(Math.floor((performance.timeOrigin + atMs) / 1000), {
      lagEvents,
      eventsPerSecond: memory.pace.eventsPerSecond,
    });
    const shouldMove = mayMove && isMovingState(state) && !memory.isPiping;
    memory.stall.note({ atMs, shouldMove, events, lagEvents });
  }

  /** A destination may have been removed. */
  #forgetOthers(destinations: readonly DestinationView[], watch: SourceWatch): void {
    const names = new Set(destinations.map(({ name }) => name));
    for (const name of this.#memories.keys()) if (!names.has(name)) this.#forget(name);
    watch.keep(names);
  }

  #forget(name: string): void {
    this.#memories.delete(name);
    this.writeHistograms.forget(name);
  }

  #sourceFailed(error: ToldError): void {
    this.#sourceError = error;
    const name = sqlstateClass(error);
    this.#sourceErrors.set(name, (this.#sourceErrors.get(name) ?? 0) + 1);
  }

  #tellListeners(): void {
    for (const listener of this.#listeners) listener();
  }
}
