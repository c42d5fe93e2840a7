import { Deadline } from '../common/deadline.js';
import { orAborted } from '../common/or-aborted.js';
import { unseen } from '../common/unseen.js';
import { type IdRange, MAX_ID } from '../events/id-range.js';
import type { Connection } from '../pg/connection.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import type { Extent } from '../plan/missing-ranges.js';
import { readExtent, readLastId } from '../plan/read-extent.js';
import { type LookSession, openSession } from './open-session.js';
import type { Behind, SourceStatus } from './status-report.js';

/** What the source says to a destination that holds events up to some id. */
export interface SourceAnswer {
  /** The events above that id. */
  readonly tail: Behind;
  /** Number of events up to that id. Absent if the events of the source were not counted. */
  readonly countBelow: bigint | undefined;
  /** Last id of the source. */
  readonly maxId: bigint | undefined;
}

const LOWEST_ID = -MAX_ID - 1n;

/**
 * For each first id `$1`: how many events there are from it on, and the age of the first of them. One pass
 * over the primary key, from the lowest of these ids.
 */
const TAILS_SQL = `
  WITH counted AS (
    SELECT width_bucket(id, $1::bigint[]) AS place, count(*) AS events
      FROM public.events WHERE id >= ($1::bigint[])[1] GROUP BY 1
  )
  SELECT tail.first, (SELECT max(id) FROM public.events) AS "maxId",
         COALESCE(sum(counted.events) OVER (ORDER BY tail.place DESC), 0)::bigint AS events,
         COALESCE((SELECT EXTRACT(EPOCH FROM clock_timestamp() - e.ts) FROM public.events e
                    WHERE e.id >= tail.first ORDER BY e.id LIMIT 1), 0)::float8 AS seconds
    FROM unnest($1::bigint[]) WITH ORDINALITY AS tail (first, place) LEFT JOIN counted USING (place)`;

interface TailRow {
  readonly first: bigint;
  readonly maxId: bigint | null;
  readonly events: bigint;
  readonly seconds: number;
}

/** How many events there are in the ranges from `$1` to `$2`, and the age of the first. */
const RANGES_SQL = `
  SELECT (SELECT count(*) FROM unnest($1::bigint[], $2::bigint[]) AS range (first, last)
                          JOIN public.events e ON e.id BETWEEN range.first AND range.last) AS events,
         (SELECT EXTRACT(EPOCH FROM clock_timestamp() - ts) FROM public.events
           WHERE id = ($1::bigint[])[1])::float8 AS seconds`;

interface Asked {
  readonly first: bigint;
  readonly resolve: (answer: SourceAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** The source as destinations ask it. Questions that come while it answers others are asked together. */
export class SourceView implements AsyncDisposable {
  readonly #params: ConnectionParams;
  readonly #connecting: Promise<Connection>;
  readonly #opening: Promise<Opened>;
  #waiting: Asked[] = [];
  #answering: Promise<void> | undefined;
  #maxId: bigint | undefined;
  /** The last error of a question. */
  #failure: unknown;

  /** @param counts whether to count the events, as gaps need it. */
  constructor(params: ConnectionParams, options: LookSession, { counts }: { readonly counts: boolean }) {
    this.#params = params;
    this.#connecting = unseen(openSession(params, options));
    this.#opening = unseen(this.#open(counts));
  }

  /** What is known about the source. @param explain says what the error means that it answered with. */
  async status(explain: (error: unknown) => unknown): Promise<SourceStatus> {
    const trouble = await this.#opening.then(
      () => this.#failure,
      (error: unknown) => error,
    );
    const params = this.#params;
    return { params, maxId: this.#maxId, trouble: trouble === undefined ? undefined : explain(trouble) };
  }

  /** The session. @throws what keeps it from being opened. */
  async connection(): Promise<Connection> {
    return await this.#connecting;
  }

  /**
   * Resolves when there is a session, or cannot be one; at the latest after `patienceMs`. Destinations wait
   * for that: they wait for the source with their sessions open, and if these were all that the role may
   * have, the source would never get one.
   */
  async settled(patienceMs: number): Promise<void> {
    using patience = new Deadline(patienceMs);
    await orAborted(this.#connecting, patience.signal).catch(() => {});
  }

  /**
   * @param maxId last id of a destination, read before.
   * @throws what keeps the source from answering.
   */
  async askAbout(maxId: bigint | undefined): Promise<SourceAnswer> {
    if (maxId === MAX_ID)
      return { tail: { events: 0n, seconds: 0 }, countBelow: undefined, maxId: this.#maxId };
    const first = maxId === undefined ? LOWEST_ID : maxId + 1n;
    const answer = new Promise<SourceAnswer>((resolve, reject) =>
      this.#waiting.push({ first, resolve, reject }),
    );
    this.#answering ??= this.#answerAll();
    return await answer;
  }

  /** What there is in these ranges of ids. */
  async lookInto(ranges: readonly IdRange[]): Promise<Behind> {
    const connection = await this.connection();
    const [row] = await connection.query<{ events: bigint; seconds: number | null }>(RANGES_SQL, [
      ranges.map(({ from }) => from),
      ranges.map(({ to }) => to),
    ]);
    return { events: row?.events ?? 0n, seconds: Math.max(0, row?.seconds ?? 0) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const [connected] = await Promise.allSettled([this.#connecting]);
    if (connected.status === 'fulfilled') await connected.value[Symbol.asyncDispose]();
  }

  async #open(counts: boolean): Promise<Opened> {
    const connection = await this.#connecting;
    const extent = counts ? await readExtent(connection) : undefined;
    this.#maxId = counts ? extent?.ids?.to : await readLastId(connection);
    return { connection, extent };
  }

  async #answerAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const asked = this.#waiting.splice(0);
      try {
        const tails = await this.#readTails(asked.map(({ first }) => first));
        for (const { first, resolve } of asked) resolve(tails(first));
      } catch (error) {
        this.#failure = error;
        for (const { reject } of asked) reject(error);
      }
    }
    this.#answering = undefined;
  }

  async #readTails(firsts: readonly bigint[]): Promise<(first: bigint) => SourceAnswer> {
    const { connection, extent } = await this.#opening;
    const known = firstBeyond(extent);
    const sorted = [...new Set([...firsts, ...(known === undefined ? [] : [known])])].sort(ascending);
    const rows = await connection.query<TailRow>(TAILS_SQL, [sorted]);
    const tails = new Map(rows.map((row) => [row.first, row]));
    this.#maxId = rows[0]?.maxId ?? undefined;
    const added = known === undefined ? 0n : (tails.get(known)?.events ?? 0n);
    return (first) => {
      const { events = 0n, seconds = 0 } = tails.get(first) ?? {};
      const countBelow = extent === undefined ? undefined : extent.count + added - events;
      return { tail: { events, seconds: Math.max(0, seconds) }, countBelow, maxId: this.#maxId };
    };
  }
}

interface Opened {
  readonly connection: Connection;
  /** Count and ids at the beginning. Absent if the events were not counted. */
  readonly extent: Extent | undefined;
}

/** The lowest id that was not counted; undefined if there can be none. */
function firstBeyond(extent: Extent | undefined): bigint | undefined {
  if (extent === undefined || extent.ids?.to === MAX_ID) return undefined;
  return extent.ids === undefined ? LOWEST_ID : extent.ids.to + 1n;
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
