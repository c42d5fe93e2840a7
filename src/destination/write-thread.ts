import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { WriteAnswer, WriteReply, WriteRequest, WriteTask } from '../batch/write-task.js';

interface Waiting {
  readonly resolve: (reply: WriteReply) => void;
  readonly reject: (error: unknown) => void;
}

/** What is asked of one writing thread, over a port that belongs to the two of them alone. */
export class WriteThread {
  /** The thread's end; to be transferred to it. */
  readonly remotePort: MessagePort;
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  readonly #gone = new AbortController();
  #requests = 0;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.remotePort = port2;
    port1.on('message', (answer: WriteAnswer) => this.#answered(answer));
  }

  /** @throws what `fail` was called with, unless the thread has answered before. */
  async write(task: WriteTask): Promise<WriteReply> {
    // A closed port takes messages and drops them.
    this.#gone.signal.throwIfAborted();
    const number = this.#requests++;
    return new Promise((resolve, reject) => {
      this.#port.postMessage({ number, task } satisfies WriteRequest);
      this.#waiting.set(number, { resolve, reject });
    });
  }

  /** The thread is gone: nothing that was asked of it will be answered. Idempotent. */
  fail(error: unknown): void {
    this.#gone.abort(error);
    this.#port.close();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #answered({ number, reply }: WriteAnswer): void {
    this.#waiting.get(number)?.resolve(reply);
    this.#waiting.delete(number);
  }
}
