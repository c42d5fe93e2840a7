import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../common/message-of.js';
import { ConfigurationError, OperatorError } from '../common/operator-error.js';
import { orAborted } from '../common/or-aborted.js';
import { chooseDestinations } from '../config/choose-destinations.js';
import { describeConfig } from '../config/describe-config.js';
import { loadHoldConfig } from '../config/hold-config.js';
import { type ConnectionParams, describeDatabase } from '../pg/connection-params.js';
import { CommandEnvironment } from './command-environment.js';
import { HeldCommand } from './held-command.js';
import { Hold } from './hold.js';
import { tell } from './tell.js';

/** Options of the command `slate-hold`. */
export interface HoldCommandOptions {
  readonly configFilename: string;
  readonly destination: string;
  /** Milliseconds. */
  readonly for?: number;
  readonly dryRun?: boolean;
  /** Runs while the destination is held; empty if there is none. */
  readonly command: readonly string[];
}

/**
 * Holds a destination while a command runs, for some time, or until `stop` is aborted.
 * @param signals given back while the command runs: signals then end the command.
 * @returns the exit code.
 * @throws OperatorError if the destination cannot be held or the hold was lost; the reason of the stop.
 */
export async function runHold(
  options: HoldCommandOptions,
  stop: AbortSignal,
  signals: Disposable,
): Promise<number> {
  if (options.for !== undefined && options.command.length > 0)
    throw new ConfigurationError('Give either --for or a command: the hold lasts as long as the command.');
  const config = await orAborted(loadHoldConfig(options.configFilename), stop);
  for (const warning of config.warnings) tell(warning);
  const [params] = chooseDestinations(config.replicationDestinations, [options.destination]);
  if (params === undefined) throw new ConfigurationError('No destination is configured.');
  if (options.dryRun) return dryRun(options, params);
  await using hold = await take(params, config.connectTimeoutMs, stop);
  const where = describeDatabase(params);
  tell(`${where} is held. Replication to it goes on when this command ends.`);
  return options.command.length > 0
    ? await runWhileHeld(hold, { ...options, params, timeoutMs: config.connectTimeoutMs, signals, stop })
    : await wait(hold, { where, ms: options.for, stop });
}

async function dryRun(options: HoldCommandOptions, params: ConnectionParams): Promise<number> {
  const { dryRun: _, ...given } = options;
  const shown = { ...given, ...(await describeConfig({ replicationDestinations: [params] })) };
  process.stdout.write(`${JSON.stringify(shown, null, 2)}\n`);
  return 0;
}

async function take(params: ConnectionParams, connectTimeoutMs: number, signal: AbortSignal): Promise<Hold> {
  const onWaiting = (writer: string) => tell(`waiting until the writer lets go: ${writer}.`);
  return Hold.take(params, { connectTimeoutMs, signal, onWaiting });
}

interface Held {
  readonly command: readonly string[];
  readonly params: ConnectionParams;
  /** How long a function of the configuration may take to tell the password. */
  readonly timeoutMs: number;
  readonly signals: Disposable;
  readonly stop: AbortSignal;
}

async function runWhileHeld(
  hold: Hold,
  { command, params, signals, stop, timeoutMs }: Held,
): Promise<number> {
  using environment = await CommandEnvironment.of(params, { signal: stop, timeoutMs });
  stop.throwIfAborted();
  if (hold.lost.aborted) throw lostError(hold, describeDatabase(params));
  signals[Symbol.dispose]();
  const running = new HeldCommand(command, environment.variables);
  const onLost = () => {
    tell('the hold is lost. The command is sent SIGTERM.');
    running.end();
  };
  hold.lost.addEventListener('abort', onLost, { once: true });
  const code = await running.ended();
  hold.lost.removeEventListener('abort', onLost);
  if (!(await hold.isLasting())) throw lostError(hold, describeDatabase(params));
  return code;
}

interface Wait {
  readonly where: string;
  /** Absent: until a stop. */
  readonly ms: number | undefined;
  readonly stop: AbortSignal;
}

async function wait(hold: Hold, { where, ms, stop }: Wait): Promise<number> {
  const over = AbortSignal.any([stop, hold.lost]);
  const waiting = ms === undefined ? new Promise<never>(() => {}) : sleep(ms, undefined, { signal: over });
  await orAborted(waiting, over).catch(() => {});
  if (stop.aborted || (await hold.isLasting())) return 0;
  throw lostError(hold, where);
}

function lostError({ lost }: Hold, where: string): OperatorError {
  const reason = lost.aborted ? messageOf(lost.reason) : 'the server does not answer';
  return new OperatorError(
    `The hold of ${where} was lost: ${reason.replace(/\.$/, '')}. Replication to it may have gone on meanwhile.`,
    { hint: 'Find out what ended the session, and check what was done without the hold.' },
  );
}
