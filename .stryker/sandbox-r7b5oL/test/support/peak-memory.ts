// @ts-nocheck
import { readFileSync } from 'node:fs';

/** The most memory that a process has had, in MB; undefined where the system does not tell. */
export function peakMemoryMb(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1000;
  } catch {
    return undefined;
  }
}
