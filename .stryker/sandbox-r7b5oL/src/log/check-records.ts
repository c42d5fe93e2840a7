// @ts-nocheck
import { type RecordRule, SINCE } from './record-rule.js';

/** Sessions that a run needs, and what `--check` finds. */
export const CHECK_RECORDS = {
  'sessions needed': {
    levels: ['debug'],
    when: 'At the start of a run, for each server that could be asked.',
    fields: ['server', 'needed', 'free', 'maxConnections', 'reserved', 'inUse'],
    ...SINCE,
  },
  sessions: {
    levels: ['info'],
    when: 'With `--check`, for each server that could be asked.',
    fields: ['server', 'needed', 'ofSource', 'perDestination', 'free', 'maxConnections', 'reserved', 'inUse'],
    isOutput: true,
    ...SINCE,
  },
  'too few connections': {
    levels: ['warn', 'error'],
    when: 'A server has too little room for the sessions of a run. A warning if sessions of others are in the way and the run may wait for them; an error with `--check`.',
    fields: ['server', 'err'],
    ...SINCE,
  },
  plan: {
    levels: ['info'],
    when: 'With `--check`, for each destination: what a run would copy.',
    fields: [
      'destination',
      'missingEvents',
      'missingBytes',
      'missingBatches',
      'missingRanges',
      'destinationEvents',
      'checkSeconds',
    ],
    optional: ['firstMissingId', 'lastMissingId', 'moreMissingRanges', 'indexesToBuild', 'writer'],
    isOutput: true,
    ...SINCE,
  },
  'destination refused': {
    levels: ['error'],
    when: 'With `--check`: a run would not copy to the destination.',
    fields: ['destination', 'err'],
    isOutput: true,
    ...SINCE,
  },
} as const satisfies Record<string, RecordRule>;
