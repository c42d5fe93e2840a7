/**
 * Notices when somebody changes a destination beneath a live replicator: within a second or two of a write, and at every
 * poll, its first and its last events are compared with the source. What it looks for: a destination that was emptied, or
 * whose last events were deleted or edited. What is missing is copied again, what is different stops the destination: the
 * guard decides after the next look.
 */
import type { Fingerprint } from '../batch/fingerprint.js';
import { LookAgainError } from '../lifecycle/look-again-error.js';
import type { Connection } from '../pg/connect.js';
import type { EventSource } from '../source/event-source.js';
import { LAST_EVENTS } from './divergence-guard.js';

/** How often it is asked whether there is something to compare: all destinations ask at the same moment, and share. */
const TICK_MS = 1_000;

/** Larger events, as they are stored, are compared by id and `ts` alone: a hundred of them each second would cost too much. */
const COMPARED_BYTES = 2_000;

/** What a database says of one of its last events. */
interface TailRow {
  readonly id: bigint;
  readonly ts: string;
  /** SHA-256 of `event::text`; null where it is not compared. */
  readonly digest: string | null;
}

const TAIL_SQL = `
  SELECT id, encode(timestamptz_send(ts), 'hex') AS ts,
         CASE WHEN pg_column_size(event) <= ${COMPARED_BYTES} THEN encode(sha256(textsend(event::text)), 'hex') END AS digest
    FROM ((SELECT * FROM public.events ORDER BY id LIMIT 1)
          UNION ALL (SELECT * FROM public.events ORDER BY id DESC LIMIT ${LAST_EVENTS})) AS tail ORDER BY id`;

/** The first event, event `$1` and those from `$2` to `$3`; only those of `$4` are digested. */
const SAME_IN_SOURCE_SQL = `
  SELECT id, encode(timestamptz_send(ts), 'hex') AS ts,
         CASE WHEN id = ANY ($4::bigint[]) THEN encode(sha256(textsend(event::text)), 'hex') END AS digest
    FROM public.events
   WHERE id IN ($1::bigint, (SELECT min(id) FROM public.events)) OR id BETWEEN $2::bigint AND $3::bigint ORDER BY id`;

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

  constructor(connection: Connection, watched: Watched) {
    this.#connection = connection;
    this.#watched = watched;
  }

  /** Aborted when the destination is not as it was left; its reason is a LookAgainError. */
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

  /** What keeps it from comparing ends the session by itself. */
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
    const theirs = await this.#connection.query<TailRow>(TAIL_SQL);
    const changed = whatIsLost(theirs, committed) ?? whatDiffers(theirs, await this.#askSource(theirs));
    this.#comparedId = committed?.id;
    this.#comparedAtMs = performance.now();
    if (changed === undefined) return;
    const message = `Destination ${this.#watched.name} was changed by somebody else: event ${changed}.`;
    this.#changed.abort(new LookAgainError(message));
  }

  async #askSource(theirs: readonly TailRow[]): Promise<TailRow[]> {
    const [first, second, last] = [theirs[0], theirs[1], theirs.at(-1)];
    if (first === undefined || last === undefined) return [];
    const digested = theirs.filter(({ digest }) => digest !== null).map(({ id }) => id);
    const values = [first.id, (second ?? first).id, last.id, digested];
    return this.#watched.source.askShared(`tail ${values.join()}`, (connection) =>
      connection.query<TailRow>(SAME_IN_SOURCE_SQL, values),
    );
  }
}

function whatIsLost(theirs: readonly TailRow[], committed: Fingerprint | undefined): string | undefined {
  const last = theirs.at(-1);
  if (committed === undefined || (last !== undefined && last.id >= committed.id)) return undefined;
  return `${committed.id} is gone`;
}

/** @param ours the same events of the source, and what lies between them. */
function whatDiffers(theirs: readonly TailRow[], ours: readonly TailRow[]): string | undefined {
  const known = new Map(theirs.map((row) => [row.id, row]));
  const missing = ours.find(({ id }) => !known.has(id));
  if (missing !== undefined) return `${missing.id} is gone`;
  const expected = new Map(ours.map((row) => [row.id, row]));
  const other = theirs.find(({ id, ts, digest }) => {
    const event = expected.get(id);
    return event?.ts !== ts || (digest !== null && event.digest !== digest);
  });
  return other && `${other.id} is not the source's`;
}
