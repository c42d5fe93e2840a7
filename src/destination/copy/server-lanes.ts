/**
 * The parallel COPYs into all destinations of one server. A second lane for one destination gains as long as
 * the server has a processor to spare; beside other destinations it costs, because lanes of one table wait
 * for each other: 8 destinations on 2 cores took 100,000 to 118,000 events/s with one lane each, 85,000 to
 * 108,000 with two.
 */
export class ServerLanes {
  readonly #most: number;
  #busy = 0;

  /** @param most beyond this many, each destination has only one. */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * May a destination that has so many writes under way start another one? Its first never waits for others.
   */
  mayStart(inFlight: number): boolean {
    return inFlight === 0 || this.#busy < this.#most;
  }

  /** Counts a write until it ends. */
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
