// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from '../../../../src/pg/connection.js';
import type { ConnectionParams } from '../../../../src/pg/connection-params.js';
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
 * not exactly 1…N, where the source has no holes. Whether each N ends a transaction is asked afterwards, and where there
 * are holes whether everything up to it was there.
 */
export class Observer {
  readonly violations: string[] = [];
  /** How many events there were up to each last one. */
  readonly seen = new Map<bigint, bigint>();
  /** Looks that were answered. */
  looks = 0;
  readonly session: PersistentSession;
  readonly #destination: ConnectionParams;
  readonly #hasHoles: boolean;
  #before: Look | undefined;
  #mayGoBackTo: bigint | undefined;

  constructor(destination: ConnectionParams, { hasHoles = false } = {}) {
    this.#destination = destination;
    this.#hasHoles = hasHoles;
    this.session = new PersistentSession(destination, 'slate-test-observer');
  }

  /** The last id at the last look. */
  get last(): bigint | undefined {
    return this.#before?.last;
  }

  /** Somebody is about to take events out of the destination, all behind `last`: it may go back once. */
  allowStepBack(last: bigint): void {
    this.#mayGoBackTo = last;
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
    if (!this.#hasHoles && (ids?.first !== 1n || ids.count !== last)) {
      this.#note(`ids are not 1…${last}: there are ${ids?.count}, from ${ids?.first}`);
    }
    this.#refuseToGoBack(look);
    this.seen.set(last, ids?.count ?? 0n);
    this.#before = look;
  }

  /** Destinations commit asynchronously: only a crash, or a person, may take back what was seen. */
  #refuseToGoBack({ last, serverStarted }: Look): void {
    const before = this.#before;
    if (before === undefined || last > before.last || serverStarted !== before.serverStarted) return;
    if (this.#mayGoBackTo !== undefined && last >= this.#mayGoBackTo) {
      this.#mayGoBackTo = undefined;
      return;
    }
    this.#note(`it went back from ${before.last} to ${last}, and the server had not crashed`);
  }

  #note(what: string): void {
    this.violations.push(`${this.#destination.databaseName}: ${what}`);
  }
}
