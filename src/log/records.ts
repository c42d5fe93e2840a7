/**
 * Every record that slate-replicator writes. The key is the record's `msg`. Types, the reference in
 * docs/log.md and the tests come from here.
 */
import type { FieldName, FieldValue } from './fields.js';

export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** What is known about one record. */
export interface RecordRule {
  /** The levels that it has; the first one unless the writer says another. */
  readonly levels: readonly [Level, ...Level[]];
  /** When it is written. */
  readonly when: string;
  readonly fields: readonly FieldName[];
  /** Fields that may be absent. */
  readonly optional?: readonly FieldName[];
  /** What a command was asked for: it is written whatever `LOG_LEVEL` says. */
  readonly isOutput?: boolean;
  /** The version that wrote it first. */
  readonly since: string;
}

const COPIED = ['events', 'bytes', 'batches', 'seconds', 'copyMs', 'waitMs', 'commitMs'] as const;
const COPIED_IDS = ['from', 'to'] as const;
const LAG = ['lagEvents', 'lagSeconds'] as const;
const SINCE = { since: '1.0.0' } as const;

export const RECORDS = {
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
  ended: {
    levels: ['info', 'fatal'],
    when: 'The last record. At level fatal, `err` ends the process; else `reason` says why it ends.',
    fields: [],
    optional: ['reason', 'err'],
    ...SINCE,
  },

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
    when: 'At the start, and again when the reason has changed. `problem` names the statement that mends it.',
    fields: ['source', 'problem'],
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

  state: {
    levels: ['debug'],
    when: 'A destination has entered `state`.',
    fields: ['destination', 'state'],
    ...SINCE,
  },
  'destination checked': {
    levels: ['info'],
    when: 'After every (re)connect, before anything is written.',
    fields: ['destination', 'destinationEvents', 'sourceEvents', 'gaps'],
    optional: ['destinationMaxId', 'sourceMaxId'],
    ...SINCE,
  },
  'destination has another writer: waiting for its end': {
    levels: ['info'],
    when: 'With `--standby`: the replicator waits until the writer ends.',
    fields: ['destination', 'writer'],
    ...SINCE,
  },
  'destination left to a replicator that waits for its share': {
    levels: ['info'],
    when: 'With `--standby`: this replicator writes to more than its share of the destinations.',
    fields: ['destination'],
    ...SINCE,
  },
  'one lane is used: the destination must see events in order': {
    levels: ['info'],
    when: 'The destination has AFTER triggers, or another unique index.',
    fields: ['destination', 'because'],
    ...SINCE,
  },
  'many events for an empty destination: deferIndexes may load it faster': {
    levels: ['info'],
    when: 'The destination is empty, and the source has half a million events or more.',
    fields: ['destination', 'sourceEvents'],
    ...SINCE,
  },
  'indexes are not deferred: the destination is not empty': {
    levels: ['info'],
    when: 'With `deferIndexes`.',
    fields: ['destination'],
    ...SINCE,
  },
  'indexes wait until the destination has caught up': {
    levels: ['info'],
    when: 'With `deferIndexes`, and after an earlier run that ended before it had built its deferred indexes.',
    fields: ['destination', 'indexesToBuild'],
    ...SINCE,
  },
  'some indexes are not deferred': {
    levels: ['info'],
    when: 'With `deferIndexes`: CREATE INDEX would not make these indexes again just as they are.',
    fields: ['destination', 'kept'],
    ...SINCE,
  },
  'deferred indexes are not built': {
    levels: ['warn'],
    when: 'The list of deferred indexes cannot be trusted; `err` says why.',
    fields: ['destination', 'err'],
    ...SINCE,
  },
  'indexes are not deferred, and deferred ones are not built': {
    levels: ['warn'],
    when: 'With `deferIndexes`: the list of deferred indexes cannot be trusted, so no index is deferred either.',
    fields: ['destination', 'err'],
    ...SINCE,
  },
  'index built': {
    levels: ['info'],
    when: 'A deferred index was built.',
    fields: ['destination', 'index', 'buildSeconds'],
    ...SINCE,
  },
  'piping a transaction too large for memory': {
    levels: ['info'],
    when: 'The transaction is piped from server to server. Nothing is counted until it is committed.',
    fields: ['destination', 'precedingId', 'transactionEndId'],
    ...SINCE,
  },
  'batch written': {
    levels: ['debug'],
    when: 'A transaction is committed in a destination.',
    fields: ['destination', 'events', 'to', 'copyMs', 'waitMs', 'commitMs'],
    ...SINCE,
  },
  'caught up': {
    levels: ['info'],
    when: 'The destination has all that the source had at the last read; with `--once`, all that it had at the start. The counts are those since the last `copied` of this session.',
    fields: ['destination', ...COPIED],
    optional: COPIED_IDS,
    ...SINCE,
  },
  copied: {
    levels: ['info'],
    when: 'Every `logInterval`, if something was copied.',
    fields: ['destination', 'state', ...COPIED],
    optional: [...COPIED_IDS, ...LAG],
    ...SINCE,
  },
  heartbeat: {
    levels: ['debug', 'info'],
    when: 'Every `logInterval` at level debug, every ten minutes at level info, also when nothing happens.',
    fields: ['destination', 'state'],
    optional: ['destinationMaxId', 'sourceMaxId', ...LAG],
    ...SINCE,
  },
  summary: {
    levels: ['info'],
    when: 'At the end of a run, for each destination in which copying had begun: what the run copied.',
    fields: ['destination', ...COPIED],
    optional: COPIED_IDS,
    ...SINCE,
  },
  'destination failed: trying again': {
    levels: ['warn'],
    when: 'The error passes by itself.',
    fields: ['destination', 'err', 'pauseMs'],
    ...SINCE,
  },
  'destination stopped: a person must act': {
    levels: ['error'],
    when: 'The error does not pass by itself. The other destinations go on.',
    fields: ['destination', 'err'],
    ...SINCE,
  },
  'cannot ask the server about a statement that takes long: waiting for it': {
    levels: ['warn'],
    when: 'No session can be opened to ask the server whether the statement is still running.',
    fields: ['database', 'err'],
    optional: ['source'],
    ...SINCE,
  },
} as const satisfies Record<string, RecordRule>;

/** The `msg` of a record. */
export type RecordName = keyof typeof RECORDS;

type RuleOf<Name extends RecordName> = (typeof RECORDS)[Name];

export type LevelOf<Name extends RecordName> = RuleOf<Name>['levels'][number];

type OptionalOf<Name extends RecordName> =
  RuleOf<Name> extends { readonly optional: readonly (infer Key extends FieldName)[] } ? Key : never;

/** What code passes for the fields of a record. */
export type FieldsOf<Name extends RecordName> = {
  readonly [Key in RuleOf<Name>['fields'][number]]: FieldValue<Key>;
} & { readonly [Key in OptionalOf<Name>]?: FieldValue<Key> | undefined };

/** The same without its literal types, for code that treats all records alike. */
export function ruleOf(name: RecordName): RecordRule {
  return RECORDS[name];
}
