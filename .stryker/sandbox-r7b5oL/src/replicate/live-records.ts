// @ts-nocheck
import { orAborted } from '../common/or-aborted.js';
import type { Destination } from '../destination/destination.js';
import type { Log } from '../log/log.js';
import type { EventSource } from '../source/event-source.js';

/** How often each destination gets a record at level info, also if nothing happens. */
export const HEARTBEAT_RECORD_MS = 600_000;

/** How long records wait for the source to return its highest id. */
const ANSWER_MS = 2_000;

export interface LiveRecordsOptions {
  readonly log: Log;
  readonly source: EventSource;
  readonly destinations: readonly Destination[];
  /** How often summaries are written. */
  readonly logIntervalMs: number;
}

/** Logs, by the clock, what was copied and how far each destination is behind. Disposing ends it. */
export function startLiveRecords(options: LiveRecordsOptions): Disposable {
  const { log, source, destinations, logIntervalMs } = options;
  const ask = askMaxId(source);
  const summarize = async () => {
    const isHeard = log.isOn('heartbeat');
    if (!isHeard && !destinations.some(({ hasNews }) => hasNews)) return;
    const maxId = await ask();
    for (const destination of destinations) destination.summarize(maxId);
    if (isHeard) for (const destination of destinations) destination.beat(maxId, 'debug');
  };
  const beat = async () => {
    const maxId = await ask();
    for (const destination of destinations) destination.beat(maxId, 'info');
  };
  const beating = setInterval(() => void beat(), HEARTBEAT_RECORD_MS);
  const summarizing = repeat(summarize, logIntervalMs);
  return {
    [Symbol.dispose]() {
      clearInterval(beating);
      summarizing[Symbol.dispose]();
    },
  };
}

/** Repeats the work, with a pause after each time, until disposed of. */
function repeat(work: () => Promise<void>, pauseMs: number): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const schedule = () => {
    timer = setTimeout(async () => {
      await work();
      if (timer !== undefined) schedule();
    }, pauseMs);
  };
  schedule();
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}

/**
 * Returns a function that asks for the highest id of the source. Calls at the same time share one query. The
 * answer is undefined if the source is empty or does not answer.
 */
function askMaxId(source: EventSource): () => Promise<bigint | undefined> {
  let asking: Promise<bigint | undefined> | undefined;
  return () => {
    asking ??= source
      .lastId()
      .catch(() => undefined)
      .finally(() => {
        asking = undefined;
      });
    return orAborted(asking, AbortSignal.timeout(ANSWER_MS)).catch(() => undefined);
  };
}
