// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../../src/common/message-of.js';
import { connect } from '../../../../src/pg/connect.js';
import type { Connection } from '../../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../../src/pg/connection-params.js';
import { errorCode } from '../../../../src/pg/error-code.js';

/**
 * What a server that stops, crashes, starts, is frozen or has no disk left does to a session: SQLSTATE classes, SQLSTATEs and errnos.
 * After a crash even a session that only reads needs a file to be written.
 */
const OUTAGE_CODES = /^(08...|57P01|57P02|57P03|53100|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;
/** The driver gives these no code. */
const OUTAGE_MESSAGES = /^(Connection terminated|Client has encountered a connection error|timeout expired$)/;

const RECONNECT_MS = 100;

/** Whether a fault at the server explains an error: the session was lost or could not be opened. */
export function isOutage(error: unknown): boolean {
  const code = errorCode(error);
  return code === undefined ? OUTAGE_MESSAGES.test(innermost(error)) : OUTAGE_CODES.test(code);
}

/**
 * A session of the test's own that is opened again after each outage. Any other error ends it, and the verdict tells:
 * a table that does not exist is a mistake of the test or of the product, whatever faults happen.
 */
export class PersistentSession {
  /** How often the session was lost, or could not be opened. */
  outages = 0;
  /** What ended it, if not an outage. */
  failure: unknown;
  readonly #database: ConnectionParams;
  readonly #applicationName: string;

  constructor(database: ConnectionParams, applicationName: string) {
    this.#database = database;
    this.#applicationName = applicationName;
  }

  /** Does `work` again and again until stopped. */
  async repeat(stop: AbortSignal, work: (connection: Connection) => Promise<void>): Promise<void> {
    while (!stop.aborted && this.failure === undefined) {
      try {
        await using connection = await this.open();
        while (!stop.aborted) await work(connection);
      } catch (error) {
        if (!isOutage(error)) this.failure = error;
        else this.outages += 1;
        await sleep(RECONNECT_MS);
      }
    }
  }

  /** One more session of this kind. */
  open(): Promise<Connection> {
    const applicationName = this.#applicationName;
    return connect(this.#database, { applicationName, connectTimeoutMs: 15_000 });
  }
}

function innermost(error: unknown): string {
  let at = error;
  while (at instanceof Error && at.cause !== undefined) at = at.cause;
  return messageOf(at);
}
