import { MessageChannel, type MessagePort } from 'node:worker_threads';
import {
  type ConnectAhead,
  SERVING,
  type WriteAnswer,
  type WriteReply,
  type WriteRequest,
  type WriteTask,
  type WriteTrouble,
} from './messages.js';

interface Waiting {
  readonly resolve: (reply: WriteReply) => void;
  readonly reject: (error: unknown) => void;
}

/** What is asked of one writing thread, over a port that belongs to the two of them alone. */
export class WriteThread {
  /** The thread's end; to be transferred to it. */
  readonly remotePort: MessagePort;
  /** Resolves when the thread has loaded its code, or is gone. */
  readonly loaded: Promise<void>;
  readonly #port: MessagePort;
  readonly #waiting = new Map<number, Waiting>();
  readonly #gone = new AbortController();
  #requests = 0;
  #markLoaded = () => {};

  constructor(onTrouble: (trouble: WriteTrouble) => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.remotePort = port2;
    this.loaded = new Promise((resolve) => {
      this.#markLoaded = resolve;
    });
    port1.on('message', (message: typeof SERVING | WriteTrouble | WriteAnswer) => {
      if (message === SERVING) this.#markLoaded();
      else if ('warning' in message) onTrouble(message);
      else this.#answered(message);
    });
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

  /** A thread that is gone connects to nothing. */
  connectAhead(request: ConnectAhead): void {
    this.#port.postMessage(request);
  }

  /** The thread is gone: nothing that was asked of it will be answered. Idempotent. */
  fail(error: unknown): void {
    this.#gone.abort(error);
    this.#markLoaded();
    this.#port.close();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #answered({ number, reply }: WriteAnswer): void {
    this.#waiting.get(number)?.resolve(reply);
    this.#waiting.delete(number);
  }
}
