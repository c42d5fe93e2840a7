import type pg from 'pg';
import { serialize } from 'pg-protocol';
import type { Connection } from './connection.js';
import { BINARY_HEADER, BINARY_TRAILER } from './copy-format.js';
import { type ProtocolWriter, writerOf } from './driver.js';
import { sendMessages } from './send-messages.js';

/**
 * A server takes a message when all of it is there: small ones let it show progress on a slow path
 * (heartbeat.ts). From 16 to 256 KiB the rate is the same.
 */
const MESSAGE_BYTES = 32 * 1024;
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

/**
 * Sends a `COPY … FROM STDIN (FORMAT binary)`, its data and CopyDone together, in one round trip. The
 * protocol allows it: a server whose statement failed drops the data messages (manual, "COPY Operations").
 * `sql` may hold statements before the COPY; an error in one of them keeps the COPY from happening.
 * @param parts tuples without header and trailer; they must not change until the promise is settled.
 * @returns the rows that the server says it copied.
 * @throws the server's error, with its SQLSTATE as `code`, or the connection's.
 */
export function copyIn(connection: Connection, sql: string, parts: readonly Uint8Array[]): Promise<number> {
  return submitCopy(connection, [serialize.query(sql), ...copyData(parts)]);
}

/** The messages CopyData, a single one where all fits into it, and CopyDone. */
export function copyData(parts: readonly Uint8Array[]): Uint8Array[] {
  const stream = [BINARY_HEADER, ...parts, BINARY_TRAILER];
  const bytes = stream.reduce((sum, { length }) => sum + length, 0);
  if (bytes <= MESSAGE_BYTES) return [copyDataHeader(bytes), ...stream, COPY_DONE];
  return [...stream.flatMap(slicesOf).flatMap((slice) => [copyDataHeader(slice.length), slice]), COPY_DONE];
}

function slicesOf(part: Uint8Array): Uint8Array[] {
  const starts = Array.from(
    { length: Math.ceil(part.length / MESSAGE_BYTES) },
    (_, index) => index * MESSAGE_BYTES,
  );
  return starts.map((at) => part.subarray(at, at + MESSAGE_BYTES));
}

/**
 * Sends the messages of a COPY behind those that are on their way.
 * @returns the rows that the server says it copied.
 */
export function submitCopy(connection: Connection, messages: readonly Uint8Array[]): Promise<number> {
  const copied = new Promise<number>((resolve, reject) => {
    pipelineOf(connection).add(new CopyInQuery(messages, resolve, reject));
  });
  return connection.awaiting(copied);
}

const pipelines = new WeakMap<Connection, CopyPipeline>();

function pipelineOf(connection: Connection): CopyPipeline {
  const pipeline = pipelines.get(connection) ?? new CopyPipeline(connection);
  pipelines.set(connection, pipeline);
  return pipeline;
}

/**
 * Sends each COPY at once, behind those whose replies have not come yet. pg takes one query at a time, and
 * its pipelines take no COPY: so it is handed the next one, which is sent already, as soon as the one before
 * has been answered.
 */
class CopyPipeline {
  readonly #connection: Connection;
  /** Sent and not answered, the oldest first; pg knows that one only. */
  readonly #sent: CopyInQuery[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * pg would keep back the first one while another question is unanswered, and those behind it would overtake
   * it.
   */
  add(query: CopyInQuery): void {
    query.onAnswered = () => this.#answered();
    this.#sent.push(query);
    query.submit(writerOf(this.#connection.client));
    if (this.#sent.length === 1) this.#hand(query);
  }

  #answered(): void {
    this.#sent.shift();
    const [next] = this.#sent;
    if (next !== undefined) this.#hand(next);
  }

  #hand(query: CopyInQuery): void {
    this.#connection.client.query(query as unknown as pg.Submittable);
  }
}

/** What pg calls a "submittable": it is asked to send itself, then told of every answer. */
class CopyInQuery {
  onAnswered = () => {};
  #rows = 0;
  #isSent: boolean = false;
  readonly #messages: readonly Uint8Array[];
  readonly #resolve: (rows: number) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    messages: readonly Uint8Array[],
    resolve: (rows: number) => void,
    reject: (error: unknown) => void,
  ) {
    this.#messages = messages;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(protocol: ProtocolWriter): void {
    if (this.#isSent) return;
    this.#isSent = true;
    sendMessages(protocol, this.#messages);
  }

  handleCommandComplete(message: { text: string }): void {
    const copied = /^COPY (\d+)/.exec(message.text)?.[1];
    if (copied !== undefined) this.#rows = Number(copied);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#rows);
    this.onAnswered();
  }

  /** pg forgets the active query before ReadyForQuery arrives: this is the last that is heard of it. */
  handleError(error: unknown): void {
    this.#reject(error);
    this.onAnswered();
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCopyInResponse(): void {}
  handleEmptyQuery(): void {}
}

function copyDataHeader(length: number): Buffer {
  const header = Buffer.allocUnsafe(5);
  header[0] = COPY_DATA;
  header.writeInt32BE(length + 4, 1);
  return header;
}
