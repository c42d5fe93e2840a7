import { setMaxListeners } from 'node:events';
import { Deadline } from '../common/deadline.js';
import { OperatorError } from '../common/operator-error.js';
import type { ReplicatorConfig } from '../config/replicator-config.js';
import { applicationName, type ConnectionParams, describeDatabase } from '../pg/connection-params.js';
import { errorCode } from '../pg/error-code.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { TOO_MANY_CONNECTIONS } from '../pg/sqlstate.js';
import { askDestination } from './ask-destination.js';
import type { LookSession } from './open-session.js';
import { perServer } from './per-server.js';
import { SourceView } from './source-view.js';
import type { DestinationStatus, SourceStatus } from './status-report.js';

/** Sessions to the destinations of one server at the same time. More are not faster, and slots are scarce. */
const SESSIONS_PER_SERVER = 8;

/**
 * Ids are read along the primary key, even where the server has no statistics, and a look takes the server no
 * more than one process per database.
 */
const SETTINGS = {
  default_transaction_read_only: 'on',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  max_parallel_workers_per_gather: '0',
};

export interface LookOptions {
  /** How long all of it may take. */
  readonly timeoutMs: number;
  /** Whether to count the events, and to look for gaps. */
  readonly counts: boolean;
  /** Whether to ask destinations that the configuration pauses. Their servers may be down on purpose. */
  readonly asksPaused: boolean;
  readonly stop: AbortSignal;
  /** Called when a destination has answered, or will not. */
  readonly onAnswered?: (() => void) | undefined;
}

/** Answers of all databases. */
export interface Look {
  readonly source: SourceStatus;
  readonly destinations: readonly DestinationStatus[];
}

/**
 * Asks the source and all destinations at the same time. Those that do not answer in time are part of the
 * result, and hold up no others.
 * @throws only the reason of the stop.
 */
export async function lookAtAll(
  { eventSource, replicationDestinations, connectTimeoutMs }: ReplicatorConfig,
  { timeoutMs, counts, asksPaused, stop, onAnswered = () => {} }: LookOptions,
): Promise<Look> {
  using deadline = new Deadline(timeoutMs, { or: stop });
  const { signal } = deadline;
  // Every session listens.
  setMaxListeners(0, signal);
  const session = (params: ConnectionParams): LookSession => ({
    applicationName: applicationName('slate-status:', params),
    connectTimeoutMs: Math.min(connectTimeoutMs, timeoutMs),
    settings: SETTINGS,
    pipeline: true,
    signal,
  });
  const explain = (error: unknown, params: ConnectionParams) =>
    signal.aborted && !isKnown(error)
      ? noAnswer(params, timeoutMs)
      : explainDatabaseError(error, { doing: 'look at', params });
  await using source = new SourceView(eventSource, session(eventSource), { counts });
  const ask = async (params: ConnectionParams) =>
    params.paused && !asksPaused
      ? leftOut(params)
      : askDestination(params, { source, session: session(params), counts, explain });
  const destinations = await perServer(replicationDestinations, SESSIONS_PER_SERVER, (params) =>
    ask(params).finally(onAnswered),
  );
  const ofSource = await source.status((error) => explain(error, eventSource));
  stop.throwIfAborted();
  return { source: ofSource, destinations };
}

function leftOut(params: ConnectionParams): DestinationStatus {
  return { params, isLeftOut: true, indexesToBuild: [], problems: [] };
}

/** Whether the error says more than that the time was over. */
function isKnown(error: unknown): boolean {
  return error instanceof OperatorError && errorCode(error) === TOO_MANY_CONNECTIONS;
}

function noAnswer(params: ConnectionParams, timeoutMs: number): OperatorError {
  const message = `Cannot look at ${describeDatabase(params)}: it did not answer within ${timeoutMs / 1000} s.`;
  return new OperatorError(message, {
    hint: 'Raise --timeout if it needs longer. With --quick no events are counted, which takes longest.',
  });
}
