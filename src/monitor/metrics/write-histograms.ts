import { Histogram } from 'prom-client';
import { METRIC_PREFIX, METRIC_RULES } from './metric-rules.js';

/** Takes the times of the writes of one destination. */
export interface WriteTimer {
  readonly commit: { observe(seconds: number): void };
  readonly endToEnd: { observe(seconds: number): void };
}

/** How long writes take. These are the only metrics that are fed while events are on their way. */
export class WriteHistograms {
  readonly commit = histogram('commit_duration_seconds');
  readonly endToEnd = histogram('end_to_end_latency_seconds');

  timerOf(destination: string): WriteTimer {
    // So that their series are there before the first write.
    this.commit.zero({ destination });
    this.endToEnd.zero({ destination });
    return { commit: this.commit.labels({ destination }), endToEnd: this.endToEnd.labels({ destination }) };
  }

  forget(destination: string): void {
    this.commit.remove({ destination });
    this.endToEnd.remove({ destination });
  }
}

function histogram(name: 'commit_duration_seconds' | 'end_to_end_latency_seconds') {
  const { help, buckets } = METRIC_RULES[name];
  return new Histogram({
    name: METRIC_PREFIX + name,
    help,
    labelNames: ['destination'],
    buckets: [...buckets],
    registers: [],
  });
}
