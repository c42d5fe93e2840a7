// @ts-nocheck
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../../../src/pg/error-code.js';
import { CannotHappenError } from './cannot-happen.js';
import type { Effect } from './effect.js';
import { isOutage } from './persistent-session.js';
import { describeFault, type PlannedFault } from './schedule.js';

const IN_THE_WAY: ReadonlySet<string> = new Set(['53100', '55P03']);

/** What became of a planned fault. */
export interface AppliedFault {
  readonly fault: PlannedFault;
  /** Why it did not happen: another one like it was in force, the server was down, nobody was connected. */
  readonly skipped?: string | undefined;
  /** Why it could not happen, if nothing else that happened explains it. */
  readonly failed?: string | undefined;
}

export interface FaultRun {
  readonly durationMs: number;
  readonly effectOf: (fault: PlannedFault) => Effect;
  /** Hears of each fault as it begins and ends. */
  readonly tell: (line: string) => void;
}

/** Applies the faults at their times. At the end of `durationMs` all that are in force end at once. */
export async function applyFaults(plan: readonly PlannedFault[], run: FaultRun): Promise<AppliedFault[]> {
  const over = new AbortController();
  setMaxListeners(0, over.signal);
  const inForce = new Set<string>();
  const applying = plan.map(async (fault) => {
    await pause(fault.atMs, over.signal);
    return apply(fault, { ...run, inForce, over: over.signal });
  });
  await sleep(run.durationMs);
  over.abort();
  return Promise.all(applying);
}

interface Application extends FaultRun {
  /** Names of those that must be alone. */
  readonly inForce: Set<string>;
  readonly over: AbortSignal;
}

async function apply(fault: PlannedFault, application: Application): Promise<AppliedFault> {
  const { inForce, effectOf, over, tell } = application;
  const effect = effectOf(fault);
  const name = effect.alone ?? '';
  if (inForce.has(name)) return { fault, skipped: 'another one like it is in force' };
  if (name !== '') inForce.add(name);
  try {
    tell(describeFault(fault));
    await effect.begin();
    await pause(fault.lastsMs, over);
    return { fault };
  } catch (error) {
    return { fault, skipped: String(error), failed: isExpected(error) ? undefined : String(error) };
  } finally {
    await end(effect);
    inForce.delete(name);
    tell(`over: ${describeFault(fault)}`);
  }
}

/** What cannot happen on a server has no end either. */
async function end(effect: Effect): Promise<void> {
  try {
    await effect.end();
  } catch (error) {
    if (!(error instanceof CannotHappenError)) throw error;
  }
}

/** Other faults are in the way: the server is away, its disk is full, somebody holds a lock. */
function isExpected(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  return error instanceof CannotHappenError || isOutage(error) || IN_THE_WAY.has(code);
}

function pause(ms: number, over: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal: over }).catch(() => {});
}
