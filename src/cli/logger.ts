import bunyan from 'bunyan';
import { BugError, isBug } from '../common/bug.js';
import { ConfigurationError } from '../common/operator-error.js';
import { redact } from '../common/secrets.js';
import { describeError, wantsStackTraces } from './describe-error.js';

export type Logger = bunyan;

/**
 * A bunyan logger on stdout, with the level of `LOG_LEVEL` (default info). No record holds a known secret. A
 * bigint is written as a number if that is exact, else as a string. `err` has a stack only at debug and
 * trace, or if it is a bug.
 * @throws ConfigurationError if `LOG_LEVEL` is not a level.
 */
export function createLogger(name: string, output: NodeJS.WritableStream = process.stdout): Logger {
  return bunyan.createLogger({
    name,
    level: levelFromEnvironment(),
    serializers: { err: serializeError },
    streams: [{ type: 'raw', stream: { write: (record: object) => output.write(toLine(record)) } as never }],
  });
}

/** The level that `LOG_LEVEL` sets. @throws ConfigurationError if it is not a level. */
export function levelFromEnvironment(): bunyan.LogLevel {
  const wanted = process.env['LOG_LEVEL'] || 'info';
  if (/^\d+$/.test(wanted) && Number(wanted) > 0) return Number(wanted);
  if (Object.hasOwn(bunyan.levelFromName, wanted.toLowerCase()))
    return wanted.toLowerCase() as bunyan.LogLevelString;
  throw new ConfigurationError(`LOG_LEVEL: "${wanted}" is not a log level.`, {
    hint: `Use one of ${Object.keys(bunyan.levelFromName).join(', ')}.`,
  });
}

function serializeError(error: unknown): object {
  const { message, hint, mend, stack } = describeError(error);
  const { name, code } = error as { name?: unknown; code?: unknown };
  const mending = mend.length === 0 ? undefined : mend;
  return { name, message, code, hint, mend: mending, ...(showsStack(error) ? { stack } : {}) };
}

/** Whether to show the stack: if it was asked for, and always for a bug, which nothing else explains. */
function showsStack(error: unknown): boolean {
  return error instanceof BugError || isBug(error) || wantsStackTraces();
}

function toLine(record: object): string {
  try {
    return `${forTerminals(JSON.stringify(record, writable))}\n`;
  } catch {
    const withoutCycles = bunyan.safeCycles();
    const json = JSON.stringify(record, (key, value) => writable(key, withoutCycles(key, value)));
    return `${forTerminals(json)}\n`;
  }
}

/** JSON escapes the control characters below 32; a terminal obeys others too. */
function forTerminals(json: string): string {
  return json.replace(CONTROLS, (character) => `\\u00${character.charCodeAt(0).toString(16)}`);
}

const CONTROLS = /[\u007f-\u009f]/g;

function writable(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return redact(value);
  if (typeof value !== 'bigint') return value;
  const exact = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
  return exact ? Number(value) : String(value);
}
