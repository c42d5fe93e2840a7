import { messageOf } from '../common/message-of.js';
import { measureSource, type SourceAnswer } from './measure-source.js';
import { SourceClock } from './source-clock.js';
import type { DestinationView, SourceView } from './views.js';

/** For how many positions the source is asked at a time. Others have their turn later. */
const MOST_POSITIONS = 20;

/** The last answer of the source. */
export interface SourceMeasurement {
  readonly maxId: bigint | undefined;
  readonly notificationQueueUsage: number;
  readonly atMs: number;
}

/** The first event that a destination lacks, as the source told. */
export interface FirstMissing {
  /** The destination held all up to this id. */
  readonly after: bigint;
  /** `ts` of that event, in milliseconds since 1970. */
  readonly tsMs: number;
  readonly atMs: number;
}

/**
 * Asks the source once in a while where it stands, for all destinations in one statement. Times are those of
 * `performance.now()`.
 */
export class SourceWatch {
  readonly #view: SourceView;
  readonly #clock = new SourceClock();
  readonly #firstMissing = new Map<string, FirstMissing>();
  /** When each destination had its turn. */
  readonly #askedAtMs = new Map<string, number>();
  #asking: Promise<void> | undefined;
  /** The last answer; undefined before the first. */
  last: SourceMeasurement | undefined;
  /** Why the last question was not answered; undefined after an answer. */
  failure: unknown;

  constructor(view: SourceView) {
    this.#view = view;
  }

  /** Asks the source, unless it still owes an answer. Resolves with the answer, or when it has failed. */
  measure(destinations: readonly DestinationView[]): Promise<void> {
    this.#asking ??= this.#ask(destinations).finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** The first event that the destination lacked when the source was asked last. */
  firstMissing(name: string): FirstMissing | undefined {
    return this.#firstMissing.get(name);
  }

  /** The time at the source, in milliseconds since 1970. */
  sourceTimeMs(nowMs = performance.now()): number | undefined {
    return this.#clock.at(nowMs);
  }

  /** Forgets destinations that are no more. */
  keep(names: ReadonlySet<string>): void {
    for (const known of [this.#firstMissing, this.#askedAtMs])
      for (const name of known.keys()) if (!names.has(name)) known.delete(name);
  }

  async #ask(destinations: readonly DestinationView[]): Promise<void> {
    const asked = this.#choose(destinations);
    const positions = [...new Set(asked.map(({ after }) => after))];
    try {
      let sentAtMs = performance.now();
      const answer = await this.#view.ask((connection) => {
        sentAtMs = performance.now();
        return measureSource(connection, positions);
      });
      this.#learn(answer, { sentAtMs, receivedAtMs: performance.now() });
      for (const { name, after } of asked) this.#note(name, after, answer);
      this.failure = undefined;
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(messageOf(error));
    }
  }

  #learn(
    { maxId, nowMs, notificationQueueUsage }: SourceAnswer,
    when: { sentAtMs: number; receivedAtMs: number },
  ): void {
    this.#clock.learn(nowMs, when);
    this.last = { maxId, notificationQueueUsage, atMs: when.receivedAtMs };
  }

  #note(name: string, after: bigint, { firstBehindMs }: SourceAnswer): void {
    const tsMs = firstBehindMs.get(after);
    if (tsMs === undefined) this.#firstMissing.delete(name);
    else this.#firstMissing.set(name, { after, tsMs, atMs: performance.now() });
  }

  /**
   * Destinations whose first missing event is not known, those first that waited longest. Events do not
   * change, so of a destination that stands still it stays known.
   */
  #choose(destinations: readonly DestinationView[]): { name: string; after: bigint }[] {
    const unknown = destinations.flatMap(({ name, holdsUpTo: after }) =>
      after === undefined || this.#firstMissing.get(name)?.after === after ? [] : [{ name, after }],
    );
    const lastTurn = ({ name }: { name: string }) => this.#askedAtMs.get(name) ?? 0;
    const inTurn = unknown.toSorted((a, b) => lastTurn(a) - lastTurn(b));
    const positions = new Set([...new Set(inTurn.map(({ after }) => after))].slice(0, MOST_POSITIONS));
    const chosen = inTurn.filter(({ after }) => positions.has(after));
    for (const { name } of chosen) this.#askedAtMs.set(name, performance.now());
    return chosen;
  }
}
