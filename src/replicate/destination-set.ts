/** The destinations of a run. Some may come and go while it lasts. */
import { setMaxListeners } from 'node:events';
import type { Destination } from '../destination/destination.js';
import type { RunOptions } from '../destination/run-options.js';
import type { Shares } from '../destination/sharing.js';
import type { Connection } from '../pg/connection.js';
import type { ConnectionParams } from '../pg/connection-params.js';
import type { DestinationRuns } from './destination-runs.js';
import { Ending } from './ending.js';
import { oneErrorOf } from './failures.js';
import { onProbation } from './on-probation.js';

/** How long the sessions of a destination may take to end while the run goes on. */
const GRACE_MS = 1_500;

/** What a destination gets from the set. */
export interface DestinationPlace {
  /** A number that no other destination of this run has had. */
  readonly index: number;
  /** Aborted to drop the sessions of the destination, whatever they wait for. */
  readonly end: AbortSignal;
}

/** One destination. It may end before the run does. */
export interface Member {
  readonly destination: Destination;
  readonly ending: Ending;
}

/** How a set of destinations changes. */
export interface SetChange {
  readonly removed: readonly Destination[];
  readonly added: readonly Member[];
  /** The names of all destinations afterwards, in the order of the configuration. */
  readonly order: readonly string[];
}

export interface DestinationSetOptions {
  /** How the run ends. */
  readonly ending: Ending;
  readonly make: (params: ConnectionParams, place: DestinationPlace) => Destination;
  /** Called when a destination has ended before the run. */
  readonly onRemoved: (destination: Destination) => void;
}

export class DestinationSet {
  /** The destinations of now, in the order of the configuration. The array stays the same. */
  readonly all: Destination[] = [];
  /** Resolves when destinations may come and go. */
  readonly begun: Promise<void>;
  #markBegun: () => void = () => {};
  readonly #options: DestinationSetOptions;
  #members: readonly Member[] = [];
  #count = 0;
  readonly #running = new Map<Member, Promise<void>>();
  /** Pending while destinations come and go: the run does not end meanwhile. */
  #changing: Promise<void> | undefined;
  #begin: (member: Member, isNew: boolean) => void = () => {};

  constructor(params: readonly ConnectionParams[], options: DestinationSetOptions) {
    this.#options = options;
    this.#become(params.map((each) => this.newMember(each)));
    this.begun = new Promise((resolve) => {
      this.#markBegun = resolve;
    });
  }

  /** Makes a destination that does not belong to the set yet. */
  newMember(params: ConnectionParams): Member {
    const { ending: ofRun, make } = this.#options;
    let destination: Destination | undefined;
    const ending = new Ending(ofRun.stop, () => destination?.roundTripMs ?? 0, GRACE_MS);
    const end = AbortSignal.any([ofRun.end, ending.end]);
    setMaxListeners(0, end);
    destination = make(params, { index: this.#count, end });
    this.#count += 1;
    return { destination, ending };
  }

  /** Runs all destinations, and those that come, until each has ended. */
  async run(runs: DestinationRuns, options: RunOptions): Promise<void> {
    this.#begin = (member, isNew) => {
      const own = { ...options, stop: member.ending.stop };
      const running = runs.run(member.destination, isNew ? onProbation(own) : own);
      this.#running.set(
        member,
        running.finally(() => this.#running.delete(member)),
      );
    };
    for (const member of this.#members) this.#begin(member, false);
    this.#markBegun();
    for (;;) {
      const changing = this.#changing === undefined ? [] : [this.#changing];
      const pending = [...this.#running.values(), ...changing];
      if (pending.length === 0) return;
      await Promise.race(pending);
    }
  }

  /**
   * Ends some destinations at a commit, then starts others. These begin when the ends are over: a destination
   * that was renamed has the same database.
   */
  async change(change: SetChange): Promise<void> {
    this.#changing = this.#change(change).finally(() => {
      this.#changing = undefined;
    });
    await this.#changing;
  }

  /** Opens the first session of a destination in advance. @throws the error of connecting. */
  async connectAhead(
    params: ConnectionParams,
    among: readonly Destination[] = this.all,
  ): Promise<Connection> {
    const destination = among.find(({ context }) => context.controlConnection.params === params);
    if (destination === undefined || destination.isPaused)
      throw new Error('This destination is not started.');
    return destination.connectAhead();
  }

  /** Round trip to the farthest destination. */
  get longestRoundTripMs(): number {
    return Math.max(0, ...this.all.map(({ roundTripMs }) => roundTripMs));
  }

  /** Names of the destinations that are replicated to. */
  get activeNames(): string[] {
    return this.all.filter(({ isPaused }) => !isPaused).map(({ context }) => context.name);
  }

  get shares(): Shares {
    const { all } = this;
    return {
      held: () => all.filter(({ isHeld }) => isHeld).length,
      get total() {
        return all.filter(({ isPaused }) => !isPaused).length;
      },
    };
  }

  /** @throws the reasons why destinations were stopped, if any were. */
  throwWhatStopped(): void {
    const failures = this.all.flatMap(({ context, failure }) =>
      failure === undefined ? [] : [{ destination: context.name, error: failure }],
    );
    if (failures.length > 0) throw oneErrorOf(failures);
  }

  async #change({ removed, added, order }: SetChange): Promise<void> {
    const leaving = this.#members.filter(({ destination }) => removed.includes(destination));
    await Promise.all(leaving.map((member) => this.#end(member)));
    if (this.#options.ending.stop.aborted) return;
    const rank = ({ destination }: Member) => order.indexOf(destination.context.name);
    const staying = this.#members.filter((member) => !leaving.includes(member));
    this.#become([...staying, ...added].sort((a, b) => rank(a) - rank(b)));
    for (const member of added) this.#begin(member, true);
  }

  async #end(member: Member): Promise<void> {
    member.ending.halt(new Error('not configured any more'));
    await this.#running.get(member);
    this.#options.onRemoved(member.destination);
  }

  #become(members: readonly Member[]): void {
    this.#members = members;
    this.all.splice(0, this.all.length, ...members.map(({ destination }) => destination));
  }
}
