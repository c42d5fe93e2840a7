// @ts-nocheck
import type { AppliedFault } from './apply-faults.js';
import { describeWays } from './far.js';
import type { ScheduleResult } from './run-schedule.js';
import { FAULT_KINDS, type FaultKind } from './schedule.js';

/** How often each kind of fault happened. */
export type FaultCounts = ReadonlyMap<FaultKind, number>;

export function countFaults(faults: readonly AppliedFault[]): FaultCounts {
  const happened = faults.filter(({ skipped }) => skipped === undefined).map(({ fault }) => fault.kind);
  const counts = FAULT_KINDS.map((kind) => [kind, happened.filter((each) => each === kind).length] as const);
  return new Map(counts.filter(([, count]) => count > 0));
}

/** One line for one schedule, and all about it when something was violated. */
export function describeSchedule(result: ScheduleResult): string {
  const { seed, ways, faults, events, catchUpMs, retries, looks, diverged, violations, story } = result;
  const kinds = [...countFaults(faults)].map(([kind, count]) => `${count} ${kind}`).join(', ');
  const verdict = violations.length === 0 ? 'ok' : 'VIOLATED';
  const line = `seed ${seed}: ${verdict}; ${describeWays(ways)}${kinds}; ${events} events, ${retries} retries, ${looks} looks, ${diverged} diverged, caught up in ${seconds(catchUpMs)} s`;
  return violations.length === 0 ? line : [line, ...violations, ...story].join('\n');
}

/** All schedules together. */
export function describeTotal(results: readonly ScheduleResult[]): string {
  const counts = countFaults(results.flatMap(({ faults }) => faults));
  const violated = results.filter(({ violations }) => violations.length > 0).map(({ seed }) => seed);
  const sum = (of: (result: ScheduleResult) => number) =>
    results.reduce((total, each) => total + of(each), 0);
  const rows: [string, string | number][] = [
    ...counts,
    ['all faults', [...counts.values()].reduce((total, count) => total + count, 0)],
    ['schedules', results.length],
    ['with long ways', results.filter(({ ways }) => ways.size > 0).length],
    ['events', sum(({ events }) => Number(events))],
    ['retries', sum(({ retries }) => retries)],
    ['looks', sum(({ looks }) => looks)],
    ['diverged', sum(({ diverged }) => diverged)],
    ['slowest catch-up, s', seconds(Math.max(...results.map(({ catchUpMs }) => catchUpMs)))],
    ['violated', violated.length === 0 ? 'none' : violated.join(', ')],
  ];
  return rows.map(([name, value]) => `${name.padEnd(20)} ${String(value).padStart(10)}`).join('\n');
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
