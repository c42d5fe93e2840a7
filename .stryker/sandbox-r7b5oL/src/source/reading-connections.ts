// @ts-nocheck
import type { Connection } from '../pg/connection.js';
import { despiteRecovery } from '../pg/despite-recovery.js';

/** How many sessions read the source at the same time. */
export const READING_CONNECTIONS = 3;

/** How long a connection stays idle before it is closed. One always stays open. */
const IDLE_MS = 5_000;

interface Idle {
  readonly connection: Connection;
  readonly closing: NodeJS.Timeout;
}

/** A connection that several queries share. */
interface Together {
  readonly borrowing: Promise<Connection>;
  users: number;
}

async function close({ connection, closing }: Idle): Promise<void> {
  clearTimeout(closing);
  await connection[Symbol.asyncDispose]();
}

/**
 * A few connections that read the source. Reads at the tip of the table are urgent: one connection is kept
 * for them. So a destination that is far behind never makes the others wait.
 */
export class ReadingConnections implements AsyncDisposable {
  readonly #open: () => Promise<Connection>;
  readonly #maxConnections: number;
  readonly #idle: Idle[] = [];
  readonly #waiting: { urgent: boolean; go: () => void }[] = [];
  #inUse = 0;
  #together: Together | undefined;
  #isClosed: boolean = false;

  constructor(open: () => Promise<Connection>, maxConnections = READING_CONNECTIONS) {
    this.#open = open;
    this.#maxConnections = maxConnections;
  }

  /**
   * Runs `work`, which may only read, with a connection. A connection that is lost meanwhile is not used
   * again. Work that a hot standby cancels is run again (`despiteRecovery`).
   */
  use<T>(urgent: boolean, work: (connection: Connection) => Promise<T>): Promise<T> {
    return despiteRecovery(() => this.#useOnce(urgent, work));
  }

  /**
   * As `use`, for short queries, which are urgent. Queries at the same time share one connection, which
   * pipelines them. So no further session is opened, and with a far source all together take as long as one.
   */
  useTogether<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return despiteRecovery(() => this.#useTogetherOnce(work));
  }

  async #useOnce<T>(urgent: boolean, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await this.#borrow(urgent);
    try {
      return await work(connection);
    } finally {
      this.#giveBack(connection);
    }
  }

  async #useTogetherOnce<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const together = this.#together ?? { borrowing: this.#borrow(true), users: 0 };
    this.#together = together;
    together.users += 1;
    const connection = await together.borrowing.catch((error) => {
      this.#part(together);
      throw error;
    });
    try {
      return await work(connection);
    } finally {
      together.users -= 1;
      if (connection.lost.aborted || together.users === 0) this.#part(together);
      if (together.users === 0) this.#giveBack(connection);
    }
  }

  /** Stops sharing the connection. */
  #part(together: Together): void {
    if (this.#together === together) this.#together = undefined;
  }

  async #borrow(urgent: boolean): Promise<Connection> {
    if (!this.#mayStart(urgent)) await new Promise<void>((go) => this.#waiting.push({ urgent, go }));
    this.#inUse += 1;
    try {
      return this.#takeIdle() ?? (await this.#open());
    } catch (error) {
      this.#free();
      throw error;
    }
  }

  #giveBack(connection: Connection): void {
    if (!connection.lost.aborted) this.#rest(connection);
    this.#free();
  }

  #free(): void {
    this.#inUse -= 1;
    this.#startNext();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#idle.splice(0).map(close));
  }

  #takeIdle(): Connection | undefined {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle === undefined) return undefined;
      clearTimeout(idle.closing);
      if (!idle.connection.lost.aborted) return idle.connection;
    }
  }

  /** Keeps a connection for the next read. Idle ones are closed after a while, except one. */
  #rest(connection: Connection): void {
    const idle: Idle = {
      connection,
      closing: setTimeout(() => {
        if (this.#idle.length < 2) return;
        this.#idle.splice(this.#idle.indexOf(idle), 1);
        void close(idle);
      }, IDLE_MS).unref(),
    };
    if (this.#isClosed) void close(idle);
    else this.#idle.push(idle);
  }

  #mayStart(urgent: boolean): boolean {
    return this.#inUse < (urgent ? this.#maxConnections : this.#maxConnections - 1);
  }

  #startNext(): void {
    const urgentFirst = this.#waiting.findIndex((waiter) => waiter.urgent);
    const index = Math.max(urgentFirst, 0);
    const waiter = this.#waiting[index];
    if (waiter === undefined || !this.#mayStart(waiter.urgent)) return;
    this.#waiting.splice(index, 1);
    waiter.go();
  }
}
