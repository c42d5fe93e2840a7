import type { StopSignals } from '../../src/common/stop-signals.js';

interface Command {
  /** @param signals what aborts `stop`; a command may give it back to handle signals itself. */
  run(stop: AbortSignal, signals: StopSignals): Promise<void>;
}

/**
 * Loads and runs the command in that file of `src/commands`. Handles signals before it loads the command,
 * which takes a while: process 1 of a container ignores signals without a handler.
 */
async function importCommand(fileName: string): Promise<void> {
  const { stopSignals } = await import('../../src/common/stop-signals.js');
  const signals = stopSignals();
  const command = (await import(`../../src/commands/${fileName}`)) as Command;
  await command.run(signals.signal, signals);
}

export = importCommand;
