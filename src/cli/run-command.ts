import { type Command, CommanderError } from 'commander';
import { OperatorError } from '../lifecycle/operator-error.js';
import { redact } from '../lifecycle/secrets.js';
import { describeError, wantsStackTraces } from './describe-error.js';
import { explainArguments } from './explain-arguments.js';
import { exitQuietlyOnBrokenPipe, flushStandardStreams } from './standard-streams.js';

export interface RunCommandOptions {
  /** Exit code of every error, where a command has its own meaning for 1 (`slate-eventsDiff`: 2 is trouble). */
  readonly errorExitCode?: number;
  /** As `process.argv`. */
  readonly argv?: readonly string[];
}

/**
 * Runs a command from its arguments to the end of its process. Wrong arguments end with 2, an error with its own exit code, a bug
 * with 1; people see one message and what to do, and a stack trace only with `LOG_LEVEL=debug`.
 * @param main runs after the arguments were parsed into `program`; returns the exit code.
 */
export async function runCommand(
  program: Command,
  main: () => Promise<number>,
  options: RunCommandOptions = {},
): Promise<void> {
  hideCommandLine(program);
  exitQuietlyOnBrokenPipe();
  const fail = (error: unknown) => report(program, error, options);
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error) => process.exit(fail(error)));
  }
  const exitCode = await parseAndRun(program, main, options.argv ?? process.argv).catch(fail);
  await flushStandardStreams();
  // Left to itself, Node would first wait for its compiler's threads, which may be waiting for this one (nodejs/node#54918).
  process.exit(exitCode);
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

/** Prints the error and returns the exit code it asks for. */
function report(program: Command, error: unknown, options: RunCommandOptions): number {
  if (error instanceof CommanderError) return reportArguments(program, error, options);
  const { message, hint, stack } = describeError(error);
  const trace = wantsStackTraces() ? [stack] : [];
  process.stderr.write(
    `${[`${program.name()}: ${message}`, ...(hint ? [hint] : []), ...trace].join('\n')}\n`,
  );
  return options.errorExitCode ?? (error instanceof OperatorError ? error.exitCode : 1);
}

/** Commander also throws for `--help` and `--version`, which are no errors. */
function reportArguments(program: Command, error: CommanderError, options: RunCommandOptions): number {
  if (error.exitCode === 0) return 0;
  const message = redact(explainArguments(program, error, options.argv ?? process.argv));
  process.stderr.write(`${program.name()}: ${message}\nSee ${program.name()} --help.\n`);
  return options.errorExitCode ?? 2;
}

/** `ps` shows the command line to every user of the machine: without it, a password stands there no longer than parsing takes. */
function hideCommandLine(program: Command): void {
  if (program.options.some(({ long }) => long === '--password')) process.title = program.name();
}
