import { type RecordRule, SINCE } from './record-rule.js';

/** The source. */
export const SOURCE_RECORDS = {
  'source checked': {
    levels: ['info'],
    when: 'The events of the source were counted.',
    fields: ['source', 'sourceEvents'],
    optional: ['sourceMaxId'],
    ...SINCE,
  },
  'source is a hot standby: it cannot notify and is polled': {
    levels: ['warn'],
    when: 'At the start, if the source is a hot standby. Polling ends when it is promoted.',
    fields: ['source', 'pollMs'],
    ...SINCE,
  },
  'source is no hot standby any more': {
    levels: ['info'],
    when: 'The source was promoted. From now on the replicator listens to it.',
    fields: ['source'],
    ...SINCE,
  },
  'source does not notify, or its events can be changed': {
    levels: ['warn'],
    when: 'At the start, and again when the reason has changed. `problem` names the statements of `mend`, too.',
    fields: ['source', 'problem', 'mend'],
    ...SINCE,
  },
  'cannot look at the source: trying again': {
    levels: ['warn'],
    when: "At the start, with `onError: 'retry'`: the source cannot be examined.",
    fields: ['source', 'err', 'pauseMs'],
    ...SINCE,
  },
  'cannot listen to the source: trying again': {
    levels: ['warn'],
    when: "With `onError: 'retry'`: the listening session failed. Until the next one, events are found every `pollInterval`.",
    fields: ['source', 'err', 'pauseMs'],
    ...SINCE,
  },
  'source changed: every destination is looked at again': {
    levels: ['warn'],
    when: 'The source no longer holds `event` as it was read before: it lost commits, or was restored.',
    fields: ['source', 'event'],
    ...SINCE,
  },
  'event appeared after later ones had been copied: it is copied now': {
    levels: ['warn'],
    when: 'Somebody inserted an event with an id that had been missing for long.',
    fields: ['source', 'event'],
    ...SINCE,
  },
  'event past table "id" of the source is not copied': {
    levels: ['error'],
    when: 'Somebody inserted an event with an id that table `id` has not handed out yet.',
    fields: ['source', 'event', 'nextId', 'hint'],
    ...SINCE,
  },
  'ids are missing in the source: events behind them wait for transactions that may insert them': {
    levels: ['warn'],
    when: 'A transaction that may insert a missing id has been running for five seconds.',
    fields: ['source', 'transactions'],
    optional: ['sourceMaxId'],
    ...SINCE,
  },
  'ids are missing in the source: copying goes on behind them': {
    levels: ['warn'],
    when: 'Once per run, when no running transaction can insert the ids of a hole.',
    fields: ['source', 'firstHoleId', 'lastHoleId'],
    ...SINCE,
  },
  'the role may not read table "id" of the source': {
    levels: ['info'],
    when: 'At the start. An event that somebody inserts past table `id` would be copied.',
    fields: ['source', 'hint'],
    ...SINCE,
  },
  'a hole could not be settled: it is looked at again': {
    levels: ['debug'],
    when: 'The query for the transactions that may still insert missing ids failed.',
    fields: ['source', 'err'],
    ...SINCE,
  },
  'source cannot be looked at': {
    levels: ['debug'],
    when: 'The source could not be examined again after `source changed`.',
    fields: ['source', 'err'],
    ...SINCE,
  },
  'source summary': {
    levels: ['debug'],
    when: 'At the end of a run.',
    fields: ['source', 'rowsServed', 'newsFoundByTimer'],
    ...SINCE,
  },
} as const satisfies Record<string, RecordRule>;
