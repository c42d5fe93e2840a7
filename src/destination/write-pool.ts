import { createRequire } from 'node:module';
import { Piscina, queueOptionsSymbol } from 'piscina';
import type { WriteFailure, WriteSuccess, WriteTask } from '../batch/write-task.js';

/** Worker threads run compiled code: Node cannot load TypeScript in them. */
const WORKER_FILE = createRequire(import.meta.url).resolve('#workers/write.js');

/** A write that failed in a worker, with the code it had there. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
  readonly kind: WriteFailure['kind'];
  readonly code: string | undefined;

  constructor({ kind, code, message }: WriteFailure) {
    super(message);
    this.kind = kind;
    this.code = code;
  }
}

/** The pool of threads that write. All tasks of one destination go to the same thread, which keeps its sessions. */
export class WritePool {
  readonly #piscina: Piscina;

  constructor(options: { threads: number; maxTasks: number; onError: (error: unknown) => void }) {
    this.#piscina = new Piscina({
      filename: WORKER_FILE,
      minThreads: options.threads,
      maxThreads: options.threads,
      concurrentTasksPerWorker: options.maxTasks,
      // With 'sync' a thread sleeps between tasks and does not see its sockets die.
      atomics: 'disabled',
      // Nobody reads the times of tasks, and taking them costs more than some of them.
      recordTiming: false,
      loadBalancer: (task, workers) => {
        const byAge = workers.length > 1 ? [...workers].sort((a, b) => a.id - b.id) : workers;
        return byAge[affinityOf(task) % byAge.length] ?? null;
      },
    });
    this.#piscina.on('error', options.onError);
  }

  /**
   * Writes one batch or giant transaction.
   * @param affinity tasks with the same number share a thread.
   * @throws WriteError what the worker met; anything else is a broken pool.
   */
  async write(task: WriteTask, affinity: number): Promise<WriteSuccess> {
    const reply = await this.#piscina.run({ ...task, [queueOptionsSymbol]: { affinity } });
    if (!reply.ok) throw new WriteError(reply);
    return reply;
  }

  /** Ends the threads at once: sockets close, and the servers roll back what was open. Idempotent. */
  async stop(): Promise<void> {
    await this.#piscina.destroy();
  }
}

function affinityOf(task: { [queueOptionsSymbol]?: object | null }): number {
  const options: { affinity?: number } = task[queueOptionsSymbol] ?? {};
  return options.affinity ?? 0;
}
