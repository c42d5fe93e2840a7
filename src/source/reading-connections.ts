import type { Connection } from '../pg/connect.js';

/**
 * A few connections to the source for reading. Reads at the tip of the table are urgent: one connection is kept
 * for them, so that a destination that is far behind never makes the others wait.
 */
export class ReadingConnections implements AsyncDisposable {
  readonly #open: () => Promise<Connection>;
  readonly #maxConnections: number;
  readonly #idle: Connection[] = [];
  readonly #waiting: { urgent: boolean; go: () => void }[] = [];
  #inUse = 0;

  constructor(open: () => Promise<Connection>, maxConnections = 3) {
    this.#open = open;
    this.#maxConnections = maxConnections;
  }

  /** Runs `work` with a connection; one that was lost or destroyed meanwhile is not used again. */
  async use<T>(urgent: boolean, work: (connection: Connection) => Promise<T>): Promise<T> {
    if (!this.#mayStart(urgent)) await new Promise<void>((go) => this.#waiting.push({ urgent, go }));
    this.#inUse += 1;
    try {
      const connection = this.#takeIdle() ?? (await this.#open());
      try {
        return await work(connection);
      } finally {
        if (!connection.lost.aborted) this.#idle.push(connection);
      }
    } finally {
      this.#inUse -= 1;
      this.#startNext();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((connection) => connection[Symbol.asyncDispose]()));
  }

  #takeIdle(): Connection | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (connection === undefined || !connection.lost.aborted) return connection;
    }
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
