import type { HangUps } from '../common/hang-ups.js';
import { ConfigurationError, exitCodeOf } from '../common/operator-error.js';
import { orAborted } from '../common/or-aborted.js';
import type { StopSignals } from '../common/stop-signals.js';
import { chooseDestinations } from '../config/choose-destinations.js';
import { describeConfig } from '../config/describe-config.js';
import { loadReplicatorConfig, type ReplicatorConfig } from '../config/replicator-config.js';
import type { Log } from '../log/log.js';
import { nameOf } from '../pg/connection-params.js';
import { checkOnly } from './check.js';
import { logSummary } from './log-summary.js';
import { monitoringFor } from './monitoring.js';
import type { LogFormat, ReplicatorLog } from './output/open-log.js';
import { Reload } from './reload.js';
import { Replicator } from './replicator.js';
import { StateRequests } from './state-on-request.js';

/** Options of the command `slate-replicator`. */
export interface ReplicatorCommandOptions {
  readonly configFilename: string;
  readonly dryRun?: boolean;
  readonly check?: boolean;
  /** With `check`: the results as one document. */
  readonly json?: boolean;
  readonly once?: boolean;
  readonly deferIndexes?: boolean;
  readonly standby?: boolean;
  /** Names of the destinations to which the run is restricted. */
  readonly destination?: readonly string[];
  readonly logFormat?: LogFormat;
}

/** How a run hears of signals. */
export interface RunSignals {
  readonly stops: Pick<StopSignals, 'signal' | 'stop'>;
  readonly hangUps?: HangUps | undefined;
}

/**
 * Runs `slate-replicator` until it is done or `stop` is aborted.
 * @returns the exit code.
 * @throws the error that ended it, after logging it as the last record.
 */
export async function runReplicator(
  command: ReplicatorCommandOptions,
  log: ReplicatorLog,
  signals: RunSignals,
): Promise<number> {
  const stop = signals.stops.signal;
  stopWithTerminal(signals);
  try {
    const config = await orAborted(loadConfig(command), stop);
    for (const problem of config.warnings)
      log.write('configuration warning', { configFilename: command.configFilename, problem });
    if (command.dryRun) {
      const { dryRun: _, ...given } = command;
      log.write('configuration is valid (dry run: nothing was connected to)', {
        arguments: given,
        config: await describeConfig(config),
      });
      return 0;
    }
    if (command.check) await checkOnly(config, log, stop);
    return command.check ? 0 : await replicate(config, command, { log, signals });
  } catch (error) {
    if (stop.aborted) {
      log.write('ended', { reason: reasonOf(stop) });
      return 0;
    }
    log.write('ended', { err: error }, 'fatal');
    throw error;
  }
}

/** @throws ConfigurationError if there would be nothing to print as a document. */
export function refuseLoneJson({ json, check, dryRun }: ReplicatorCommandOptions): void {
  if (!json || (check && !dryRun)) return;
  throw new ConfigurationError('--json goes with --check, which ends with one document.', {
    hint: 'For a log in JSON use --log-format json.',
  });
}

/** The configuration of the file. Options of the command line win. */
async function loadConfig(command: ReplicatorCommandOptions): Promise<ReplicatorConfig> {
  const config = await loadReplicatorConfig(command.configFilename);
  return {
    ...config,
    replicationDestinations: chooseDestinations(config.replicationDestinations, command.destination),
    deferIndexes: command.deferIndexes ?? config.deferIndexes,
  };
}

async function replicate(
  config: ReplicatorConfig,
  command: ReplicatorCommandOptions,
  { log, signals }: { readonly log: ReplicatorLog; readonly signals: RunSignals },
): Promise<number> {
  const stop = signals.stops.signal;
  using monitoring = command.once ? undefined : monitoringFor(config, log);
  const options = {
    log,
    ...monitoring?.options,
    stop,
    once: command.once === true,
    standby: command.standby === true,
  };
  using requests = new StateRequests();
  await using replicator = new Replicator(config, options);
  requests.answerFor(replicator);
  log.write('started', { config: await describeConfig(config), once: options.once });
  await monitoring?.start(replicator);
  if (!options.once) reloadAtHangUps(replicator, command, { log: options.log, signals });
  try {
    using _progress = log.watch(() => replicator.destinations);
    await replicator.run();
  } finally {
    logSummaries(replicator, log);
  }
  log.write('ended', { reason: stop.aborted ? reasonOf(stop) : 'done' });
  return stoppedWith(replicator);
}

/** SIGHUP ends a run whose terminal was closed. Otherwise a run that is not to last ignores it. */
function stopWithTerminal({ stops, hangUps }: RunSignals, otherwise = () => {}): void {
  hangUps?.listen(() => {
    if (hangUps.isTerminalClosed) stops.stop('SIGHUP');
    else otherwise();
  });
}

function reloadAtHangUps(
  replicator: Replicator,
  command: ReplicatorCommandOptions,
  { log, signals }: { readonly log: Log; readonly signals: RunSignals },
): void {
  const reload = new Reload({
    configFilename: command.configFilename,
    load: () => loadConfig(command),
    apply: (config) => replicator.reload(config),
    log,
    stop: signals.stops.signal,
  });
  stopWithTerminal(signals, () => reload.ask());
}

/** `stopped by SIGTERM` */
function reasonOf({ reason }: AbortSignal): string {
  return String(reason?.message);
}

/** One record per destination in which copying had begun: what this run copied. */
function logSummaries({ destinations, source }: Replicator, log: ReplicatorLog): void {
  for (const destination of destinations) logSummary(destination, log);
  log.write('source summary', {
    source: nameOf(source.session.params),
    rowsServed: source.rowsServed,
    newsFoundByTimer: source.newsFoundByTimer,
  });
}

/** Exit code of a run that a signal has ended: that of destinations that had stopped before, else 0. */
function stoppedWith({ destinations }: Replicator): number {
  return Math.max(0, ...destinations.map(({ failure }) => (failure === undefined ? 0 : exitCodeOf(failure))));
}
