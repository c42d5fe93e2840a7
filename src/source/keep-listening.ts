import { setTimeout as sleep } from 'node:timers/promises';
import { orAborted } from '../common/or-aborted.js';
import type { SourceLog } from '../log/log.js';
import { connect } from '../pg/connect.js';
import type { Connection } from '../pg/connection.js';
import type { SessionParams } from '../pg/session-params.js';
import { listen } from './listen.js';
import { type RetryOptions, retrying } from './retry.js';
import type { SourceNotices } from './source-notices.js';
import type { WakeUps } from './wake-ups.js';

export interface KeepListeningOptions {
  readonly session: SessionParams;
  readonly wakeUps: WakeUps;
  readonly notices: SourceNotices;
  /** How often a source is looked at that is a hot standby. */
  readonly standbyPollIntervalMs: number;
  readonly log: SourceLog;
  readonly stop: AbortSignal;
  /** Aborted: the session is dropped, whatever it is doing. */
  readonly end: AbortSignal;
  /** May it listen again after this error? */
  readonly mayRetry: (error: unknown) => boolean;
}

/**
 * Listens until stopped. After every LISTEN it wakes: what was committed while nobody listened is looked for
 * then. A hot standby cannot notify: as long as the source is one, it wakes by the clock.
 * @throws what ended the session, where it may not be retried, or the reason of the stop.
 */
export function keepListening(options: KeepListeningOptions): Promise<never> {
  const { session, wakeUps, log, stop, end: signal } = options;
  const retry: RetryOptions = { ...options, doing: 'listen to the source' };
  return retrying(retry, async (backOff) => {
    await using connection = await connect(session.params, { ...session, pipeline: true, signal, log });
    const ended = AbortSignal.any([connection.lost, stop]);
    await untilPromoted(connection, ended, options);
    await listen(connection, wakeUps);
    backOff.reset();
    wakeUps.signal('connect');
    return await orAborted(new Promise<never>(() => {}), ended);
  });
}

/** Returns when the source can notify: at once, unless it is a hot standby. @throws the reason of `ended`. */
async function untilPromoted(
  connection: Connection,
  ended: AbortSignal,
  { notices, wakeUps, standbyPollIntervalMs }: KeepListeningOptions,
): Promise<void> {
  while (await notices.look(connection)) {
    wakeUps.signal('timer');
    await orAborted(sleep(standbyPollIntervalMs, undefined, { ref: false }), ended);
  }
}
