import { createRequire } from 'node:module';
import { Piscina } from 'piscina';
import type { ConnectAhead, WriteFailure, WriteSuccess, WriteTask, WriteTrouble } from './messages.js';
import { WriteThread } from './write-thread.js';

/** Worker threads run compiled code: Node cannot load TypeScript in them. */
const WORKER_FILE = createRequire(import.meta.url).resolve('#workers/write.js');

/** A write that failed in a worker, with what the server said about it. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
  readonly kind: WriteFailure['kind'];
  readonly code: string | undefined;
  readonly constraint: string | undefined;
  readonly detail: string | undefined;
  readonly where: string | undefined;
  readonly routine: string | undefined;
  readonly eventId: bigint | undefined;
  readonly refused: WriteFailure['refused'];
  /** For the kind `source changed`: the event that the source no longer holds. */
  readonly changedAt: bigint | undefined;

  constructor(failure: WriteFailure) {
    super(failure.message);
    this.kind = failure.kind;
    this.code = failure.code;
    this.constraint = failure.constraint;
    this.detail = failure.detail;
    this.where = failure.where;
    this.routine = failure.routine;
    this.eventId = failure.eventId;
    this.refused = failure.refused;
    this.changedAt = failure.changedAt;
    if (failure.stack !== undefined) this.stack = failure.stack;
  }
}

export interface WritePoolOptions {
  /** How many threads there are at most. */
  readonly threads: number;
  /** How many are started at once; the others when they are needed. Default: all. */
  readonly startedAtOnce?: number | undefined;
  /** Called when a thread has ended unexpectedly. */
  readonly onError: (error: unknown) => void;
  /** Called for each warning of a thread. */
  readonly onTrouble: (trouble: WriteTrouble) => void;
}

/**
 * The pool of threads that write. Each thread runs one task of the pool: it serves a message port until the
 * end. Writes go over that port. As tasks of the pool they took the main thread 0.09 ms each instead of 0.04
 * ms, and the last of eight destinations had an event 0.3 ms later. All writes of one destination go to the
 * same thread, which keeps its sessions.
 */
export class WritePool {
  readonly #piscina: Piscina;
  readonly #options: WritePoolOptions;
  readonly #threads = new Map<number, WriteThread>();
  readonly #stopping = new AbortController();

  constructor(options: WritePoolOptions) {
    this.#options = options;
    const { startedAtOnce = options.threads } = options;
    this.#piscina = new Piscina({
      filename: WORKER_FILE,
      minThreads: startedAtOnce,
      maxThreads: options.threads,
      concurrentTasksPerWorker: 1,
      // With 'sync', a thread sleeps between tasks and does not notice that a socket has died.
      atomics: 'disabled',
    });
    this.#piscina.on('error', options.onError);
    for (let n = 0; n < startedAtOnce; n++) this.#threadOf(n);
  }

  /**
   * Writes one batch or giant transaction.
   * @param affinity writes with the same number go to the same thread.
   * @throws WriteError if the write failed in the worker. Any other error means that the pool is broken.
   */
  async write(task: WriteTask, affinity: number): Promise<WriteSuccess> {
    const reply = await this.#threadOf(affinity).write(task);
    if (!reply.ok) throw new WriteError(reply);
    return reply;
  }

  /**
   * Opens the session for the first write of a destination in advance, or closes it unused.
   * @param affinity as for its writes.
   */
  connectAhead(request: ConnectAhead, affinity: number): void {
    this.#threadOf(affinity).connectAhead(request);
  }

  /**
   * Ends the threads at once. Their sockets close, and the servers roll back open transactions. A thread that
   * is still loading its code is waited for, a tenth of a second: if it is ended there, Node 20 aborts the
   * process ("Module::IsGraphAsync"). Idempotent.
   */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#threads.values()].map(({ loaded }) => loaded));
    await this.#piscina.destroy();
  }

  #threadOf(affinity: number): WriteThread {
    const place = affinity % this.#options.threads;
    const thread = this.#threads.get(place) ?? this.#startThread();
    this.#threads.set(place, thread);
    return thread;
  }

  #startThread(): WriteThread {
    this.#stopping.signal.throwIfAborted();
    const thread = new WriteThread(this.#options.onTrouble);
    const { remotePort } = thread;
    this.#piscina.run(remotePort, { transferList: [remotePort] }).catch((error) => {
      thread.fail(error);
      if (!this.#stopping.signal.aborted) this.#options.onError(error);
    });
    return thread;
  }
}
