import type { SessionParams } from '../batch/write-task.js';
import type { Logger } from '../lifecycle/log.js';
import { orAborted } from '../lifecycle/or-aborted.js';
import { type RetryOptions, retrying } from '../lifecycle/retry.js';
import { listen } from './listener.js';
import type { WakeUps } from './wake-ups.js';

export interface KeepListeningOptions {
  readonly session: SessionParams;
  readonly wakeUps: WakeUps;
  readonly log: Logger;
  readonly stop: AbortSignal;
  /** Aborted: the session is dropped, whatever it is doing. */
  readonly end: AbortSignal;
  /** May it listen again after this error? */
  readonly mayRetry: (error: unknown) => boolean;
}

/**
 * Listens until stopped. After every LISTEN it wakes: what was committed while nobody listened is looked for then.
 * @throws what ended the session, where it may not be retried, or the reason of the stop.
 */
export function keepListening(options: KeepListeningOptions): Promise<never> {
  const { session, wakeUps, log, stop, end: signal } = options;
  const retry: RetryOptions = { ...options, doing: 'listen to the source' };
  return retrying(retry, async (backOff) => {
    await using listening = await listen(session.params, { ...session, signal }, { wakeUps, log });
    backOff.reset();
    wakeUps.signal('connect');
    return await orAborted(new Promise<never>(() => {}), AbortSignal.any([listening.lost, stop]));
  });
}
