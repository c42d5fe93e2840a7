// @ts-nocheck
import { connect } from '../../../src/pg/connect.js';
import type { Connection } from '../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { notAtTransactionEnds } from '../databases/transaction-ends.js';

/** One look at a destination, in one snapshot. */
interface Look {
  readonly count: bigint;
  readonly first: bigint | null;
  readonly last: bigint | null;
}

/** What an observer saw that must never be seen. */
export interface Violation {
  readonly where: string;
  readonly what: string;
}

/**
 * Looks at a destination again and again, as fast as it answers, and notes every look in which its ids were not exactly
 * 1…N, or N was not the end of a source transaction.
 */
export class PrefixObserver implements AsyncDisposable {
  readonly violations: Violation[] = [];
  /** Different N seen: an observer that saw only two states proved nothing. */
  readonly prefixesSeen = new Set<bigint>();
  readonly #stopping = new AbortController();
  readonly #looking: Promise<void>;

  constructor(source: ConnectionParams, destination: ConnectionParams) {
    this.#looking = this.#lookUntilStopped(source, destination);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#looking;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #lookUntilStopped(
    sourceParams: ConnectionParams,
    destinationParams: ConnectionParams,
  ): Promise<void> {
    const options = { applicationName: 'slate-test-observer', connectTimeoutMs: 15_000 };
    await using source = await connect(sourceParams, options);
    await using destination = await connect(destinationParams, options);
    while (!this.#stopping.signal.aborted) await this.#look(source, destination);
    await this.#look(source, destination);
  }

  async #look(source: Connection, destination: Connection): Promise<void> {
    const [look] = await destination.query<Look>(
      'SELECT count(*) AS count, min(id) AS first, max(id) AS last FROM public.events',
    );
    if (look === undefined || look.last === null || this.prefixesSeen.has(look.last)) return;
    this.prefixesSeen.add(look.last);
    const note = (what: string) => this.violations.push({ where: destination.where, what });
    if (look.first !== 1n || look.count !== look.last)
      note(`ids are not 1…${look.last}: ${look.count} from ${look.first}`);
    const wrong = await notAtTransactionEnds(source, new Set([look.last]));
    if (wrong.length > 0) note(`event ${look.last} does not end a transaction`);
  }
}
