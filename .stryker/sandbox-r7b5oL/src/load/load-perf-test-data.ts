// @ts-nocheck
import { type PerfDataOptions, perfDataSize, perfOperations } from './data/perf-data.js';
import { runLoad } from './load-command.js';
import type { LoadCommandOptions } from './load-options.js';

/** What `slate-loadPerfTestData` does; returns the exit code. */
export function loadPerfTestData(
  command: LoadCommandOptions & PerfDataOptions,
  stop: AbortSignal,
): Promise<number> {
  const size = perfDataSize(command);
  const job = {
    name: 'slate-loadPerfTestData',
    operations: perfOperations(command),
    size,
    shown: {
      'filler events between': size.fillerEventsBetween,
      'max events per insert': command.maxEventsPerInsert,
    },
  };
  return runLoad(job, command, stop);
}
