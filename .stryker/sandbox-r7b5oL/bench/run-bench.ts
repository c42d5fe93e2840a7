// @ts-nocheck
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopSignals } from '../src/common/stop-signals.js';
import { startClusters } from './measure/clusters.js';
import { DataSets } from './measure/data-sets.js';
import { describeMachine } from './measure/machine.js';
import { chosenProfiles } from './profiles/all.js';
import type { BenchContext, Profile } from './profiles/profile.js';
import { startProgress } from './report/progress.js';
import type { ProfileResult } from './report/result.js';
import { writeReport } from './report/write-report.js';

export interface BenchOptions {
  readonly profile?: readonly string[];
  readonly repeat?: number;
  readonly quick?: boolean;
  readonly out?: string;
}

const RUNS = 5;
/** Unless the profile needs more. */
const QUICK_RUNS = 1;

/** What a shell reports for a program that ^C has ended. */
const INTERRUPTED = 130;

/** Runs the profiles; ^C ends it and leaves nothing behind. @returns the exit code. */
export async function runBench(options: BenchOptions): Promise<number> {
  using signals = stopSignals();
  try {
    await runProfiles(options, signals.signal);
    return 0;
  } catch (error) {
    if (!signals.signal.aborted) throw error;
    return INTERRUPTED;
  }
}

/** Writes the report after each profile: what comes later may fail. */
async function runProfiles(options: BenchOptions, stop: AbortSignal): Promise<void> {
  const quick = options.quick === true;
  const out = options.out ?? `bench/results/${quick ? 'quick' : 'latest'}`;
  const progress = startProgress();
  await using folder = await temporaryFolder();
  progress.say('starting two PostgreSQL servers');
  await using clusters = await startClusters(progress.say);
  const context = {
    clusters,
    dataSets: new DataSets(clusters.source, progress, quick),
    quick,
    stop,
    folder: folder.path,
    progress,
  };
  for (const profile of chosenProfiles(options)) {
    progress.say(`${profile.name}: ${profile.question}`);
    const repeat = options.repeat ?? (quick ? (profile.quickRuns ?? QUICK_RUNS) : RUNS);
    await writeReport(out, await runProfile(profile, { ...context, repeat }));
  }
  progress.say(`results: ${join(out, 'index.html')}`);
}

async function runProfile(profile: Profile, context: BenchContext): Promise<ProfileResult> {
  const startedAt = new Date().toISOString();
  const startedAtMs = performance.now();
  const found = await profile.run(context);
  return {
    profile: profile.name,
    question: profile.question,
    startedAt,
    seconds: Math.round((performance.now() - startedAtMs) / 1000),
    quick: context.quick,
    repeat: context.repeat,
    machine: await describeMachine(context.clusters.destination),
    ...found,
  };
}

async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'slate-bench-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
