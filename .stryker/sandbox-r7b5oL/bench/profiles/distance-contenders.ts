// @ts-nocheck
import type { Contender } from '../measure/alternate.js';
import type { Way } from '../measure/way.js';
import { PIPE_NAME } from '../peers/copy-pipe.js';
import { whyNoNativeReplication } from '../peers/why-no-native-replication.js';
import { copyPipes, nativeInitialSync, OURS, replicator, type Work } from './backfill-contenders.js';
import { type LiveWork, liveReplicator, nativeReplication } from './live-contenders.js';
import type { BenchContext } from './profile.js';

/** The same command, standing at the other end of the way. */
export const AT_DESTINATION = `${OURS} beside the destination`;
const ELSEWHERE = { name: AT_DESTINATION, beside: 'destinations' } as const;

export function liveContenders(
  context: BenchContext,
  work: LiveWork & { readonly way: Way; readonly oneWayMs: number },
  { elsewhere }: { readonly elsewhere: boolean },
): Contender[] {
  const contenders = [
    liveReplicator(context, work),
    ...(hasNative(context) ? [nativeReplication(context, work)] : []),
    ...(elsewhere ? [liveReplicator(context, work, ELSEWHERE)] : []),
  ];
  return contenders.map((contender) => beyondTheWay(contender, work.oneWayMs));
}

/** A pipe for each destination bears the same name, whatever their number: distances are what is compared. */
export function backfillContenders(context: BenchContext, work: Work): Contender[] {
  return [
    replicator(context, work),
    ...(hasNative(context) ? [nativeInitialSync(context, work)] : []),
    { ...copyPipes(context, work), name: PIPE_NAME },
    ...(work.destinations === 1 ? [replicator(context, work, ELSEWHERE)] : []),
  ];
}

export function laneContenders(context: BenchContext, work: Work): Contender[] {
  return [1, 2, 4].map((lanes) =>
    replicator(context, work, { name: `${lanes} lane${lanes === 1 ? '' : 's'}`, settings: { lanes } }),
  );
}

function hasNative({ clusters }: BenchContext): boolean {
  return whyNoNativeReplication(clusters) === undefined;
}

/** Adds what is left of the latency without the way itself, which nobody can make shorter. */
function beyondTheWay({ name, run }: Contender, oneWayMs: number): Contender {
  return {
    name,
    run: async () => {
      const sample = await run();
      const beyond = (latencyMs = Number.NaN) => latencyMs - oneWayMs;
      return { ...sample, p50BeyondMs: beyond(sample['p50Ms']), p95BeyondMs: beyond(sample['p95Ms']) };
    },
  };
}
