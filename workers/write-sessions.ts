import { connect } from '../src/pg/connect.js';
import type { Connection } from '../src/pg/connection.js';
import { safeMessage } from '../src/pg/error-code.js';
import type { SessionLog } from '../src/pg/heartbeat.js';
import type { SessionParams } from '../src/pg/session-params.js';
import { CommitGate } from '../src/threads/commit-gate.js';
import type { ConnectAhead, WriteTask, WriteTrouble } from '../src/threads/messages.js';

/** One lane of one destination, kept open between tasks. */
export interface WriteSession {
  readonly connection: Connection;
  readonly gate: CommitGate;
  /** Closes it, unless another task comes. */
  closing?: NodeJS.Timeout;
}

/** How long a lane beyond the first waits for a task before its session is closed. */
const IDLE_MS = 5_000;

/**
 * The sessions that this thread holds. A session lives as long as the run it was opened for: when the run's
 * gate closes, the connection is dropped, so that nothing of an old run can still be written.
 */
export class WriteSessions {
  /** Told of trouble that ends nothing. */
  onTrouble: (trouble: WriteTrouble) => void = () => {};
  readonly #sessions = new Map<string, Promise<WriteSession>>();
  /** Of destinations, by their key: sessions that no task has taken yet. */
  readonly #ahead = new Map<string, Promise<Connection>>();

  /**
   * The session for a task; opened when there is none, or when it was lost while idle. Tasks of one session
   * get it in the order in which they came: those that are pipelined rely on that.
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
   * Connects for the first task to come, in place of an earlier connection that none has taken. What keeps it
   * from being opened is seen by that task.
   */
  async connectAhead({ destinationKey, ahead }: ConnectAhead): Promise<void> {
    const before = this.#ahead.get(destinationKey);
    const connecting = this.#connect(ahead);
    connecting.catch(() => {});
    this.#ahead.set(destinationKey, connecting);
    (await before?.catch(() => undefined))?.destroy();
  }

  /** A task is done. Of an idle destination only the first lane's session stays open. */
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
    return { connection, gate };
  }

  /**
   * From now on the server knows it as one that writes: before the first write arrives, as that is sent after
   * the name.
   */
  async #takeAhead(
    { destinationKey }: WriteTask,
    { applicationName }: SessionParams,
  ): Promise<Connection | undefined> {
    const ahead = this.#ahead.get(destinationKey);
    this.#ahead.delete(destinationKey);
    const connection = await ahead?.catch(() => undefined);
    if (connection === undefined || connection.lost.aborted) return undefined;
    // A session that fails here has failed for the write too, which is sent without waiting for this answer.
    connection.query("SELECT set_config('application_name', $1, false)", [applicationName]).catch(() => {});
    return connection;
  }

  #connect(destination: SessionParams): Promise<Connection> {
    const log: SessionLog = {
      write: (warning, { database, err }) => this.onTrouble({ warning, database, reason: safeMessage(err) }),
    };
    return connect(destination.params, { ...destination, log });
  }

  /** Drops the socket: the server rolls back what was open. */
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
