// @ts-nocheck
import type { Readable } from 'node:stream';

/** A message of the protocol after the startup: its type, and all its bytes, the type among them. */
export interface Message {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Type and length come before the content of a message (PostgreSQL manual, "Message Formats"). */
const HEADER_BYTES = 5;

/** Cuts a stream into whole messages. */
export class MessageReader {
  readonly #onMessage: (message: Message) => void;
  #buffer = Buffer.alloc(0);

  constructor(stream: Readable, onMessage: (message: Message) => void) {
    this.#onMessage = onMessage;
    stream.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  #take(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (let length = this.#length(); length <= this.#buffer.length; length = this.#length()) {
      const bytes = this.#buffer.subarray(0, length);
      this.#buffer = this.#buffer.subarray(length);
      this.#onMessage({ type: String.fromCharCode(bytes[0] ?? 0), bytes });
    }
  }

  #length(): number {
    if (this.#buffer.length < HEADER_BYTES) return Number.POSITIVE_INFINITY;
    return 1 + this.#buffer.readUInt32BE(1);
  }
}
