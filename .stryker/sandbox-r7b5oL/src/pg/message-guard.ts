/** Makes sure that bad messages of a server harm only their own session. */
// @ts-nocheck

import { PROTOCOL_VIOLATION } from './sqlstate.js';

/** A server violated the protocol. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code = PROTOCOL_VIOLATION;
}

/** Largest message in a session that never receives whole events. */
export const SHORT_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Limit of PostgreSQL for a message (`MaxAllocSize`). An event may come near it. */
export const LONGEST_MESSAGE_BYTES = 1024 * 1024 * 1024;

/** The stream to which the driver attaches its parser; the driver calls only `on`. */
interface MessageStream {
  on(event: string, listener: (...args: never[]) => void): unknown;
}

/** The part of pg's connection that is guarded. */
export interface GuardedConnection {
  attachListeners(stream: MessageStream): void;
}

/**
 * Stands between the socket of a session, encrypted or not, and the parser of the driver. It refuses a
 * message longer than `mostBytes` by its header. If the driver throws because of an unexpected message, only
 * this session ends.
 * @param onBroken called once; nothing more is handed to the driver after that.
 */
export function guardMessages(
  connection: GuardedConnection,
  mostBytes: number,
  onBroken: (error: ProtocolError) => void,
): void {
  const attach = connection.attachListeners.bind(connection);
  connection.attachListeners = (stream) => {
    const on: MessageStream['on'] = (event, listener) =>
      stream.on(event, event === 'data' ? guarded(listener, mostBytes, onBroken) : listener);
    attach({ on });
  };
}

function guarded(
  take: (chunk: never) => void,
  mostBytes: number,
  onBroken: (error: ProtocolError) => void,
): (chunk: never) => void {
  const lengths = new MessageLengths(mostBytes);
  let isBroken = false;
  return (chunk: Buffer) => {
    if (isBroken) return;
    try {
      lengths.check(chunk);
      take(chunk as never);
    } catch (error) {
      isBroken = true;
      onBroken(error instanceof ProtocolError ? error : unexpected(error));
    }
  };
}

function unexpected(error: unknown): ProtocolError {
  return new ProtocolError('The server sent a message that was not expected.', { cause: error });
}

/** Every message is a byte, then its length as an int32 that counts itself (manual, "Message Formats"). */
const HEADER_BYTES = 5;
const LENGTH_BYTES = 4;

const NOTHING = Buffer.alloc(0);

/** Follows the headers of a stream of messages. */
class MessageLengths {
  readonly #mostBytes: number;
  /** Beginning of a header that is continued in the next chunk. */
  #begun: Buffer = NOTHING;
  /** Bytes of the current message that are still to come. */
  #restBytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * @throws ProtocolError if a header in `chunk` announces a message that is too long or has an impossible
   *   length.
   */
  check(chunk: Buffer): void {
    const bytes = this.#begun.length > 0 ? Buffer.concat([this.#begun, chunk]) : chunk;
    let at = this.#restBytes;
    while (at + HEADER_BYTES <= bytes.length) at += HEADER_BYTES + this.#checked(bytes.readUInt32BE(at + 1));
    this.#begun = at < bytes.length ? Buffer.from(bytes.subarray(at)) : NOTHING;
    this.#restBytes = Math.max(0, at - bytes.length);
  }

  /** @returns the bytes behind the header. */
  #checked(length: number): number {
    const bytes = length - LENGTH_BYTES;
    if (bytes < 0) throw new ProtocolError('The server sent a message without a valid length.');
    if (bytes <= this.#mostBytes) return bytes;
    throw new ProtocolError(
      `The server announced a message of ${bytes} bytes. This session accepts at most ${this.#mostBytes}.`,
    );
  }
}
