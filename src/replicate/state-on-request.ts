import { orAborted } from '../common/or-aborted.js';
import type { Replicator } from './replicator.js';

/** The signal that asks for the state of all destinations. Windows has none. */
const SIGNAL = 'SIGUSR2';

/** How long the source may take to return its highest id. */
const ANSWER_MS = 2_000;

/** Asks this process for the state of all destinations, as the signal does. */
export function askForState(): void {
  process.kill(process.pid, SIGNAL);
}

/** Where requests for the state of all destinations arrive, until it is disposed of. */
export class StateRequests implements Disposable {
  #replicator: Replicator | undefined;
  readonly #onRequest = () => void this.#tell();

  /** From now on the signal does not end this process. */
  constructor() {
    if (process.platform !== 'win32') process.on(SIGNAL, this.#onRequest);
  }

  /** Answers for this replicator from now on. Before, there is no state. */
  answerFor(replicator: Replicator): void {
    this.#replicator = replicator;
  }

  [Symbol.dispose](): void {
    process.off(SIGNAL, this.#onRequest);
  }

  async #tell(): Promise<void> {
    const { source, destinations } = this.#replicator ?? { destinations: [] };
    if (source === undefined) return;
    const asking = orAborted(source.lastId(), AbortSignal.timeout(ANSWER_MS));
    const maxId = await asking.catch(() => undefined);
    for (const destination of destinations) destination.tellState(maxId);
  }
}
