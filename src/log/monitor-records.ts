import { type RecordRule, SINCE } from './record-rule.js';

/** What is served over HTTP. */
export const MONITOR_RECORDS = {
  'status and metrics are served': {
    levels: ['info'],
    when: 'At the start, with `http.port`.',
    fields: ['url'],
    ...SINCE,
  },
  'status and metrics are served to other machines, without authentication': {
    levels: ['warn'],
    when: 'At the start, if `http.host` is no loopback address.',
    fields: ['url', 'hint'],
    ...SINCE,
  },
} as const satisfies Record<string, RecordRule>;
