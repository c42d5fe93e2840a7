import type { Logger } from '../cli/logger.js';
import { describeConfig } from '../config/describe-config.js';
import { loadReplicatorConfig, type ReplicatorConfig } from '../config/replicator-config.js';
import { stopSignals } from '../lifecycle/stop-signals.js';
import { checkOnly } from './check.js';
import { exitCodeOf } from './failures.js';
import { Replicator } from './replicator.js';

/** Options of the command `slate-replicator`. */
export interface ReplicatorCommandOptions {
  readonly configFilename: string;
  readonly dryRun?: boolean;
  readonly check?: boolean;
  readonly once?: boolean;
  readonly deferIndexes?: boolean;
  readonly standby?: boolean;
}

/**
 * What `slate-replicator` does.
 * @returns the exit code.
 * @throws what ended it, after logging it as its last record.
 */
export async function runReplicator(command: ReplicatorCommandOptions, log: Logger): Promise<number> {
  try {
    const config = await loadConfig(command);
    for (const warning of config.warnings) log.warn({ configFilename: command.configFilename }, warning);
    if (command.dryRun) {
      const { dryRun: _, ...given } = command;
      log.info(
        { arguments: given, config: describeConfig(config) },
        'configuration is valid (dry run: nothing was connected to)',
      );
      return 0;
    }
    if (command.check) await checkOnly(config, log);
    return command.check ? 0 : await replicate(config, command, log);
  } catch (error) {
    log.fatal({ err: error }, 'ended');
    throw error;
  }
}

/** The file's configuration, with what the command line says over it. */
async function loadConfig({
  configFilename,
  deferIndexes,
}: ReplicatorCommandOptions): Promise<ReplicatorConfig> {
  const config = await loadReplicatorConfig(configFilename);
  return deferIndexes ? { ...config, deferIndexes } : config;
}

async function replicate(
  config: ReplicatorConfig,
  command: ReplicatorCommandOptions,
  log: Logger,
): Promise<number> {
  using signals = stopSignals();
  const options = {
    log,
    stop: signals.signal,
    once: command.once === true,
    standby: command.standby === true,
  };
  await using replicator = new Replicator(config, options);
  log.info({ config: describeConfig(config), once: options.once }, 'started');
  try {
    await replicator.run();
  } finally {
    logSummaries(replicator, log);
  }
  log.info({ reason: signals.signal.aborted ? String(signals.signal.reason?.message) : 'done' }, 'ended');
  return stoppedWith(replicator);
}

/** One record per destination: what this run copied. */
function logSummaries({ destinations, source }: Replicator, log: Logger): void {
  for (const { context, copied } of destinations)
    log.info({ destination: context.name, ...copied }, 'summary');
  log.debug({ rowsServed: source.rowsServed, newsFoundByTimer: source.newsFoundByTimer }, 'source summary');
}

/** The exit code of a run that a signal has ended: that of destinations that were stopped before, else 0. */
function stoppedWith({ destinations }: Replicator): number {
  return Math.max(...destinations.map(({ failure }) => (failure === undefined ? 0 : exitCodeOf(failure))));
}
