/** What is known of a destination at one moment. */
export interface Sample {
  /** Of a clock that never goes back. */
  readonly atMs: number;
  readonly events: number;
  readonly bytes: number;
  readonly lagEvents: number | undefined;
}

/** Over how many seconds rates are averaged, and how fast the lag shrinks is seen. */
const [RATE_SECONDS, TREND_SECONDS] = [5, 30];

/** Shortest time from which an estimate is made. */
const SHORTEST_TREND_MS = 3_000;

/** How fast a destination gets events, and when it will have caught up. */
export class Pace {
  /** At most `TREND_SECONDS` of samples, a second apart. */
  #samples: readonly Sample[] = [];

  add(sample: Sample): void {
    this.#samples = [...this.#samples, sample].slice(-TREND_SECONDS);
  }

  get eventsPerSecond(): number {
    return this.#rate(({ events }) => events);
  }

  get bytesPerSecond(): number {
    return this.#rate(({ bytes }) => bytes);
  }

  /** Seconds until nothing is missing, if the lag shrinks on as it does now. */
  get secondsToLive(): number | undefined {
    const known = this.#samples.filter(({ lagEvents }) => lagEvents !== undefined);
    const [first, last] = [known[0], known.at(-1)];
    if (first?.lagEvents === undefined || last?.lagEvents === undefined) return undefined;
    const tookMs = last.atMs - first.atMs;
    const closed = first.lagEvents - last.lagEvents;
    if (tookMs < SHORTEST_TREND_MS || closed <= 0) return undefined;
    return Math.ceil((last.lagEvents * tookMs) / closed / 1000);
  }

  #rate(of: (sample: Sample) => number): number {
    const recent = this.#samples.slice(-1 - RATE_SECONDS);
    const [first, last] = [recent[0], recent.at(-1)];
    if (first === undefined || last === undefined || first === last) return 0;
    return Math.round((Math.max(0, of(last) - of(first)) * 1000) / (last.atMs - first.atMs));
  }
}
