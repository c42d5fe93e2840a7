/** What a profile hands to the report, and what its JSON file holds. */
// @ts-nocheck


/** A quantity that is measured. */
export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
}

/** One way of doing something in one situation, measured several times. */
export interface Measurement {
  /** The situation: '8 destinations'. */
  readonly case: string;
  /** Who did it. */
  readonly contender: string;
  /** By metric name, one value per run, in the order of the runs. */
  readonly samples: Readonly<Record<string, readonly number[]>>;
}

/** Measurements that belong in one table and one chart. */
export interface Section {
  readonly title: string;
  readonly text: string;
  readonly metrics: readonly Metric[];
  readonly measurements: readonly Measurement[];
  /** What the chart shows; absent: the first metric. */
  readonly charted?: readonly string[];
}

/** What is demanded of a value. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** A value that people ask for first: mostly a ratio of two contenders, run by run. */
export interface Finding {
  readonly title: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly target?: Target;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
  readonly serverKind: string;
}

/** Everything that one profile found. */
export interface ProfileResult {
  readonly profile: string;
  readonly question: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly quick: boolean;
  readonly repeat: number;
  readonly machine: Machine;
  readonly findings: readonly Finding[];
  readonly sections: readonly Section[];
  /** What was left out, and why; what a number does not say. */
  readonly notes: readonly string[];
}
