import { type RecordRule, SINCE } from './record-rule.js';

/** A run as a whole. */
export const RUN_RECORDS = {
  'configuration warning': {
    levels: ['warn'],
    when: 'At the start, for each doubtful or corrected value of the configuration.',
    fields: ['configFilename', 'problem'],
    ...SINCE,
  },
  'configuration is valid (dry run: nothing was connected to)': {
    levels: ['info'],
    when: 'With `--dry-run`.',
    fields: ['arguments', 'config'],
    isOutput: true,
    ...SINCE,
  },
  started: {
    levels: ['info'],
    when: 'A run begins.',
    fields: ['config', 'once'],
    ...SINCE,
  },
  'configuration read again': {
    levels: ['info'],
    when: 'After SIGHUP, when the destinations of the file are those of the run. Others were not touched.',
    fields: ['added', 'removed', 'startedAgain'],
    ...SINCE,
  },
  'configuration is not taken over: nothing was changed': {
    levels: ['error'],
    when: 'After SIGHUP: `err` lists the mistakes of the file, or says which server has too few connections.',
    fields: ['configFilename', 'err'],
    ...SINCE,
  },
  'options that were changed take effect at the next start': {
    levels: ['warn'],
    when: 'After SIGHUP: only `replicationDestinations` can change while the replicator runs.',
    fields: ['options'],
    ...SINCE,
  },
  ended: {
    levels: ['info', 'fatal'],
    when: 'The last record. At level fatal, `err` ends the process; else `reason` says why it ends.',
    fields: [],
    optional: ['reason', 'err'],
    ...SINCE,
  },
} as const satisfies Record<string, RecordRule>;
