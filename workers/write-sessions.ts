import { connect } from '../src/pg/connect.js';
import type { Connection } from '../src/pg/connection.js';
import { safeMessage } from '../src/pg/error-code.js';
import type { SessionLog } from '../src/pg/heartbeat.js';
import type { SessionParams } from '../src/pg/session-params.js';
import { CommitGate } from '../src/threads/commit-gate.js';
import type { ConnectAhead, WriteTask, WriteTrouble } from '../src/threads/messages.js';

/** Session of one lane of one destination. It stays open between tasks. */
export interface WriteSession {
  readonly connection: Connection;
  readonly gate: CommitGate;
  /** Whether each write notifies of its last event. */
  readonly notifies: boolean;
  /** Timer that closes the session, unless another task comes. */
  closing?: NodeJS.Timeout;
}

/** How long the session of a lane beyond the first stays idle before it is closed. */
const IDLE_MS = 5_000;

/**
 * The sessions of this thread. A session lives as long as the run it was opened for: when the gate of the run
 * closes, its connection is dropped, so that an old run cannot write any more.
 */
export class WriteSessions {
  /** Called for each warning; the work goes on. */
  onTrouble: (trouble: WriteTrouble) => void = () => {};
  readonly #sessions = new Map<string, Promise<WriteSession>>();
  /** Sessions that no task has taken yet, by the key of the destination. */
  readonly #ahead = new Map<string, Promise<Connection>>();

  /**
   * The session for a task. Opens one if there is none, or if it was lost while idle. Tasks get their session
   * in the order in which they came; pipelined writes rely on that.
   */
  async of(task: WriteTask): Promise<WriteSession> {
    const existing = await this.#sessions.get(keyOf(task));
    clearTimeout(existing?.closing);
    if (existing !== undefined && !existing.connection.lost.aborted) return existing;
    const opening = this.#open(task);
    this.#sessions.set(keyOf(task), opening);
    const session = await opening;
    session.connection.lost.addEventListener('abort', () => this.#sessions.delete(keyOf(task)), {
      once: true,
    });
    return session;
  }

  /**
   * Connects in advance for the first task. An earlier connection that no task has taken is closed, also
   * without `ahead`. If connecting fails, that task gets the error.
   */
  async connectAhead({ destinationKey, ahead }: ConnectAhead): Promise<void> {
    const before = this.#ahead.get(destinationKey);
    this.#ahead.delete(destinationKey);
    if (ahead !== undefined) {
      const connecting = this.#connect(ahead);
      connecting.catch(() => {});
      this.#ahead.set(destinationKey, connecting);
    }
    (await before?.catch(() => undefined))?.destroy();
  }

  /** Ends a task. Only the session of the first lane stays open when a destination is idle. */
  async rest(task: WriteTask): Promise<void> {
    const key = keyOf(task);
    const session = task.lane === 0 ? undefined : await this.#sessions.get(key);
    if (session === undefined) return;
    clearTimeout(session.closing);
    session.closing = setTimeout(() => {
      this.#sessions.delete(key);
      void session.connection[Symbol.asyncDispose]();
    }, IDLE_MS).unref();
  }

  async #open(task: WriteTask): Promise<WriteSession> {
    const destination = JSON.parse(task.destination) as SessionParams;
    const connection = (await this.#takeAhead(task, destination)) ?? (await this.#connect(destination));
    const gate = new CommitGate(task.gate);
    void gate.closed().then(() => connection.destroy());
    return { connection, gate, notifies: destination.params.notifyDestination === true };
  }

  /** Renames the session to one that writes. The name is sent before the first write. */
  async #takeAhead(
    { destinationKey }: WriteTask,
    { applicationName }: SessionParams,
  ): Promise<Connection | undefined> {
    const ahead = this.#ahead.get(destinationKey);
    this.#ahead.delete(destinationKey);
    const connection = await ahead?.catch(() => undefined);
    if (connection === undefined || connection.lost.aborted) return undefined;
    const isBusy = connection.traffic.unanswered > 0;
    // If the session fails here, the write fails too, which is usually sent without waiting for this answer.
    const naming = connection
      .query("SELECT set_config('application_name', $1, false)", [applicationName])
      .catch((error) => connection.destroy(error));
    // While a heartbeat is unanswered, pg holds the new name back. A write would overtake it and receive its
    // answer.
    if (isBusy) await naming;
    return connection.lost.aborted ? undefined : connection;
  }

  #connect(destination: SessionParams): Promise<Connection> {
    const log: SessionLog = {
      write: (warning, { database, err }) => this.onTrouble({ warning, database, reason: safeMessage(err) }),
    };
    return connect(destination.params, { ...destination, log });
  }

  /** Drops the socket: the server rolls back the open transaction. */
  drop(task: WriteTask): void {
    const dropping = this.#sessions.get(keyOf(task));
    this.#sessions.delete(keyOf(task));
    dropping?.then(
      ({ connection }) => connection.destroy(),
      () => {},
    );
  }
}

function keyOf({ destinationKey, sessionNumber, lane }: WriteTask): string {
  return `${destinationKey} ${sessionNumber} ${lane}`;
}
