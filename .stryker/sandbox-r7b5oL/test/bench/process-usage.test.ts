// @ts-nocheck
import { expect, test } from 'vitest';
import {
  parsePeakMemory,
  parseSchedstat,
  parseStat,
  readPeakMemory,
  readServerCpu,
  readTimes,
} from '../../bench/measure/process-usage.js';

test('the times of a process are found behind a name that holds brackets and blanks', () => {
  const stat =
    '42 (postgres: a) b (c) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 30 20 20 0 1 0 100 1000 10 18446744073709551615';
  expect(parseStat(stat)).toEqual({ parentPid: 7, cpuSeconds: 2, endedChildrenCpuSeconds: 0.5 });
});

test('the time of a thread is told in nanoseconds', () => {
  expect(parseSchedstat('1500000000 123 7\n')).toBe(1.5);
});

test('peak memory is the high-water mark in bytes', () => {
  expect(parsePeakMemory('VmPeak:\t  900 kB\nVmHWM:\t   2048 kB\nVmRSS:\t  100 kB\n')).toBe(2 * 1024 * 1024);
});

test('a process that has ended has no peak memory any more', () => {
  expect(parsePeakMemory('Name:\tnode\nState:\tZ (zombie)\n')).toBeUndefined();
});

test('this process is measured', ({ skip }) => {
  skip(process.platform !== 'linux', 'Only Linux has /proc.');
  expect(readTimes(process.pid)?.parentPid).toBe(process.ppid);
  expect(readPeakMemory(process.pid)).toBeGreaterThan(10 * 1024 * 1024);
  expect(readServerCpu(process.ppid)).toBeGreaterThanOrEqual(readTimes(process.pid)?.cpuSeconds ?? Infinity);
});

test('without a process there is nothing to measure', () => {
  expect(readServerCpu(undefined)).toBeUndefined();
});
