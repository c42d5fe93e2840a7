import { OperatorError } from '../common/operator-error.js';
import { printable } from '../common/printable.js';
import { redact } from '../common/secrets.js';

/** The texts of an error for people, without known secrets. */
export interface ErrorDescription {
  readonly message: string;
  /** What to do about the error, if known. */
  readonly hint: string | undefined;
  /** The statements that mend it; none that the hint names already. */
  readonly mend: readonly string[];
  /** Stack of the error and its causes, for debugging only. */
  readonly stack: string;
}

/** Says what an error is to a person; works for anything that can be thrown. */
export function describeError(error: unknown): ErrorDescription {
  const hint = error instanceof OperatorError ? error.hint : undefined;
  return {
    message: redact(messageOf(error)),
    hint: hint === undefined ? undefined : redact(hint),
    mend: mendOf(error).map(redact),
    stack: redact(stackOf(error)),
  };
}

function mendOf(error: unknown): string[] {
  if (!(error instanceof OperatorError)) return [];
  const statements = new Set(error.findings.flatMap(({ mend }) => mend));
  return [...statements].filter((statement) => !error.hint?.includes(statement));
}

/** Lines that tell the statements that mend something; none if there are no statements. */
export function mendLines(mend: readonly string[]): string[] {
  if (mend.length === 0) return [];
  return ['This mends it:', ...mend.flatMap((statement) => statement.split('\n')).map((line) => `  ${line}`)];
}

/** Lines for an error that ends a command: the message, the hint, and the stack if it was asked for. */
export function errorLines(command: string, error: unknown): string[] {
  const { message, hint, mend, stack } = describeError(error);
  const texts = [
    `${command}: ${message}`,
    ...(hint ? [hint] : []),
    ...mendLines(mend),
    ...(wantsStackTraces() ? [stack] : []),
  ];
  return texts.flatMap((text) => text.split('\n')).map(printable);
}

/** Whether stack traces were asked for: `LOG_LEVEL` is debug or trace, by name or by bunyan's number. */
export function wantsStackTraces(): boolean {
  const level = process.env['LOG_LEVEL']?.toLowerCase() ?? '';
  return level === 'debug' || level === 'trace' || (/^\d+$/.test(level) && Number(level) <= 20);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message !== '') return error.message;
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner === undefined ? error.name : messageOf(inner);
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${stackOf(error.cause)}`;
}
