import { once } from 'node:events';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { type RunningChild, startChild } from './child.js';
import { commandFile, writeConfiguration } from './commands.js';
import { readPeakMemory, readTimes } from './process-usage.js';

/**
 * How often the peak is read: it only ever rises, and is read at every record too, so the last look is at "ended". Each
 * look takes 0.8 ms of a processor: every 20 ms it made the replicator's p50 half a millisecond longer.
 */
const USAGE_INTERVAL_MS = 250;
const BYTES_PER_MB = 1_000_000;

/** What the replicator is started with, beside the connections; absent: its own defaults. */
export interface ReplicatorSettings {
  readonly lanes?: number;
  readonly threads?: number;
  readonly deferIndexes?: boolean;
  readonly pollInterval?: number;
  readonly onError?: 'exit' | 'retry';
  readonly http?: { readonly port: number };
}

export interface ReplicatorRun {
  readonly source: ConnectionParams;
  readonly destinations: readonly ConnectionParams[];
  readonly settings?: ReplicatorSettings;
  /** Where its configuration file is written. */
  readonly folder: string;
  readonly stop: AbortSignal;
}

/** What the process of the replicator alone has used, its threads included; NaN where there is no /proc. */
interface Usage {
  readonly cpuSeconds: number;
  readonly peakMemoryMb: number;
}

type LogRecord = Readonly<Record<string, unknown>> & { readonly msg: string };

/** The shipped command, running. Disposing stops it and waits for its end. */
export interface RunningReplicator extends AsyncDisposable {
  readonly records: readonly LogRecord[];
  /** As of now or, after its end, as of its last moment. */
  usage(): Usage;
  /** Settles at its end. @throws Error if it failed. */
  readonly ended: Promise<unknown>;
  /** Aborted when it has failed: what waits for its work would wait for ever. */
  readonly failed: AbortSignal;
  /** Waits until so many records have this message. @throws Error if it ends before. */
  until(message: string, count: number): Promise<void>;
}

/** Starts `slate-replicator` as a process of its own. */
export function startReplicator(run: ReplicatorRun, ...args: readonly string[]): RunningReplicator {
  const records: LogRecord[] = [];
  const heard = new EventTarget();
  const child = startChild(
    process.execPath,
    [commandFile('slate-replicator'), '-c', configurationFile(run), ...args],
    {
      stop: run.stop,
      onLine: (line) => {
        records.push(JSON.parse(line) as LogRecord);
        heard.dispatchEvent(new Event('record'));
      },
    },
  );
  const usage = watchUsage(child, heard);
  const failure = new AbortController();
  child.ended.catch((error) => failure.abort(error));
  const until = async (message: string, count: number) => {
    const ended = child.ended.then(() => Promise.reject(new Error(`ended before "${message}"`)));
    ended.catch(() => {});
    while (records.filter(({ msg }) => msg === message).length < count)
      await Promise.race([once(heard, 'record'), ended]);
  };
  return {
    records,
    usage,
    ended: child.ended,
    failed: failure.signal,
    until,
    async [Symbol.asyncDispose]() {
      child.terminate();
      await child.ended.catch(() => {});
    },
  };
}

export interface CopiedOnce extends Usage {
  /** From starting the process to its end. */
  readonly seconds: number;
}

/** Runs `slate-replicator --once` from start to end. @throws Error if it fails. */
export async function replicateOnce(run: ReplicatorRun): Promise<CopiedOnce> {
  const startedAtMs = performance.now();
  await using replicator = startReplicator(run, '--once');
  await replicator.ended;
  const seconds = (performance.now() - startedAtMs) / 1000;
  return { seconds, ...replicator.usage() };
}

function watchUsage({ pid, ended }: RunningChild, heard: EventTarget): () => Usage {
  let known: Usage = { cpuSeconds: Number.NaN, peakMemoryMb: Number.NaN };
  const look = () => {
    const times = readTimes(pid);
    const peakBytes = readPeakMemory(pid);
    if (times === undefined || peakBytes === undefined) return;
    known = { cpuSeconds: times.cpuSeconds, peakMemoryMb: peakBytes / BYTES_PER_MB };
  };
  const timer = setInterval(look, USAGE_INTERVAL_MS);
  heard.addEventListener('record', look);
  ended.finally(() => clearInterval(timer)).catch(() => {});
  return () => {
    look();
    return known;
  };
}

function configurationFile({ source, destinations, settings, folder }: ReplicatorRun): string {
  return writeConfiguration(folder, {
    ...settings,
    eventSource: source,
    replicationDestinations: destinations,
  });
}
