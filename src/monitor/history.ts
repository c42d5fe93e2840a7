/** How many seconds of its past a destination keeps. */
export const HISTORY_SECONDS = 900;

/** The lag and the rate of one destination, second by second. */
export interface HistoryJson {
  readonly stepSeconds: 1;
  /** Time of the first value. */
  readonly from: string;
  /** Null where nothing is known. */
  readonly lagEvents: readonly (number | null)[];
  readonly eventsPerSecond: readonly (number | null)[];
}

/** Keeps two values for each of the last seconds, in a ring. */
export class History {
  readonly #lag = new Float64Array(HISTORY_SECONDS).fill(Number.NaN);
  readonly #rate = new Float64Array(HISTORY_SECONDS).fill(Number.NaN);
  #first: number | undefined;
  #last = 0;

  /** @param second whole seconds since 1970, by a clock that never goes back. */
  put(
    second: number,
    { lagEvents, eventsPerSecond }: { lagEvents: number | undefined; eventsPerSecond: number },
  ): void {
    this.#first ??= second;
    this.#forgetUpTo(second);
    this.#lag[second % HISTORY_SECONDS] = lagEvents ?? Number.NaN;
    this.#rate[second % HISTORY_SECONDS] = eventsPerSecond;
    this.#last = second;
  }

  json(): HistoryJson {
    const from = Math.max(this.#first ?? this.#last, this.#last - HISTORY_SECONDS + 1);
    const count = this.#first === undefined ? 0 : this.#last - from + 1;
    const valuesOf = (ring: Float64Array) =>
      Array.from({ length: count }, (_, n) => knownOrNull(ring[(from + n) % HISTORY_SECONDS]));
    return {
      stepSeconds: 1,
      from: new Date(from * 1000).toISOString(),
      lagEvents: valuesOf(this.#lag),
      eventsPerSecond: valuesOf(this.#rate),
    };
  }

  /** Seconds in which nothing was put keep nothing of the round before. */
  #forgetUpTo(second: number): void {
    const from = Math.max(this.#last + 1, second - HISTORY_SECONDS + 1);
    for (let at = from; at < second; at++) {
      this.#lag[at % HISTORY_SECONDS] = Number.NaN;
      this.#rate[at % HISTORY_SECONDS] = Number.NaN;
    }
  }
}

function knownOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
