// @ts-nocheck
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

/** The main thread's end of one worker: sends requests over a port of their own, and matches the replies. */
export class WriteThread {
  /** The worker's end of the port; transfer it to the worker. */
  readonly remotePort: MessagePort;
  /** Resolves when the worker has loaded its code, or has ended. */
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

  /**
   * Sends a write and waits for the reply. @throws the error given to `fail`, if the worker ends before it
   * replies.
   */
  async write(task: WriteTask): Promise<WriteReply> {
    // A closed port accepts messages and drops them.
    this.#gone.signal.throwIfAborted();
    const requestId = this.#requests++;
    return new Promise((resolve, reject) => {
      this.#port.postMessage({ requestId, task } satisfies WriteRequest);
      this.#waiting.set(requestId, { resolve, reject });
    });
  }

  /** Sends a request to connect. A worker that has ended ignores it. */
  connectAhead(request: ConnectAhead): void {
    this.#port.postMessage(request);
  }

  /** Rejects all unanswered writes: the worker has ended. Idempotent. */
  fail(error: unknown): void {
    this.#gone.abort(error);
    this.#markLoaded();
    this.#port.close();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  #answered({ requestId, reply }: WriteAnswer): void {
    this.#waiting.get(requestId)?.resolve(reply);
    this.#waiting.delete(requestId);
  }
}
