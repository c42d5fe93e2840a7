import { type RecordRule, SINCE } from './record-rule.js';

const COPIED = ['events', 'bytes', 'batches', 'seconds', 'copyMs', 'waitMs', 'commitMs'] as const;
const COPIED_IDS = ['from', 'to'] as const;
const LAG = ['lagEvents', 'lagSeconds'] as const;

/** One destination. */
export const DESTINATION_RECORDS = {
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
  'destination is held': {
    levels: ['info'],
    when: 'Somebody holds the destination with `slate-hold`: it is written to again when that has ended.',
    fields: ['destination', 'heldBy'],
    ...SINCE,
  },
  'destination is no longer held': {
    levels: ['info'],
    when: 'The hold has ended, and this replicator goes on.',
    fields: ['destination'],
    ...SINCE,
  },
  'destination is paused': {
    levels: ['info'],
    when: 'At the start, with `--check`, and when a configuration was read again: `paused` is true, and nothing is replicated to the destination.',
    fields: ['destination'],
    isOutput: true,
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
  'state on request': {
    levels: ['info'],
    when: 'For each destination, when somebody asks: by the signal SIGUSR2, or by Enter on a terminal.',
    fields: ['destination', 'state'],
    optional: ['destinationMaxId', 'sourceMaxId', ...LAG],
    isOutput: true,
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
