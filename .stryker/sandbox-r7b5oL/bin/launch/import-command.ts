// @ts-nocheck
interface Command {
  run(stop: AbortSignal): Promise<void>;
}

/**
 * Loads and runs the command in that file of `src/commands`. Handles signals before it loads the command,
 * which takes a while: process 1 of a container ignores signals without a handler.
 */
async function importCommand(fileName: string): Promise<void> {
  const { stopSignals } = await import('../../src/common/stop-signals.js');
  const { signal } = stopSignals();
  const command = (await import(`../../src/commands/${fileName}`)) as Command;
  await command.run(signal);
}

export = importCommand;
