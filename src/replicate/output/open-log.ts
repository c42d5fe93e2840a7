import bunyan from 'bunyan';
import { canReadKeys, onEnterKey } from '../../cli/enter-key.js';
import { createLogger, levelFromEnvironment } from '../../cli/logger.js';
import { streamsMeet } from '../../cli/standard-streams.js';
import { Terminal } from '../../cli/terminal.js';
import type { Destination } from '../../destination/destination.js';
import type { Log } from '../../log/log.js';
import { askForState } from '../state-on-request.js';
import { CheckJson } from './check-json.js';
import { recordLog } from './record-log.js';
import { showProgress } from './show-progress.js';
import { TextLog } from './text-log.js';

/** What `--log-format` can be. */
export const LOG_FORMATS = ['json', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The log of the command, which also shows progress. Disposing prints what was held back. */
export interface ReplicatorLog extends Log, Disposable {
  /** Shows the progress of these destinations on a terminal, until disposed of. */
  watch(destinations: () => readonly Destination[]): Disposable;
}

/** How the command was asked to speak. */
export interface OutputOptions {
  /** One document at the end, with what `--check` finds, instead of a log. */
  readonly json?: boolean | undefined;
  /** Absent: text where stdout is a terminal, else JSON. */
  readonly logFormat?: LogFormat | undefined;
}

const NOTHING: Disposable = { [Symbol.dispose]() {} };

/**
 * The log of a command on stdout.
 * @throws ConfigurationError if `LOG_LEVEL` is not a level.
 */
export function openLog(command: string, { json, logFormat: format }: OutputOptions): ReplicatorLog {
  if (json) return openCheckJson();
  const isText = (format ?? (process.stdout.isTTY ? 'text' : 'json')) === 'text';
  return isText
    ? openTextLog(command)
    : { ...recordLog(createLogger(command)), watch: () => NOTHING, ...NOTHING };
}

function openCheckJson(): ReplicatorLog {
  const log = new CheckJson();
  return {
    write: (name, fields, level) => log.write(name, fields as never, level),
    isOn: () => log.isOn(),
    watch: () => NOTHING,
    [Symbol.dispose]: () => log[Symbol.dispose](),
  };
}

function openTextLog(command: string): ReplicatorLog {
  const terminal = new Terminal();
  const level = bunyan.resolveLevel(levelFromEnvironment());
  const log = new TextLog({ command, terminal, level, meetsErrors: streamsMeet() });
  return {
    write: (name, fields, written) => log.write(name, fields as never, written),
    isOn: (name) => log.isOn(name),
    watch: (destinations) => watch(destinations, terminal),
    [Symbol.dispose]() {
      log[Symbol.dispose]();
      terminal[Symbol.dispose]();
    },
  };
}

/** Shows progress, and the state of all destinations when Enter is pressed. */
function watch(destinations: () => readonly Destination[], terminal: Terminal): Disposable {
  if (canReadKeys()) terminal.print(['Enter shows the state of all destinations.']);
  const progress = showProgress(destinations, terminal);
  const key = onEnterKey((echoedLines) => {
    terminal.movedDown(echoedLines);
    askForState();
  });
  return {
    [Symbol.dispose]() {
      key[Symbol.dispose]();
      progress[Symbol.dispose]();
    },
  };
}
