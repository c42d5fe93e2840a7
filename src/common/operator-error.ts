/** One of the things that are wrong with a database. */
export interface Finding {
  readonly problem: string;
  /** SQL statements for that database that mend it. Empty if no statement does. */
  readonly mend: readonly string[];
}

/** What an operator can act on: the message says what is wrong and where, `hint` says what to do. */
export interface OperatorErrorOptions {
  hint?: string | undefined;
  /** The problems that the message lists, if each can be mended by itself. */
  findings?: readonly Finding[] | undefined;
  cause?: unknown;
}

/**
 * An error whose message is meant for the operator and is printed without a stack trace.
 * Neither `message` nor `hint` nor a finding may hold a secret.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError';
  /** 1: a database refused something, or the run failed. */
  readonly exitCode: 1 | 2 | 3 = 1;
  readonly hint: string | undefined;
  readonly findings: readonly Finding[];

  constructor(message: string, options: OperatorErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.findings = options.findings ?? [];
  }
}

/** Arguments or a configuration file are wrong: nothing was connected to. */
export class ConfigurationError extends OperatorError {
  override readonly name = 'ConfigurationError';
  override readonly exitCode = 2;
}

/** Source and destination hold different events. Nothing is written until a person has looked. */
export class DivergenceError extends OperatorError {
  override readonly name = 'DivergenceError';
  override readonly exitCode = 3;
}

/** Exit code of an error: its own if it is an OperatorError, else 1. */
export function exitCodeOf(error: unknown): OperatorError['exitCode'] {
  return error instanceof OperatorError ? error.exitCode : 1;
}
