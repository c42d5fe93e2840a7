import type pg from 'pg';
import type { Connection } from './connect.js';

/** The part of pg's protocol writer that a query object is handed. */
interface ProtocolConnection {
  query(text: string): void;
  stream: { cork(): void; uncork(): void; write(data: Uint8Array): boolean };
}

/** PGCOPY signature, no flags, no header extension (PostgreSQL manual, "COPY", Binary Format). */
const BINARY_HEADER = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const BINARY_TRAILER = Buffer.from([0xff, 0xff]);
/**
 * A server takes a message when all of it is there: small ones let it show progress on a slow path (heartbeat.ts). From
 * 16 to 256 KiB the rate is the same.
 */
const MESSAGE_BYTES = 32 * 1024;
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);

/**
 * Sends a `COPY … FROM STDIN (FORMAT binary)`, its data and CopyDone together, in one round trip. The protocol allows
 * it: a server whose statement failed drops the data messages (manual, "COPY Operations"). `sql` may hold statements
 * before the COPY; an error in one of them keeps the COPY from happening.
 * @param parts tuples without header and trailer; they must not change until the promise is settled.
 * @returns the rows that the server says it copied.
 * @throws the server's error, with its SQLSTATE as `code`, or the connection's.
 */
export function copyIn(connection: Connection, sql: string, parts: readonly Uint8Array[]): Promise<number> {
  const copied = new Promise<number>((resolve, reject) => {
    connection.client.query(new CopyInQuery(sql, parts, resolve, reject) as unknown as pg.Submittable);
  });
  return connection.awaiting(copied);
}

/** What pg calls a "submittable": it is asked to send itself, then told of every answer. */
class CopyInQuery {
  #rows = 0;
  readonly #sql: string;
  readonly #parts: readonly Uint8Array[];
  readonly #resolve: (rows: number) => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    sql: string,
    parts: readonly Uint8Array[],
    resolve: (rows: number) => void,
    reject: (error: unknown) => void,
  ) {
    this.#sql = sql;
    this.#parts = parts;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: ProtocolConnection): void {
    const { stream } = connection;
    stream.cork();
    connection.query(this.#sql);
    for (const part of [BINARY_HEADER, ...this.#parts, BINARY_TRAILER]) {
      for (let at = 0; at < part.length; at += MESSAGE_BYTES) {
        const data = part.subarray(at, at + MESSAGE_BYTES);
        stream.write(copyDataHeader(data.length));
        stream.write(data);
      }
    }
    stream.write(COPY_DONE);
    stream.uncork();
  }

  handleCommandComplete(message: { text: string }): void {
    const copied = /^COPY (\d+)/.exec(message.text)?.[1];
    if (copied !== undefined) this.#rows = Number(copied);
  }

  handleReadyForQuery(): void {
    this.#resolve(this.#rows);
  }

  /** pg forgets the active query before ReadyForQuery arrives: this is the last that is heard of it. */
  handleError(error: unknown): void {
    this.#reject(error);
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
