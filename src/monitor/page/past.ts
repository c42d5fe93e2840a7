import type { DestinationStatus, History } from './status.js';

/** How much a chart shows. */
export const SHOWN_SECONDS = 15 * 60;

/** Columns of equal length, as the chart draws them: seconds since 1970, and what was measured then. */
export interface Past {
  readonly times: readonly number[];
  readonly lagEvents: readonly (number | null)[];
  readonly eventsPerSecond: readonly (number | null)[];
}

export const NO_PAST: Past = { times: [], lagEvents: [], eventsPerSecond: [] };

/** What the server remembers. */
export function pastOf({ from, stepSeconds, lagEvents, eventsPerSecond }: History): Past {
  const start = Date.parse(from) / 1000;
  return { times: lagEvents.map((_, step) => start + step * stepSeconds), lagEvents, eventsPerSecond };
}

/** Adds what a status says. Within a second the latest value stands; what is older than the chart leaves. */
export function withStatus(past: Past, at: string, destination: DestinationStatus): Past {
  const second = Math.floor(Date.parse(at) / 1000);
  const last = past.times.at(-1);
  if (last !== undefined && second < Math.floor(last)) return past;
  const first = past.times.findIndex((time) => time > second - SHOWN_SECONDS);
  const begin = first === -1 ? past.times.length : first;
  const end = last !== undefined && Math.floor(last) === second ? -1 : undefined;
  return {
    times: [...past.times.slice(begin, end), second],
    lagEvents: [...past.lagEvents.slice(begin, end), destination.lagEvents],
    eventsPerSecond: [...past.eventsPerSecond.slice(begin, end), destination.eventsPerSecond],
  };
}

export interface Highest {
  readonly value: number;
  readonly time: number;
}

/** The highest value, and when it was first reached. */
export function highest(times: readonly number[], values: readonly (number | null)[]): Highest | undefined {
  let best: Highest | undefined;
  values.forEach((value, index) => {
    const time = times[index];
    if (value !== null && time !== undefined && value > (best?.value ?? -1)) best = { value, time };
  });
  return best;
}
