/**
 * Notices when somebody changes a destination while a replicator writes to it. Within a second or two of a
 * write, and at every poll, it compares the latest events with the source. It finds a destination that was
 * emptied, or whose latest events were deleted or edited. Missing events lead to another validation, and are
 * copied again. A difference stops the destination.
 */
// @ts-nocheck


import { LookAgainError } from '../../common/look-again-error.js';
import { type Fingerprint, isSameEvent } from '../../events/fingerprint.js';
import { BEFORE_ALL_IDS } from '../../events/id-range.js';
import type { Connection } from '../../pg/connection.js';
import type { EventSource } from '../../source/event-source.js';
import { readNewest } from '../../source/read-newest.js';
import { divergenceAt } from './divergence-guard.js';
import {
  type DigestedRow,
  type DigestedStretch,
  LATEST_STRETCH_SQL,
  SAME_ROWS_SQL,
  SAME_STRETCH_SQL,
} from './tail-sql.js';

/**
 * How often the watch checks whether there is something to compare. All destinations do so at the same
 * moment, so that they share the answer of the source.
 */
const TICK_MS = 1_000;

interface Watched {
  readonly name: string;
  readonly source: EventSource;
  readonly pollIntervalMs: number;
}

export class TailWatch implements Disposable {
  readonly #connection: Connection;
  readonly #watched: Watched;
  readonly #changed = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #committed: () => Fingerprint | undefined = () => undefined;
  #comparedId: bigint | undefined;
  #comparedAtMs = 0;
  /** First id of the next comparison: some events that were compared before, and all that came since. */
  #fromId = BEFORE_ALL_IDS + 1n;

  constructor(connection: Connection, watched: Watched) {
    this.#connection = connection;
    this.#watched = watched;
  }

  /** Aborted with a LookAgainError or a DivergenceError when the destination has changed. */
  get changed(): AbortSignal {
    return this.#changed.signal;
  }

  /** @param committed the last event that the destination must have. */
  start(committed: () => Fingerprint | undefined): void {
    this.#committed = committed;
    this.#comparedId = committed()?.id;
    this.#comparedAtMs = performance.now();
    this.#schedule();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #schedule(): void {
    this.#timer = setTimeout(() => void this.#tick(), TICK_MS - (performance.now() % TICK_MS));
  }

  /**
   * Ignores errors: an error that prevents the comparison also ends the session, which is noticed elsewhere.
   */
  async #tick(): Promise<void> {
    if (this.#isDue()) await this.#compare().catch(() => {});
    if (this.#timer !== undefined) this.#schedule();
  }

  #isDue(): boolean {
    const isNew = this.#committed()?.id !== this.#comparedId;
    return isNew || performance.now() - this.#comparedAtMs >= this.#watched.pollIntervalMs;
  }

  async #compare(): Promise<void> {
    const committed = this.#committed();
    const changed = await this.#findChange(committed?.id);
    this.#comparedId = committed?.id;
    this.#comparedAtMs = performance.now();
    if (changed !== undefined) this.#changed.abort(changed);
  }

  async #findChange(committedId: bigint | undefined): Promise<Error | undefined> {
    const [theirs] = await this.#connection.query<DigestedStretch>(LATEST_STRETCH_SQL, [this.#fromId]);
    const to = theirs?.to ?? BEFORE_ALL_IDS;
    if (committedId !== undefined && to < committedId) return this.#isGone(committedId);
    if (theirs?.from == null || theirs.firstId === null) return undefined;
    const same = [theirs.from, to, theirs.large ?? []];
    const [ours] = await this.#askSource<DigestedStretch>('same events', SAME_STRETCH_SQL, same);
    if (ours?.firstId !== theirs.firstId) return this.#differsAt(ours?.firstId ?? null, theirs.firstId);
    if (ours.digest !== theirs.digest) return this.#findEvent(same);
    this.#fromId = theirs.nextFrom ?? this.#fromId;
    return undefined;
  }

  /** Compares each event, to find the one that differs. */
  async #findEvent(same: unknown[]): Promise<Error | undefined> {
    const theirs = await this.#connection.query<DigestedRow>(SAME_ROWS_SQL, same);
    const ours = await this.#askSource<DigestedRow>('each of the same events', SAME_ROWS_SQL, same);
    const known = new Set(theirs.map(({ id }) => id));
    const missing = ours.find(({ id }) => !known.has(id));
    if (missing !== undefined) return this.#isGone(missing.id);
    const expected = new Map(ours.map(({ id, digest }) => [id, digest]));
    const other = theirs.find(({ id, digest }) => expected.get(id) !== digest);
    return other && this.#differsAt(null, other.id);
  }

  /**
   * Explains a first event that differs: the destination lost the first event of the source, or holds another
   * one.
   */
  async #differsAt(sourceId: bigint | null, id: bigint): Promise<Error | undefined> {
    if (sourceId !== null && sourceId < id) return this.#isGone(sourceId);
    const { source } = this.#watched;
    return (
      (await this.#sourceChange()) ??
      source.ask((connection) => divergenceAt(connection, this.#connection, id))
    );
  }

  /**
   * Checks whether the source has changed, and reports it: other destinations may be about to write events
   * that it lost.
   */
  async #sourceChange(): Promise<Error | undefined> {
    const committed = this.#committed();
    if (committed === undefined) return undefined;
    const { source } = this.#watched;
    const at = { after: committed.id, upTo: committed.id };
    const { predecessor } = await source.ask((connection) => readNewest(connection, at));
    return isSameEvent(predecessor, committed) ? undefined : source.changedAt(committed.id);
  }

  #isGone(id: bigint): LookAgainError {
    return new LookAgainError(`Destination ${this.#watched.name} lacks event ${id}, which the source has.`, {
      hint: 'Somebody deleted it there, or it appeared in the source after later ones. It is copied now.',
    });
  }

  /**
   * @param name of the prepared statement. Planning it each time would cost as much as comparing fifty
   *   events.
   */
  #askSource<Row extends object>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return this.#watched.source.askShared(`${name} ${values.join()}`, async (connection) => {
      const asking = connection.client.query<Row>({ name, text, values });
      return (await connection.awaiting(asking)).rows;
    });
  }
}
