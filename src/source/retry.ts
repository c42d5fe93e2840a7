import { setTimeout as sleep } from 'node:timers/promises';
import { BackOff } from '../common/back-off.js';
import type { SourceLog } from '../log/log.js';

export interface RetryOptions {
  /** What is being done, for the log. */
  readonly doing: 'look at the source' | 'listen to the source';
  readonly log: SourceLog;
  readonly stop: AbortSignal;
  /** May it be tried again after this error? */
  readonly mayRetry: (error: unknown) => boolean;
}

/**
 * Does `work` again with growing pauses while its errors may pass.
 * @throws the first that may not, or the last before a stop.
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
