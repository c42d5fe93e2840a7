import type { Logger } from '../cli/logger.js';
import { describeConfig } from '../config/describe-config.js';
import { loadReplicatorConfig, type ReplicatorConfig } from '../config/replicator-config.js';
import { orAborted } from '../lifecycle/or-aborted.js';
import { nameOf } from '../pg/connection-params.js';
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
 * What `slate-replicator` does, until it is done or `stop` is aborted.
 * @returns the exit code.
 * @throws what ended it, after logging it as its last record.
 */
export async function runReplicator(
  command: ReplicatorCommandOptions,
  log: Logger,
  stop: AbortSignal,
): Promise<number> {
  try {
    const config = await orAborted(loadConfig(command), stop);
    for (const warning of config.warnings) log.warn({ configFilename: command.configFilename }, warning);
    if (command.dryRun) {
      const { dryRun: _, ...given } = command;
      log.info(
        { arguments: given, config: await describeConfig(config) },
        'configuration is valid (dry run: nothing was connected to)',
      );
      return 0;
    }
    if (command.check) await checkOnly(config, log, stop);
    return command.check ? 0 : await replicate(config, command, { log, stop });
  } catch (error) {
    if (stop.aborted) {
      log.info({ reason: reasonOf(stop) }, 'ended');
      return 0;
    }
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
  { log, stop }: { log: Logger; stop: AbortSignal },
): Promise<number> {
  const options = {
    log,
    stop,
    once: command.once === true,
    standby: command.standby === true,
  };
  await using replicator = new Replicator(config, options);
  log.info({ config: await describeConfig(config), once: options.once }, 'started');
  try {
    await replicator.run();
  } finally {
    logSummaries(replicator, log);
  }
  log.info({ reason: stop.aborted ? reasonOf(stop) : 'done' }, 'ended');
  return stoppedWith(replicator);
}

/** `stopped by SIGTERM` */
function reasonOf({ reason }: AbortSignal): string {
  return String(reason?.message);
}

/** One record per destination: what this run copied. */
function logSummaries({ destinations, source }: Replicator, log: Logger): void {
  for (const { context, copied } of destinations)
    log.info({ destination: context.name, ...copied }, 'summary');
  log.debug(
    {
      source: nameOf(source.session.params),
      rowsServed: source.rowsServed,
      newsFoundByTimer: source.newsFoundByTimer,
    },
    'source summary',
  );
}

/** The exit code of a run that a signal has ended: that of destinations that were stopped before, else 0. */
function stoppedWith({ destinations }: Replicator): number {
  return Math.max(...destinations.map(({ failure }) => (failure === undefined ? 0 : exitCodeOf(failure))));
}
