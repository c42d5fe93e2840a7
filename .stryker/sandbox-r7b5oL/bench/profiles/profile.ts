// @ts-nocheck
import type { Clusters } from '../measure/clusters.js';
import type { DataSets } from '../measure/data-sets.js';
import type { Progress } from '../report/progress.js';
import type { Finding, Section } from '../report/result.js';

/** What every profile has at hand. */
export interface BenchContext {
  readonly clusters: Clusters;
  readonly dataSets: DataSets;
  /** Amounts that show who is ahead of whom in three minutes: the numbers are rough. */
  readonly quick: boolean;
  /** How often each contender runs. */
  readonly repeat: number;
  /** Aborted by ^C. */
  readonly stop: AbortSignal;
  /** For files of this run only. */
  readonly folder: string;
  readonly progress: Progress;
}

export interface ProfileFindings {
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
  readonly notes: readonly string[];
}

/** One question and how it is measured. */
export interface Profile {
  readonly name: string;
  readonly question: string;
  /** Runs of each contender with `--quick`, where one run does not show who is ahead. */
  readonly quickRuns?: number | undefined;
  /** `--quick` alone leaves it out: all others take most of the three minutes. */
  readonly onlyWhenAsked?: boolean | undefined;
  run(context: BenchContext): Promise<ProfileFindings>;
}
