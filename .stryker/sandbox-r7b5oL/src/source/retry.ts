// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import { BackOff } from '../common/back-off.js';
import type { SourceLog } from '../log/log.js';

export interface RetryOptions {
  /** What is being done, for the log. */
  readonly doing: 'look at the source' | 'listen to the source';
  readonly log: SourceLog;
  readonly stop: AbortSignal;
  /** Whether to try again after this error. */
  readonly mayRetry: (error: unknown) => boolean;
}

/**
 * Runs `work` until it succeeds, with growing pauses between attempts.
 * @throws the first error that `mayRetry` does not accept, or the last error before a stop.
 */
export async function retrying<T>(options: RetryOptions, work: (backOff: BackOff) => Promise<T>): Promise<T> {
  const backOff = new BackOff();
  for (;;) {
    try {
      return await work(backOff);
    } catch (error) {
      if (options.stop.aborted || !options.mayRetry(error)) throw error;
      const pauseMs = Math.round(backOff.nextMs());
      options.log.write(`cannot ${options.doing}: trying again`, { err: error, pauseMs });
      await sleep(pauseMs, undefined, { signal: options.stop });
    }
  }
}
