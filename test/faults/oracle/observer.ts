import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../../src/pg/connect.js';
import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { PersistentSession } from './persistent-session.js';

/** One look at a destination, in one snapshot. */
interface Look {
  readonly last: bigint;
  /** Changes when the server has crashed. */
  readonly serverStarted: string;
}

const PAUSE_MS = 10;

const LAST_SQL = `SELECT COALESCE(max(id), 0) AS last, pg_postmaster_start_time()::text AS "serverStarted" FROM public.events`;
const COUNT_SQL = 'SELECT count(*) AS count, COALESCE(min(id), 1) AS first FROM public.events';

/**
 * Looks at a destination again and again, also after its server has crashed, and notes every look in which its ids were
 * not exactly 1…N. Whether each N ends a transaction is asked afterwards: what the source has committed never changes.
 */
export class Observer {
  readonly violations: string[] = [];
  readonly prefixesSeen = new Set<bigint>();
  /** Looks that were answered. */
  looks = 0;
  readonly session: PersistentSession;
  readonly #destination: ConnectionParams;
  #before: Look | undefined;

  constructor(destination: ConnectionParams) {
    this.#destination = destination;
    this.session = new PersistentSession(destination, 'slate-test-observer');
  }

  /** The last id at the last look. */
  get last(): bigint | undefined {
    return this.#before?.last;
  }

  /** Looks until stopped. */
  run(stop: AbortSignal): Promise<void> {
    return this.session.repeat(stop, async (destination) => {
      await this.#look(destination);
      await sleep(PAUSE_MS);
    });
  }

  async #look(destination: Connection): Promise<void> {
    await destination.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const [look] = await destination.query<Look>(LAST_SQL);
    if (look !== undefined && look.last !== this.#before?.last) await this.#lookClosely(destination, look);
    await destination.query('COMMIT');
    this.looks += 1;
  }

  async #lookClosely(destination: Connection, look: Look): Promise<void> {
    const { last } = look;
    const [ids] = await destination.query<{ count: bigint; first: bigint }>(COUNT_SQL);
    if (ids?.first !== 1n || ids.count !== last) {
      this.#note(`ids are not 1…${last}: there are ${ids?.count}, from ${ids?.first}`);
    }
    this.#refuseToGoBack(look);
    this.prefixesSeen.add(last);
    this.#before = look;
  }

  /** Destinations commit asynchronously: only a crash may take back what was seen. */
  #refuseToGoBack({ last, serverStarted }: Look): void {
    const before = this.#before;
    if (before === undefined || last > before.last || serverStarted !== before.serverStarted) return;
    this.#note(`it went back from ${before.last} to ${last}, and the server had not crashed`);
  }

  #note(what: string): void {
    this.violations.push(`${this.#destination.databaseName}: ${what}`);
  }
}
