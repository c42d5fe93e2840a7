import type { ConnectionParams } from '../../../src/pg/connection-params.js';
import { RunningCommand } from '../commands/command.js';
import { until } from '../until.js';
import type { Installation } from './installation.js';
import type { RunningReplicator } from './running-replicator.js';

/** Starts `slate-hold` for one of the destinations. It takes the destination's configuration and nothing else. */
export function startHold(
  all: Installation,
  args: readonly string[] = [],
  { params = all.destination(), env = {} }: HoldOptions = {},
): RunningCommand {
  const named = { ...params, name: nameOfHeld(params) };
  const file = all.writeConfig({ replicationDestinations: [named] });
  return new RunningCommand('slate-hold', ['-c', file, '--destination', named.name, ...args], env);
}

interface HoldOptions {
  /** Default: the first destination. */
  readonly params?: ConnectionParams;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the configuration file of `startHold` calls a destination. */
export function nameOfHeld({ databaseName }: ConnectionParams): string {
  return `held ${databaseName}`;
}

export function untilHeld(hold: RunningCommand): Promise<void> {
  return hold.untilErrors(/ is held\./);
}

export function untilState({ replicator }: RunningReplicator, state: string, index = 0): Promise<void> {
  const found = () => replicator.destinations[index]?.state;
  return until(
    `destination ${index} was ${state}`,
    () => found() === state,
    () => `It was ${found()}.`,
  );
}

/** The sessions that write to a database, or build its indexes. */
export async function writersOf(all: Installation, params = all.destination()): Promise<number> {
  const writers = await all.query(
    params,
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND starts_with(application_name, 'slate-replicator:')`,
  );
  return writers.length;
}
