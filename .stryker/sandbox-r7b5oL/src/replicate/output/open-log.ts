// @ts-nocheck
import bunyan from 'bunyan';
import { createLogger, levelFromEnvironment } from '../../cli/logger.js';
import { streamsMeet } from '../../cli/standard-streams.js';
import { Terminal } from '../../cli/terminal.js';
import type { Destination } from '../../destination/destination.js';
import type { Log } from '../../log/log.js';
import { recordLog } from './record-log.js';
import { showProgress } from './show-progress.js';
import { TextLog } from './text-log.js';

/** What `--log-format` can be. */
export const LOG_FORMATS = ['json', 'text'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The log of the command, which also shows progress. Disposing prints what was held back. */
export interface ReplicatorLog extends Log, Disposable {
  /** Shows the progress of these destinations on a terminal, until disposed of. */
  watch(destinations: readonly Destination[]): Disposable;
}

const NOTHING: Disposable = { [Symbol.dispose]() {} };

/**
 * The log of a command on stdout.
 * @param format absent: text where stdout is a terminal, else JSON.
 * @throws ConfigurationError if `LOG_LEVEL` is not a level.
 */
export function openLog(command: string, format?: LogFormat): ReplicatorLog {
  const isText = (format ?? (process.stdout.isTTY ? 'text' : 'json')) === 'text';
  return isText
    ? openTextLog(command)
    : { ...recordLog(createLogger(command)), watch: () => NOTHING, ...NOTHING };
}

function openTextLog(command: string): ReplicatorLog {
  const terminal = new Terminal();
  const level = bunyan.resolveLevel(levelFromEnvironment());
  const log = new TextLog({ command, terminal, level, meetsErrors: streamsMeet() });
  return {
    write: (name, fields, written) => log.write(name, fields as never, written),
    isOn: (name) => log.isOn(name),
    watch: (destinations) => showProgress(destinations, terminal),
    [Symbol.dispose]() {
      log[Symbol.dispose]();
      terminal[Symbol.dispose]();
    },
  };
}
