import type { HangUps } from '../../src/common/hang-ups.js';
import type { StopSignals } from '../../src/common/stop-signals.js';

interface Signals {
  readonly stops: StopSignals;
  /** Absent for commands that SIGHUP ends, as it does by default. */
  readonly hangUps: HangUps | undefined;
}

interface Command {
  run(stop: AbortSignal, signals: Signals): Promise<void>;
}

/** To this command SIGHUP says that its configuration has changed. */
const USES_HANG_UPS = 'slate-replicator.js';

/**
 * Loads and runs the command in that file of `src/commands`. Handles signals before it loads the command,
 * which takes a while: process 1 of a container ignores signals without a handler.
 */
async function importCommand(fileName: string): Promise<void> {
  const { stopSignals } = await import('../../src/common/stop-signals.js');
  const { HangUps } = await import('../../src/common/hang-ups.js');
  const stops = stopSignals();
  const hangUps = fileName === USES_HANG_UPS ? new HangUps() : undefined;
  const command = (await import(`../../src/commands/${fileName}`)) as Command;
  await command.run(stops.signal, { stops, hangUps });
}

export = importCommand;
