// @ts-nocheck
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks per second of the times in /proc: `sysconf(_SC_CLK_TCK)`, which is 100 on every Linux that runs Node. */
const TICKS_PER_SECOND = 100;
const NANOSECONDS_PER_SECOND = 1e9;
const BYTES_PER_KIB = 1024;

/** What one process has used so far. */
export interface ProcessTimes {
  readonly parentPid: number;
  /** User and system time of all its threads. */
  readonly cpuSeconds: number;
  /** The same of its children that have ended and were waited for. */
  readonly endedChildrenCpuSeconds: number;
}

/** Times of a process, from the text of `/proc/<pid>/stat` (proc(5)): its name may hold blanks and brackets. */
export function parseStat(text: string): ProcessTimes {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  return {
    parentPid: field(4),
    cpuSeconds: (field(14) + field(15)) / TICKS_PER_SECOND,
    endedChildrenCpuSeconds: (field(16) + field(17)) / TICKS_PER_SECOND,
  };
}

/** Peak resident memory in bytes, from the text of `/proc/<pid>/status`; undefined for a process that has just ended. */
export function parsePeakMemory(text: string): number | undefined {
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(text)?.[1];
  return kib === undefined ? undefined : Number(kib) * BYTES_PER_KIB;
}

/** Nanoseconds on a processor, from the text of a thread's `schedstat` (Linux, Documentation/scheduler/sched-stats). */
export function parseSchedstat(text: string): number {
  return Number(text.split(' ')[0]) / NANOSECONDS_PER_SECOND;
}

/** Undefined when there is no such process, or no /proc. Finer than ticks where the system counts finer. */
export function readTimes(pid: number): ProcessTimes | undefined {
  const text = readProc(`${pid}/stat`);
  if (text === undefined) return undefined;
  const times = parseStat(text);
  return { ...times, cpuSeconds: readThreadsCpu(pid) ?? times.cpuSeconds };
}

function readThreadsCpu(pid: number): number | undefined {
  const texts = entries(`${pid}/task`).map((thread) => readProc(`${pid}/task/${thread}/schedstat`));
  const counted = texts.filter((text) => text !== undefined);
  if (counted.length === 0 || counted.length < texts.length) return undefined;
  return counted.reduce((sum, text) => sum + parseSchedstat(text), 0);
}

/** Undefined when there is no such process, or no /proc. */
export function readPeakMemory(pid: number): number | undefined {
  const text = readProc(`${pid}/status`);
  return text === undefined ? undefined : parsePeakMemory(text);
}

/**
 * CPU seconds that a server has used so far, in all its processes, also those that have ended.
 * @param without processes that do not count, such as the session of whoever produces the load.
 */
export function readServerCpu(
  postmasterPid: number | undefined,
  without: readonly number[] = [],
): number | undefined {
  const postmaster = postmasterPid === undefined ? undefined : readTimes(postmasterPid);
  if (postmaster === undefined) return undefined;
  const children = pids().flatMap((pid) => {
    const times = without.includes(pid) ? undefined : readTimes(pid);
    return times !== undefined && times.parentPid === postmasterPid ? [times.cpuSeconds] : [];
  });
  const living = children.reduce((sum, seconds) => sum + seconds, 0);
  return postmaster.cpuSeconds + postmaster.endedChildrenCpuSeconds + living;
}

function pids(): number[] {
  return entries('')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function entries(path: string): string[] {
  try {
    return readdirSync(`/proc/${path}`);
  } catch {
    return [];
  }
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(`/proc/${path}`, 'utf8');
  } catch {
    return undefined;
  }
}
