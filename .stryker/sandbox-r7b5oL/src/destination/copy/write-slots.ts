/** Decides how many writes of one destination run at a time, and in which sessions. */
// @ts-nocheck

import type { ServerLanes } from './server-lanes.js';

/** The writes that have begun and not ended. */
export interface UnderWay {
  readonly writes: number;
  readonly bytes: number;
}

export interface WriteSlots {
  /** Whether another write may start. The first one of a destination always may. */
  mayStart(underWay: UnderWay): boolean;
  /** @returns the lane that the next write takes. */
  take(): number;
  /** A lane is free again. */
  giveBack(lane: number): void;
  /** Counts `write` as running until it ends. */
  during<T>(write: Promise<T>): Promise<T>;
}

/** Lanes: each write has a session of its own, and waits at the gate for those before it. */
export class LaneSlots implements WriteSlots {
  readonly #server: ServerLanes;
  readonly #free: number[];

  /** @param server counts the lanes of all destinations on the same server. */
  constructor(lanes: number, server: ServerLanes) {
    this.#server = server;
    this.#free = Array.from({ length: lanes }, (_, lane) => lane).reverse();
  }

  mayStart({ writes }: UnderWay): boolean {
    return this.#free.length > 0 && this.#server.mayStart(writes);
  }

  take(): number {
    return this.#free.pop() ?? 0;
  }

  giveBack(lane: number): void {
    this.#free.push(lane);
    // The lowest free lane is taken first, so that the sessions of higher lanes become idle and are closed.
    this.#free.sort((a, b) => b - a);
  }

  during<T>(write: Promise<T>): Promise<T> {
    return this.#server.during(write);
  }
}

/** Enough for 200 writes a second to a server 300 ms away. */
const MOST_WRITES = 64;

/** More than a line of 100 MB/s and 100 ms can hold. */
const MOST_BYTES = 16 * 1024 * 1024;

/** A pipeline: writes follow each other in one session without waiting for replies. */
export class PipelineSlots implements WriteSlots {
  mayStart({ writes, bytes }: UnderWay): boolean {
    return writes === 0 || (writes < MOST_WRITES && bytes < MOST_BYTES);
  }

  take(): number {
    return 0;
  }

  giveBack(): void {}

  during<T>(write: Promise<T>): Promise<T> {
    return write;
  }
}
