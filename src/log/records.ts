/**
 * Every record that slate-replicator writes. The key is the record's `msg`. Types, the reference in docs/log.md and the
 * tests come from here.
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
    when: 'At the start, for everything in the configuration that is doubtful or was put right.',
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
    when: 'At the start, if it is one. Polling ends with its promotion.',
    fields: ['source', 'pollMs'],
    ...SINCE,
  },
  'source is no hot standby any more': {
    levels: ['info'],
    when: 'It was promoted; from now on it is listened to.',
    fields: ['source'],
    ...SINCE,
  },
  'source does not notify, or its events can be changed': {
    levels: ['warn'],
    when: 'At the start, and again when that has changed. `problem` names the statement that mends it.',
    fields: ['source', 'problem'],
    ...SINCE,
  },
  'cannot look at the source: trying again': {
    levels: ['warn'],
    when: "With `onError: 'retry'`, at the start.",
    fields: ['source', 'err', 'pauseMs'],
    ...SINCE,
  },
  'cannot listen to the source: trying again': {
    levels: ['warn'],
    when: "With `onError: 'retry'`. Until it listens again, events are found every `pollInterval`.",
    fields: ['source', 'err', 'pauseMs'],
    ...SINCE,
  },
  'source changed: every destination is looked at again': {
    levels: ['warn'],
    when: 'The source does not hold `event` any more as it handed it out: it lost commits, or was restored.',
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
    when: 'Such a transaction has been running for five seconds.',
    fields: ['source', 'transactions'],
    optional: ['sourceMaxId'],
    ...SINCE,
  },
  'ids are missing in the source: copying goes on behind them': {
    levels: ['warn'],
    when: 'Once: no running transaction can insert the ids of a hole.',
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
    when: 'Asking the source which transactions may still insert missing ids has failed.',
    fields: ['source', 'err'],
    ...SINCE,
  },
  'source cannot be looked at': {
    levels: ['debug'],
    when: 'After `source changed`.',
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
    when: 'A server has too little room for the sessions of a run: a warning where others use it up and a run may wait for them, an error with `--check`.',
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
    when: 'With `--check`: a run would not copy to it.',
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
    when: 'With `--standby`.',
    fields: ['destination', 'writer'],
    ...SINCE,
  },
  'destination left to a replicator that waits for its share': {
    levels: ['info'],
    when: 'With `--standby`.',
    fields: ['destination'],
    ...SINCE,
  },
  'one lane is used: the destination must see events in order': {
    levels: ['info'],
    when: 'It has AFTER triggers, or another unique index.',
    fields: ['destination', 'because'],
    ...SINCE,
  },
  'many events for an empty destination: deferIndexes may load it faster': {
    levels: ['info'],
    when: 'It is empty, and the source has half a million events or more.',
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
    when: 'With `deferIndexes`, and where an earlier run with it was ended.',
    fields: ['destination', 'indexesToBuild'],
    ...SINCE,
  },
  'some indexes are not deferred': {
    levels: ['info'],
    when: 'CREATE INDEX would not make them again just as they are.',
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
    when: 'The same, with `deferIndexes`.',
    fields: ['destination', 'err'],
    ...SINCE,
  },
  'index built': {
    levels: ['info'],
    when: 'A deferred index is there.',
    fields: ['destination', 'index', 'buildSeconds'],
    ...SINCE,
  },
  'piping a transaction too large for memory': {
    levels: ['info'],
    when: 'It is handed from server to server; until it is committed nothing is counted.',
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
    when: 'The destination has all that the source had at the last look; with `--once`, all that it had at the start. Copied is what this session has copied by then and no `copied` has told of.',
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
    when: 'It passes by itself.',
    fields: ['destination', 'err', 'pauseMs'],
    ...SINCE,
  },
  'destination stopped: a person must act': {
    levels: ['error'],
    when: 'It does not pass. The other destinations go on.',
    fields: ['destination', 'err'],
    ...SINCE,
  },
  'cannot ask the server about a statement that takes long: waiting for it': {
    levels: ['warn'],
    when: 'A session that asks whether the statement is still at work cannot be opened.',
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
