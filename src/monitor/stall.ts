/** What counts as a stall. */
export interface StallRule {
  readonly stallSeconds: number;
  readonly stallEvents: number;
}

/** A destination at one moment. */
export interface Movement {
  /** Of a clock that never goes back. */
  readonly atMs: number;
  /** Whether nothing known keeps it from moving. */
  readonly shouldMove: boolean;
  /** Events copied so far. */
  readonly events: number;
  readonly lagEvents: number | undefined;
}

/** States in which a destination moves if it lacks events. In others it waits for a server or a person. */
const MOVING: ReadonlySet<string> = new Set(['catching up', 'live']);

/** Whether a destination in this state should move. */
export function isMovingState(state: string): boolean {
  return MOVING.has(state);
}

/**
 * Watches one destination for a stall: it should move, lacks more than `stallEvents` events all the time, and
 * copies nothing for `stallSeconds`.
 */
export class StallWatch {
  readonly #rule: StallRule;
  #events: number | undefined;
  #sinceMs: number | undefined;

  constructor(rule: StallRule) {
    this.#rule = rule;
  }

  note({ atMs, shouldMove, events, lagEvents = 0 }: Movement): void {
    const stands = events === this.#events;
    this.#events = events;
    const isBehind = lagEvents > this.#rule.stallEvents;
    this.#sinceMs = shouldMove && stands && isBehind ? (this.#sinceMs ?? atMs) : undefined;
  }

  isStalled(nowMs: number): boolean {
    return this.#sinceMs !== undefined && nowMs - this.#sinceMs >= this.#rule.stallSeconds * 1000;
  }
}
