// @ts-nocheck
import type pg from 'pg';
import { serialize } from 'pg-protocol';
import type { Connection } from './connection.js';
import { BINARY_HEADER, BINARY_TRAILER } from './copy-format.js';
import { type ProtocolWriter, writerOf } from './driver.js';
import { sendMessages } from './send-messages.js';

/**
 * A server accepts a message only as a whole, so small messages show progress on a slow line (heartbeat.ts).
 * The rate is the same from 16 to 256 KiB.
 */
const MESSAGE_BYTES = 32 * 1024;
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

/**
 * Sends a `COPY … FROM STDIN (FORMAT binary)`, its data and CopyDone together, in one round trip. The
 * protocol allows that: if the statement fails, the server drops the data messages (manual, "COPY
 * Operations"). `sql` may hold statements before the COPY; if one of them fails, the COPY is not executed.
 * @param parts tuples without header and trailer. They must not change until the promise is settled.
 * @returns how many rows the server reports.
 * @throws the error of the server, with its SQLSTATE as `code`, or that of the connection.
 */
export function copyIn(connection: Connection, sql: string, parts: readonly Uint8Array[]): Promise<number> {
  return submitCopy(connection, [serialize.query(sql), ...copyData(parts)]);
}

/** The messages CopyData and CopyDone. Small data is one CopyData message. */
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

/** Sends the messages of a COPY behind those sent before. @returns how many rows the server reports. */
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
 * Sends each COPY at once, behind those that are not answered yet. pg handles one query at a time, and its
 * own pipelines do not support COPY. So pg is given the next query, which is already sent, as soon as the one
 * before is answered.
 */
class CopyPipeline {
  readonly #connection: Connection;
  /** Queries that are sent and not answered, the oldest first. pg knows only the oldest. */
  readonly #sent: CopyInQuery[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Adds a query. No other query may be unanswered: pg would hold the first COPY back, and later ones would
   * overtake it.
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

/** A "submittable" of pg: pg calls `submit`, then one handler for each message of the answer. */
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

  /**
   * Rejects here, because pg forgets the active query after an error: `handleReadyForQuery` is not called.
   */
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
