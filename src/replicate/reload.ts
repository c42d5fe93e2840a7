import { orAborted } from '../common/or-aborted.js';
import { changedOptions, compareDestinations } from '../config/changes.js';
import type { ReplicatorConfig } from '../config/replicator-config.js';
import type { Destination } from '../destination/destination.js';
import type { Log } from '../log/log.js';
import { type ConnectionParams, nameOf } from '../pg/connection-params.js';
import type { DestinationSet, Member } from './destination-set.js';

export interface ReloadOptions {
  readonly configFilename: string;
  /** Reads the configuration again. */
  readonly load: () => Promise<ReplicatorConfig>;
  /** Takes it over. */
  readonly apply: (config: ReplicatorConfig) => Promise<void>;
  readonly log: Log;
  readonly stop: AbortSignal;
}

/** Reads the configuration again when it is asked to, one time after the other. */
export class Reload {
  readonly #options: ReloadOptions;
  #isAsked: boolean = false;
  #isRunning: boolean = false;

  constructor(options: ReloadOptions) {
    this.#options = options;
  }

  /** Asks for it. What is asked while a configuration is read leads to one more reading. */
  ask(): void {
    this.#isAsked = true;
    if (!this.#isRunning) void this.#readAll();
  }

  async #readAll(): Promise<void> {
    this.#isRunning = true;
    while (this.#isAsked && !this.#options.stop.aborted) {
      this.#isAsked = false;
      await this.#readOnce();
    }
    this.#isRunning = false;
  }

  /** A configuration with mistakes changes nothing. */
  async #readOnce(): Promise<void> {
    const { configFilename, load, apply, log, stop } = this.#options;
    try {
      const config = await orAborted(load(), stop);
      for (const problem of config.warnings) log.write('configuration warning', { configFilename, problem });
      await orAborted(apply(config), stop);
    } catch (err) {
      if (!stop.aborted)
        log.write('configuration is not taken over: nothing was changed', { configFilename, err });
    }
  }
}

export interface TakeOver {
  readonly set: DestinationSet;
  /** The configuration that the run has begun with. */
  readonly before: ReplicatorConfig;
  readonly log: Log;
  /** @throws OperatorError if servers have too little room for the new destinations. */
  readonly makeSureOfRoom: (added: readonly Destination[]) => Promise<void>;
}

/**
 * Takes over the destinations of a configuration that was read again. Those that did not change are not
 * touched, but one that had stopped is started again. Logs what else has changed and needs a new start.
 * @throws OperatorError without having changed anything.
 */
export async function takeOver(
  after: ReplicatorConfig,
  { set, before, log, makeSureOfRoom }: TakeOver,
): Promise<void> {
  const options = changedOptions(before, after);
  const plan = planOf(set, after.replicationDestinations);
  const added = plan.added.map((params) => set.newMember(params));
  await makeSureOrDrop(added, () => makeSureOfRoom(added.map(({ destination }) => destination)));
  await set.change({ removed: plan.removed, added, order: after.replicationDestinations.map(nameOf) });
  log.write('configuration read again', describe(plan));
  if (options.length > 0) log.write('options that were changed take effect at the next start', { options });
}

interface Plan {
  readonly removed: readonly Destination[];
  readonly added: readonly ConnectionParams[];
}

function planOf({ all }: DestinationSet, after: readonly ConnectionParams[]): Plan {
  const known = all.map(paramsOf);
  const stopped = all.filter(({ state }) => state === 'stopped').map(paramsOf);
  const running = known.filter((params) => !stopped.includes(params));
  const { removed, added } = compareDestinations(running, after);
  const leaving = [...removed, ...stopped];
  return { removed: all.filter((each) => leaving.includes(paramsOf(each))), added };
}

function paramsOf({ context }: Destination): ConnectionParams {
  return context.controlConnection.params;
}

/** Sessions that were opened to look for room are dropped when there is none. */
async function makeSureOrDrop(members: readonly Member[], makeSure: () => Promise<void>): Promise<void> {
  try {
    await makeSure();
  } catch (error) {
    for (const { ending } of members) ending.dropAll();
    throw error;
  }
}

/** The names by what has become of the destinations. */
function describe({ removed, added }: Plan) {
  const [before, after] = [removed.map(({ context }) => context.name), added.map(nameOf)];
  return {
    added: after.filter((name) => !before.includes(name)),
    removed: before.filter((name) => !after.includes(name)),
    startedAgain: after.filter((name) => before.includes(name)),
  };
}
