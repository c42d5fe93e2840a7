import { resolve } from 'node:path';
import { namedValueLines } from '../cli/named-values.js';
import { createProgress } from '../cli/progress.js';
import { grouped } from '../cli/words.js';
import { orAborted } from '../common/or-aborted.js';
import { describeConfig } from '../config/describe-config.js';
import { type LoaderConfig, loadLoaderConfig } from '../config/loader-config.js';
import type { Operation } from './data/operation.js';
import { type LoadSummary, load } from './load.js';
import type { LoadCommandOptions } from './load-options.js';

/** What a loader is to write. */
export interface LoadJob {
  /** The command. */
  readonly name: string;
  readonly operations: Iterable<Operation>;
  /** Number of calls and events. */
  readonly size: { readonly operations: number; readonly events: number };
  /** Arguments of the command, for people. */
  readonly shown: Readonly<Record<string, number | string>>;
}

/**
 * Shows what will be written, writes it until all is written or `stop` is aborted, and says what was written.
 * @returns the exit code.
 * @throws ConfigurationError, or OperatorError that says how much had been written.
 */
export async function runLoad(job: LoadJob, command: LoadCommandOptions, stop: AbortSignal): Promise<number> {
  try {
    return await showAndWrite(job, command, stop);
  } catch (error) {
    if (!stop.aborted || error !== stop.reason) throw error;
    return finish('Stopped before anything was written.');
  }
}

async function showAndWrite(job: LoadJob, command: LoadCommandOptions, stop: AbortSignal): Promise<number> {
  const config = await orAborted(loadLoaderConfig(command.configFilename), stop);
  for (const warning of config.warnings) process.stderr.write(`${warning}\n`);
  const shown = namedValueLines({
    'configuration file': resolve(command.configFilename),
    ...(await describeConfig(config)),
    ...job.shown,
    loaders: command.loaders,
    'operations per transaction': command.operationsPerTransaction,
    seed: command.seed ?? 'none',
    'to be written': describeAmount(job.size),
  });
  process.stdout.write(`${shown.join('\n')}\n`);
  if (command.dryRun) return finish('Dry run: nothing was connected to.');
  const summary = await write(job, command, { config, signal: stop });
  return finish(describeSummary(summary, stop.aborted));
}

async function write(
  { name, operations, size }: LoadJob,
  { loaders, operationsPerTransaction }: LoadCommandOptions,
  { config, signal }: { config: LoaderConfig; signal: AbortSignal },
): Promise<LoadSummary> {
  using progress = createProgress({ label: 'loading', unit: 'events', total: size.events });
  return await load(operations, {
    source: config.eventSource,
    connectTimeoutMs: config.connectTimeoutMs,
    applicationName: name,
    loaders,
    operationsPerTransaction,
    signal,
    onWritten: ({ events }) => progress.update(events),
  });
}

function finish(line: string): number {
  process.stdout.write(`${line}\n`);
  return 0;
}

/** `Wrote 13,050 events in 1,000 operations in 0.35 s (37,286 events/s), ids 1 to 13050.` */
function describeSummary(summary: LoadSummary, stopped: boolean): string {
  const { events, seconds, ids } = summary;
  const rate = seconds > 0 ? events / seconds : 0;
  const range = ids === undefined ? '' : `, ids ${ids.firstId} to ${ids.lastId}`;
  const amount = `${describeAmount(summary)} in ${seconds.toFixed(2)} s (${grouped(Math.round(rate))} events/s)${range}`;
  return stopped
    ? `Stopped. Wrote ${amount}, whole operations only.${describeUnanswered(summary)}`
    : `Wrote ${amount}.`;
}

function describeUnanswered({ unanswered }: LoadSummary): string {
  return unanswered === 0
    ? ''
    : ` The server did not confirm ${grouped(unanswered)} more events: they may have been written.`;
}

function describeAmount({ events, operations }: { events: number; operations: number }): string {
  return `${grouped(events)} events in ${grouped(operations)} operations`;
}
