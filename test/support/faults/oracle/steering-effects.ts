/** What an operator does to one destination while everything runs: no fault, and nothing may be lost by it. */
import { RunningCommand } from '../../commands/command.js';
import { connectTo } from '../../postgres/databases.js';
import { until } from '../../until.js';
import { CannotHappenError } from './cannot-happen.js';
import type { Effect, Place } from './effect.js';
import { type DestinationChange, HELD } from './field.js';
import { HISTORY, observerOf } from './history-effects.js';

type SteeringKind = 'reload' | 'held destination';

const CHANGES: readonly DestinationChange[] = ['absent', 'paused', 'renamed'];

export const STEERING_EFFECTS: Readonly<Record<SteeringKind, (place: Place) => Effect>> = {
  reload: (place) => ({
    begin: () => reconfigure(place, CHANGES[place.fault.size % CHANGES.length]),
    end: () => reconfigure(place, undefined),
    // Nobody notices what is done to a destination that is away.
    alone: HISTORY,
  }),
  'held destination': heldDestination,
};

/** Some operators are impatient and send the signal twice. */
async function reconfigure(
  { fault, crew, replicator }: Place,
  change: DestinationChange | undefined,
): Promise<void> {
  crew.field.reconfigure(fault.server, change);
  await replicator.reload();
  if (fault.size % 2 === 0) await replicator.reload();
}

/** While `slate-hold` lasts, nothing is written to the destination. Half of them are killed. */
function heldDestination(place: Place): Effect {
  const { fault, crew, site } = place;
  let command: RunningCommand | undefined;
  let before: bigint | undefined;
  return {
    async begin() {
      command = new RunningCommand('slate-hold', [
        '-c',
        crew.field.writeHoldConfig(fault.server),
        '--destination',
        HELD,
      ]);
      await untilHeld(command);
      before = await countOf(place);
    },
    async end() {
      if (command === undefined) return;
      const after = await countOf(place).catch(() => before);
      command.send(fault.size % 2 === 0 ? 'SIGTERM' : 'SIGKILL');
      const { code } = await command.ended();
      // With another code the hold was lost before.
      if (code === 0 && before !== undefined && after !== before)
        observerOf(place).violations.push(
          `${site.database.databaseName}: ${before} events became ${after} while it was held`,
        );
    },
    alone: HISTORY,
  };
}

async function untilHeld(command: RunningCommand): Promise<void> {
  let isOver = false;
  void command.ended().then(() => {
    isOver = true;
  });
  await until('the destination was held', () => isOver || command.errors.includes(' is held.'));
  if (isOver) throw new CannotHappenError('the destination could not be held');
}

async function countOf({ site }: Place): Promise<bigint> {
  await using session = await connectTo(site.database);
  const [row] = await session.query<{ count: bigint }>('SELECT count(*) FROM public.events');
  return row?.count ?? -1n;
}
