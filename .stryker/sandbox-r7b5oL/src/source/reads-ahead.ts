// @ts-nocheck
import { unseen } from '../common/unseen.js';
import type { Connection } from '../pg/connection.js';
import { type Newest, type NewestRange, type NewestRow, newestOf, noteNewest } from './read-newest.js';
import type { ReadingConnections } from './reading-connections.js';
import type { WakeUps } from './wake-ups.js';

/**
 * Several times as long as reading a few events takes. From this round trip on, events are late if reads wait
 * for each other.
 */
export const FAR_MS = 5;

/** How many reads may be under way. Each may hold twice `NEWEST_BYTES`, because its bytes are digits. */
const MOST_AHEAD = 16;

/** A read that was sent before a destination asked for it. */
interface Ahead {
  readonly upTo: bigint;
  readonly wakeUpsSeen: number;
  /** The rows; undefined if the read could not be sent behind earlier ones. */
  readonly rows: Promise<readonly NewestRow[] | undefined>;
}

/**
 * Reads the newest events of a far source. Each notification sends a read at once, even if earlier reads are
 * not answered, so that an event need not wait for the reply to a read that was sent too early for it. The
 * session itself notes where each read ends, and the next read goes on from there. Each read also returns the
 * event behind which it goes on. If the destination holds another event there, the result is dropped and the
 * source is read afresh.
 */
export class ReadsAhead {
  readonly #connections: ReadingConnections;
  readonly #wakeUps: WakeUps;
  /** The session that noted where its last read ended. Undefined if nothing is read ahead. */
  #noted: { readonly connection: Connection; readonly upTo: bigint } | undefined;
  /** In the order of reading, the oldest first. */
  #sent: Ahead[] = [];

  constructor(connections: ReadingConnections, wakeUps: WakeUps) {
    this.#connections = connections;
    this.#wakeUps = wakeUps;
    wakeUps.onNotification(() => this.#send());
  }

  /** @throws as `Connection.query` does. */
  readonly read = async (connection: Connection, range: NewestRange): Promise<Newest> => {
    const newest = (await this.#take(range)) ?? (await this.#readAfresh(connection, range));
    // Later events are read by COPY.
    if (!newest.reachedEnd) this.forget();
    return newest;
  };

  /** Drops all reads that were sent ahead. */
  forget(): void {
    this.#sent = [];
    this.#noted = undefined;
  }

  #send(): void {
    const noted = this.#noted;
    if (noted === undefined || noted.connection.lost.aborted || this.#sent.length >= MOST_AHEAD) return;
    const { upTo } = noted;
    const rows = this.#connections.useTogether(async (connection) =>
      connection === noted.connection ? noteNewest(connection, { after: 'noted', upTo }) : undefined,
    );
    this.#sent.push({ upTo, wakeUpsSeen: this.#wakeUps.count, rows: unseen(rows) });
  }

  /**
   * @returns the result of a read that was sent ahead; undefined if there is none that goes on behind
   *   `after`.
   */
  async #take({ after, upTo }: NewestRange): Promise<Newest | undefined> {
    const ahead = this.#sent.shift();
    if (ahead === undefined) return undefined;
    // If it failed, reading afresh shows why.
    const rows = ahead.upTo === upTo ? await ahead.rows.catch(() => undefined) : undefined;
    const newest = rows && newestOf(rows, after);
    if (newest?.predecessor !== undefined) return { ...newest, wakeUpsSeen: ahead.wakeUpsSeen };
    this.forget();
    return undefined;
  }

  async #readAfresh(connection: Connection, { after, upTo }: NewestRange): Promise<Newest> {
    this.#noted = { connection, upTo };
    return newestOf(await noteNewest(connection, { after, upTo }), after);
  }
}
