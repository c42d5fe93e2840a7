import { unseen } from '../common/unseen.js';
import type { Connection } from '../pg/connection.js';
import { type Newest, type NewestRange, type NewestRow, newestOf, noteNewest } from './read-newest.js';
import type { ReadingConnections } from './reading-connections.js';
import type { WakeUps } from './wake-ups.js';

/**
 * Several times what reading a few events takes. From here on events arrive later because reads wait for each
 * other.
 */
export const FAR_MS = 5;

/**
 * So many notifications within a round trip have a read of their own. Each may hold twice `NEWEST_BYTES`, as
 * digits.
 */
const MOST_AHEAD = 16;

/** A read that was sent before anybody asked for it. */
interface Ahead {
  readonly upTo: bigint;
  readonly wakeUpsSeen: number;
  /** Undefined where it could not be sent behind those before it. */
  readonly rows: Promise<readonly NewestRow[] | undefined>;
}

/**
 * Reads the newest events of a source far away. Each notification sends a read at once, also while replies to
 * others are on their way: so an event need not wait for the end of a read that came too early for it. Such a
 * read goes on where the one before it in its session will have ended, and brings the event that it goes on
 * behind. Where that is another one than whoever copies holds, it is read afresh.
 */
export class ReadsAhead {
  readonly #connections: ReadingConnections;
  readonly #wakeUps: WakeUps;
  /** The session whose last read noted where it ended; undefined: nothing is read ahead. */
  #noted: { readonly connection: Connection; readonly upTo: bigint } | undefined;
  /** The oldest first. */
  #sent: Ahead[] = [];

  constructor(connections: ReadingConnections, wakeUps: WakeUps) {
    this.#connections = connections;
    this.#wakeUps = wakeUps;
    wakeUps.onNotification(() => this.#send());
  }

  /** @throws as `Connection.query` does. */
  readonly read = async (connection: Connection, range: NewestRange): Promise<Newest> => {
    const newest = (await this.#take(range)) ?? (await this.#readAfresh(connection, range));
    // What follows is read by COPY.
    if (!newest.reachedEnd) this.forget();
    return newest;
  };

  /** What was sent ahead is of no use any more. */
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

  /** @returns what was sent ahead; undefined where nothing was, or it does not go on behind `after`. */
  async #take({ after, upTo }: NewestRange): Promise<Newest | undefined> {
    const ahead = this.#sent.shift();
    if (ahead === undefined) return undefined;
    // Whatever it failed of, reading afresh tells.
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
