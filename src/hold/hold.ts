import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Deadline } from '../common/deadline.js';
import { OperatorError } from '../common/operator-error.js';
import { orAborted } from '../common/or-aborted.js';
import { connect } from '../pg/connect.js';
import type { Connection } from '../pg/connection.js';
import { applicationName, type ConnectionParams } from '../pg/connection-params.js';
import { userIfKnown } from '../pg/credentials.js';
import { explainDatabaseError } from '../pg/explain-error.js';
import { HEARTBEAT_INTERVAL_MS } from '../pg/heartbeat.js';
import { PID_SQL } from '../pg/session-settings.js';
import { HOLD_APPLICATION, takeHold } from '../schema/hold-lock.js';
import { becomeWriter, endWritersOfAnyRole } from '../schema/writer-lock.js';

/** How long the writer may take to let go. A server needs half a minute to notice that a host is gone. */
const LET_GO_MS = 60_000;

/** When to say that the writer is waited for. */
const PATIENT_MS = 3_000;

const LOOK_AGAIN_MS = 50;

/** How long the server may take to confirm the hold at the end. */
const CONFIRM_MS = 5_000;

export interface HoldOptions {
  readonly connectTimeoutMs: number;
  /** Aborted to give up while the hold is being taken. */
  readonly signal: AbortSignal;
  /** Called once when the writer takes long to let go. */
  readonly onWaiting: (writer: string) => void;
}

/** A destination that no replicator writes to, as long as this session lasts. Disposing ends the hold. */
export class Hold implements AsyncDisposable {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Takes the hold and waits until the writer has let go.
   * @throws OperatorError if somebody else has the hold, or the writer does not let go; the reason of the
   *   signal.
   */
  static async take(params: ConnectionParams, options: HoldOptions): Promise<Hold> {
    const { connectTimeoutMs, signal } = options;
    const connection = await connect(params, {
      applicationName: applicationName(`${HOLD_APPLICATION}/${whoHolds()}:`, params),
      connectTimeoutMs,
      heartbeatIntervalMs: HEARTBEAT_INTERVAL_MS,
      signal,
    });
    try {
      await orAborted(takeLocks(connection, options), signal);
      return new Hold(connection);
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      signal.throwIfAborted();
      throw explainDatabaseError(error, { doing: 'hold', params });
    }
  }

  /** Aborted when the hold is lost. */
  get lost(): AbortSignal {
    return this.#connection.lost;
  }

  /** Asks the server whether the hold still lasts. A dead connection may look alive until then. */
  async isLasting(): Promise<boolean> {
    using deadline = new Deadline(CONFIRM_MS, { or: this.lost });
    const [row] = await orAborted(this.#connection.query<{ pid: number }>(PID_SQL), deadline.signal).catch(
      () => [],
    );
    return row?.pid === this.#connection.backendPid;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A pooler in session mode may keep the session for the next client.
    if (!this.lost.aborted) await this.#connection.query('SELECT pg_advisory_unlock_all()').catch(() => {});
    await this.#connection[Symbol.asyncDispose]();
  }
}

/** Names the person in `application_name`, for whoever finds the destination held. */
function whoHolds(): string {
  const host = hostname().replace(/\..*/, '');
  return `${userIfKnown({}) ?? 'unknown'}@${host}`;
}

async function takeLocks(connection: Connection, { signal, onWaiting }: HoldOptions): Promise<void> {
  const heldBy = await takeHold(connection);
  if (heldBy !== undefined) throw alreadyHeld(connection.where, heldBy);
  const startedAtMs = performance.now();
  let isTold = false;
  for (;;) {
    const { holder } = await becomeWriter(connection);
    if (holder === undefined) break;
    const waitedMs = performance.now() - startedAtMs;
    if (waitedMs > LET_GO_MS) throw doesNotLetGo(connection.where, holder);
    if (waitedMs > PATIENT_MS && !isTold) onWaiting(holder);
    isTold ||= waitedMs > PATIENT_MS;
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
  await endWritersOfAnyRole(connection);
}

function alreadyHeld(where: string, heldBy: string): OperatorError {
  return new OperatorError(`Destination ${where} is held already: ${heldBy}.`, {
    hint: 'Wait until that slate-hold has ended.',
  });
}

function doesNotLetGo(where: string, writer: string): OperatorError {
  return new OperatorError(`The writer of ${where} has not let go within ${LET_GO_MS / 1000} s: ${writer}.`, {
    hint: 'Stop a replicator that is too old to know holds. A repair by slate-eventsDiff must end first.',
  });
}
