// @ts-nocheck
import { stopSignals } from '../../../../src/common/stop-signals.js';
import { describeSchedule, describeTotal } from './report.js';
import { runSchedule, type ScheduleResult } from './run-schedule.js';
import type { Kind } from './schedule.js';
import { openServers } from './servers.js';

export interface OracleOptions {
  readonly firstSeed: number;
  /** How many consecutive seeds. */
  readonly schedules: number;
  /** How long the faults of each happen. */
  readonly durationMs: number;
  /** What may happen; default: everything. */
  readonly kinds?: readonly Kind[] | undefined;
}

/** Runs schedules one after the other, up to ^C, and prints what came of each. @returns the exit code. */
export async function runOracle({ firstSeed, schedules, durationMs, kinds }: OracleOptions): Promise<number> {
  using signals = stopSignals();
  await using servers = await openServers();
  const results: ScheduleResult[] = [];
  for (let seed = firstSeed; seed < firstSeed + schedules && !signals.signal.aborted; seed++) {
    say(`seed ${seed}: faults for ${durationMs / 1_000} s`);
    const result = await runSchedule(servers.all, { seed, durationMs, kinds });
    results.push(result);
    say(describeSchedule(result));
  }
  say(describeTotal(results));
  return results.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
