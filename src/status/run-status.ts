import { setTimeout as sleep } from 'node:timers/promises';
import { Terminal } from '../cli/terminal.js';
import { orAborted } from '../common/or-aborted.js';
import { chooseDestinations } from '../config/choose-destinations.js';
import { describeConfig } from '../config/describe-config.js';
import { loadReplicatorConfig, type ReplicatorConfig } from '../config/replicator-config.js';
import { type LookOptions, lookAtAll } from './look-at-all.js';
import { exitCodeFor, type Limits, type StatusReport } from './status-report.js';
import { openScreen } from './status-screen.js';

/** Options of the command `slate-status`. */
export interface StatusCommandOptions extends Limits {
  readonly configFilename: string;
  readonly destination?: readonly string[];
  readonly quick?: boolean;
  /** How long a look may take, in seconds. */
  readonly timeout: number;
  /** Seconds between two looks; true: the default. */
  readonly watch?: number | true;
  readonly json?: boolean;
  readonly dryRun?: boolean;
}

const WATCH_SECONDS = 2;

/** A pause is at least so many times as long as the look before it: looking must not keep servers busy. */
const PAUSE_PER_LOOK = 4;

/**
 * Runs `slate-status`: looks at all databases once, or until `stop` is aborted.
 * @returns the exit code: 0 all within the limits, 1 not, 2 cannot tell.
 */
export async function runStatus(command: StatusCommandOptions, stop: AbortSignal): Promise<number> {
  const config = await orAborted(loadConfig(command), stop);
  for (const warning of config.warnings) process.stderr.write(`${warning}\n`);
  if (command.dryRun) return await showConfig(config);
  return command.watch === undefined
    ? await lookOnce(config, command, stop)
    : await lookAgainAndAgain(config, command, stop);
}

async function loadConfig({ configFilename, destination }: StatusCommandOptions): Promise<ReplicatorConfig> {
  const config = await loadReplicatorConfig(configFilename);
  return {
    ...config,
    replicationDestinations: chooseDestinations(config.replicationDestinations, destination),
  };
}

async function showConfig({ eventSource, replicationDestinations }: ReplicatorConfig): Promise<number> {
  const shown = await describeConfig({ eventSource, replicationDestinations });
  const lines = Object.entries(shown).flatMap(([key, value]) =>
    Array.isArray(value) ? [`${key}:`, ...value.map((each) => `  ${each}`)] : [`${key}: ${value}`],
  );
  new Terminal().print(['The configuration is valid. Nothing was connected to.', ...lines]);
  return 0;
}

async function lookOnce(
  config: ReplicatorConfig,
  command: StatusCommandOptions,
  stop: AbortSignal,
): Promise<number> {
  using answers = countAnswers(config.replicationDestinations.length);
  const report = await look(config, command, { stop, onAnswered: answers.count });
  answers[Symbol.dispose]();
  openScreen(command).print(report);
  return exitCodeFor(report);
}

/** @returns the exit code for the last look. */
async function lookAgainAndAgain(
  config: ReplicatorConfig,
  command: StatusCommandOptions,
  stop: AbortSignal,
): Promise<number> {
  const seconds = command.watch === true ? WATCH_SECONDS : (command.watch ?? WATCH_SECONDS);
  const screen = openScreen(command);
  let last: StatusReport | undefined;
  try {
    for (;;) {
      const beganMs = performance.now();
      last = await look(config, command, { stop });
      screen.update(last);
      const tookMs = performance.now() - beganMs;
      await sleep(Math.max(seconds * 1000, tookMs * PAUSE_PER_LOOK), undefined, { signal: stop });
    }
  } catch (error) {
    if (!stop.aborted || last === undefined) throw error;
    return exitCodeFor(last);
  }
}

async function look(
  config: ReplicatorConfig,
  { quick, timeout, destination, maxLagEvents, maxLagSeconds }: StatusCommandOptions,
  options: Pick<LookOptions, 'stop' | 'onAnswered'>,
): Promise<StatusReport> {
  const asked = { timeoutMs: timeout * 1000, counts: quick !== true, asksPaused: destination !== undefined };
  const seen = await lookAtAll(config, { ...asked, ...options });
  return { ...seen, at: new Date(), limits: { maxLagEvents, maxLagSeconds } };
}

/** Shows on a terminal how many destinations have answered: one that does not takes some seconds. */
function countAnswers(total: number): Disposable & { readonly count: () => void } {
  const terminal = new Terminal(process.stderr);
  let answered = 0;
  const show = () => terminal.show([{ label: 'asking', text: `${answered} of ${total} destinations` }]);
  const count = () => {
    answered += 1;
    show();
  };
  show();
  return { count, [Symbol.dispose]: () => terminal[Symbol.dispose]() };
}
