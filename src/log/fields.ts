/** Every field that a log record can have. A field means the same in every record. */
import type { IdRange } from '../events/id-range.js';

/** JSON types of values. An id or a count beyond 2^53 is written as a string. */
type FieldType = 'integer' | 'number' | 'string' | 'boolean' | 'array' | 'object';

/** What is known about one field. `Value` is what code passes for it. */
export interface Field<Value> {
  readonly type: FieldType;
  /** Absent where a value has none. */
  readonly unit?: string | undefined;
  readonly meaning: string;
  /** Only carries the type. */
  readonly value?: Value | undefined;
}

function integer(meaning: string, unit?: string): Field<number | bigint> {
  return { type: 'integer', unit, meaning };
}

function number(meaning: string, unit: string): Field<number> {
  return { type: 'number', unit, meaning };
}

function text(meaning: string): Field<string> {
  return { type: 'string', meaning };
}

function flag(meaning: string): Field<boolean> {
  return { type: 'boolean', meaning };
}

function list<Item>(meaning: string): Field<readonly Item[]> {
  return { type: 'array', meaning };
}

function object<Value>(meaning: string): Field<Value> {
  return { type: 'object', meaning };
}

export const FIELDS = {
  source: text('The source: its `name` from the configuration file, else `host:port/database`.'),
  destination: text('The destination: named as `source` is.'),
  database: text('A source or destination: named as `source` is.'),
  server: text('A server, as `host:port`.'),
  state: text(
    'What is done with the destination: `connecting`, `standby`, `held`, `paused`, `validating`, `catching up`, `building indexes`, `live`, `backing off` or `stopped`.',
  ),
  err: object<unknown>(
    'An error: `name`, `message`, `code` (SQLSTATE or errno), `hint` (what to do), `mend` (SQL statements that mend it, if the hint does not name them); `stack` at level debug, and of a bug.',
  ),
  hint: text('What to do.'),
  mend: list<string>('Statements that mend it, for the database in question.'),
  problem: text('What is wrong, as a sentence.'),
  reason: text(
    'Why the process ends: `done`, `stopped by SIGINT`, `stopped by SIGTERM`, or `stopped by SIGHUP` when its terminal was closed.',
  ),
  pauseMs: integer('Pause before the next attempt.', 'ms'),
  pollMs: integer('Time from one poll of the source to the next.', 'ms'),

  added: list<string>('Destinations that were not configured before.'),
  removed: list<string>('Destinations that are no longer configured.'),
  startedAgain: list<string>('Destinations whose configuration has changed, or which had stopped.'),
  options: list<string>('Keys of the configuration file.'),
  configFilename: text('The configuration file, as on the command line.'),
  arguments: object<object>('The options of the command line.'),
  config: object<object>('The configuration: keys and units of the configuration file, no secrets.'),
  once: flag('Whether the run was started with `--once`.'),

  events: integer('Events copied.', 'events'),
  bytes: integer('Bytes of COPY data of these events.', 'bytes'),
  batches: integer('Transactions that wrote these events.', 'transactions'),
  from: integer('First id copied. Absent if nothing was copied.'),
  to: integer('Last id copied. Absent if nothing was copied.'),
  seconds: number('Length of the period in which `events` were copied.', 's'),
  copyMs: number('Time spent in COPY, added up over all lanes.', 'ms'),
  waitMs: number(
    'Time that lanes waited until earlier batches had committed, added up over all lanes.',
    'ms',
  ),
  commitMs: number('Time spent in COMMIT, added up over all lanes.', 'ms'),

  lagEvents: integer(
    'Events that the source has and the destination lacks. Events after the last validation are counted by their ids, so holes between these ids count too. Absent while it is not known.',
    'events',
  ),
  lagSeconds: number(
    'Time since the destination had everything; 0 if it has everything now. Absent before the first time.',
    's',
  ),

  sourceEvents: integer('Events in the source.', 'events'),
  sourceMaxId: integer('Highest id in the source. Absent if the source is empty or did not answer.'),
  destinationEvents: integer('Events in the destination.', 'events'),
  destinationMaxId: integer('Highest id in the destination. Absent if the destination is empty.'),
  gaps: integer('Ranges of ids that the destination lacks below its highest id.', 'ranges'),

  missingEvents: integer('Events that the destination lacks.', 'events'),
  missingBytes: integer(
    'Approximate size of `missingEvents`, by the size of the table of the source.',
    'bytes',
  ),
  missingBatches: integer('Minimum number of transactions that will write `missingEvents`.', 'transactions'),
  missingRanges: list<IdRange>('Ids of the missing events, as `{from, to}`; at most 20 ranges.'),
  moreMissingRanges: integer('Ranges that `missingRanges` leaves out.', 'ranges'),
  firstMissingId: integer('First missing id. Absent if nothing is missing.'),
  lastMissingId: integer('Last missing id. Absent if nothing is missing.'),
  checkSeconds: number('How long the validation of the destination took.', 's'),
  writer: text('Who writes to the destination now.'),
  heldBy: text('Who holds the destination: the session of `slate-hold`, and since when.'),

  event: integer('Id of one event.'),
  nextId: integer('Next id that table `id` of the source will hand out.'),
  firstHoleId: integer('First id that is missing in the source.'),
  lastHoleId: integer('Last id of the hole that begins with `firstHoleId`.'),
  transactions: text('Virtual ids of the awaited transactions.'),
  precedingId: integer('Id behind which the transaction begins.'),
  transactionEndId: integer('Last id of the transaction.'),

  url: text('Address of the status page.'),

  index: text('Name of an index.'),
  indexesToBuild: list<string>('Names of the deferred indexes that are not built yet.'),
  kept: list<object>('Indexes that are not deferred, as `{index, because}`.'),
  because: list<string>('Triggers and indexes of the destination that must see events in order.'),
  buildSeconds: number('How long it took to build the index.', 's'),

  needed: integer('Sessions that a run may open on the server.', 'sessions'),
  ofSource: integer('Sessions of `needed` in the source.', 'sessions'),
  perDestination: integer('Sessions of `needed` in each destination.', 'sessions'),
  free: integer('Sessions that the server has room for.', 'sessions'),
  maxConnections: integer('`max_connections` of the server.', 'sessions'),
  reserved: integer('Connections of `maxConnections` that are reserved for administrators.', 'sessions'),
  inUse: integer('Connections of `maxConnections` that others use.', 'sessions'),

  rowsServed: integer('Rows that the source has sent.', 'rows'),
  newsFoundByTimer: integer('How often the timer found events that no notification had announced.', 'times'),
} as const satisfies Record<string, Field<unknown>>;

export type FieldName = keyof typeof FIELDS;

/** What code passes for a field. */
export type FieldValue<Name extends FieldName> =
  (typeof FIELDS)[Name] extends Field<infer Value> ? Value : never;
