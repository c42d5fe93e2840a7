/**
 * Counts the parallel COPYs into all destinations of one server. A second lane for one destination is a gain
 * while the server has an idle core. With several destinations it is a loss, because lanes of one table wait
 * for each other: 8 destinations on 2 cores took 100,000 to 118,000 events/s with one lane each, 85,000 to
 * 108,000 with two.
 */
// @ts-nocheck

export class ServerLanes {
  readonly #most: number;
  #busy = 0;

  /** @param most lanes of the server. Beyond this number, each destination has only one. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Whether a destination with `inFlight` running writes may start one more. The first write of a destination
   * is always allowed.
   */
  mayStart(inFlight: number): boolean {
    return inFlight === 0 || this.#busy < this.#most;
  }

  /** Counts `write` as running until it ends. */
  async during<T>(write: Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await write;
    } finally {
      this.#busy -= 1;
    }
  }
}

/** One `ServerLanes` per `host:port`. */
export function lanesByServer(most: number): (server: { host: string; port: number }) => ServerLanes {
  const known = new Map<string, ServerLanes>();
  return ({ host, port }) => {
    const server = `${host}:${port}`;
    const lanes = known.get(server) ?? new ServerLanes(most);
    known.set(server, lanes);
    return lanes;
  };
}
