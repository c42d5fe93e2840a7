// @ts-nocheck
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
  /** How often a hot standby is polled. */
  readonly standbyPollIntervalMs: number;
  readonly log: SourceLog;
  readonly stop: AbortSignal;
  /** Aborted when the run ends: drops the session, whatever it is doing. */
  readonly end: AbortSignal;
  /** Whether to listen again after this error. */
  readonly mayRetry: (error: unknown) => boolean;
}

/**
 * Listens until stopped. Every LISTEN is followed by a wake-up, which finds what was committed while nobody
 * listened. A hot standby cannot notify, so as long as the source is one, the clock causes wake-ups.
 * @throws the error that ended the session, if `mayRetry` does not accept it; or the reason of the stop.
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

/**
 * Polls until the source can notify: returns at once unless it is a hot standby. @throws the reason of
 * `ended`.
 */
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
