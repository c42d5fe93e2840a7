// @ts-nocheck
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, CommanderError } from 'commander';
import { exitCodeOf } from '../common/operator-error.js';
import { redact } from '../common/secrets.js';
import { describeError, errorLines } from './describe-error.js';
import { explainArguments } from './explain-arguments.js';
import { exitQuietlyOnBrokenPipe, flushStandardStreams } from './standard-streams.js';
import { wipeStatus } from './terminal.js';
import { isTold } from './told-errors.js';

/** How long a command may take to end by itself after a stop. */
const END_MS = 1_600;
/** How long the process may take after a stop, including output that nobody reads. */
const LAST_WORDS_MS = 1_800;

export interface RunCommandOptions {
  /**
   * Exit code of every error, where a command has its own meaning for 1 (`slate-eventsDiff`: 2 is trouble).
   */
  readonly errorExitCode?: number;
  /** Aborted by the first SIGINT or SIGTERM: from then on the process ends within two seconds. */
  readonly stop?: AbortSignal;
  /** Exit code of a stopped command that does not come to an end in time. Default 0. */
  readonly stoppedExitCode?: number;
  /** As `process.argv`. */
  readonly argv?: readonly string[];
}

/**
 * Runs a command from its arguments to the end of its process. Wrong arguments end with 2, an error with its
 * own exit code, a bug with 1; people see one message and what to do, and a stack trace only with
 * `LOG_LEVEL=debug`.
 * @param main runs after the arguments were parsed into `program`; returns the exit code.
 */
export async function runCommand(
  program: Command,
  main: () => Promise<number>,
  options: RunCommandOptions = {},
): Promise<void> {
  hideCommandLine(program);
  process.on('exit', wipeStatus);
  exitQuietlyOnBrokenPipe();
  const fail = (error: unknown) => report(program, error, options);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => process.exit(fail(error)));
  }
  const tooLate = afterStop(options.stop, END_MS).then(() => reportTooLate(program, options));
  const lastWords = afterStop(options.stop, LAST_WORDS_MS);
  const running = parseAndRun(program, main, options.argv ?? process.argv).catch(fail);
  const exitCode = await Promise.race([running, tooLate]);
  await Promise.race([flushStandardStreams(), lastWords]);
  // Otherwise Node would wait for its compiler threads, which may be waiting for this thread
  // (nodejs/node#54918).
  process.exit(exitCode);
}

/** Resolves `ms` after a stop; never without a stop. */
async function afterStop(stop: AbortSignal | undefined, ms: number): Promise<void> {
  await new Promise((resolve) => stop?.addEventListener('abort', resolve, { once: true }));
  await sleep(ms);
}

/** Reports that the command did not end in time, because it waits for something that a stop does not end. */
function reportTooLate(program: Command, { stop, stoppedExitCode }: RunCommandOptions): number {
  wipeStatus();
  process.stderr.write(
    `${program.name()}: ${describeError(stop?.reason).message}; it did not wait for what was under way\n`,
  );
  return stoppedExitCode ?? 0;
}

async function parseAndRun(
  program: Command,
  main: () => Promise<number>,
  argv: readonly string[],
): Promise<number> {
  program
    .exitOverride()
    .allowExcessArguments(false)
    .configureOutput({ outputError: () => {} });
  program.parse(argv);
  return main();
}

/** Prints the error, unless a log record in the same place did. @returns its exit code. */
function report(program: Command, error: unknown, options: RunCommandOptions): number {
  if (error instanceof CommanderError) return reportArguments(program, error, options);
  wipeStatus();
  if (!isTold(error)) process.stderr.write(`${errorLines(program.name(), error).join('\n')}\n`);
  return options.errorExitCode ?? exitCodeOf(error);
}

/** Commander also throws for `--help` and `--version`, which are no errors. */
function reportArguments(program: Command, error: CommanderError, options: RunCommandOptions): number {
  if (error.exitCode === 0) return 0;
  const message = redact(explainArguments(program, error, options.argv ?? process.argv));
  process.stderr.write(`${program.name()}: ${message}\nSee ${program.name()} --help.\n`);
  return options.errorExitCode ?? 2;
}

/**
 * Hides the command line, which `ps` shows to every user of the machine: a password stands there only until
 * it is parsed.
 */
function hideCommandLine(program: Command): void {
  if (program.options.some(({ long }) => long === '--password')) process.title = program.name();
}
