import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { HEARTBEAT_INTERVAL_MS } from '../pg/heartbeat.js';
import { connectionSchema } from './connection-options.js';
import { choice, flag, integer, LONGEST_MS, type Option, optionalInteger } from './option.js';

const MEBIBYTE = 1024 * 1024;

const connection = { type: 'connection', required: true, schema: connectionSchema };

/** Every key that a configuration file may hold: validation, `--dry-run` and the tables of docs/configuration.md come from here. */
export const OPTIONS = {
  eventSource: { ...connection, description: 'The database that events are read from.' },
  replicationDestinations: {
    type: 'array of connections',
    required: true,
    schema: (folder: string) => z.array(connectionSchema(folder)).min(1),
    description: 'The databases that events are copied to: one or more, all different.',
  },
  maxEventsPerWrite: integer({
    falsyIsNotGiven: true,
    default: 10_000,
    minimum: 10_000,
    raisesToMinimum: true,
    description: 'Maximum number of events per write, unless one transaction of the source is larger.',
    whyRaise: 'A first load commits less often, and each transaction is larger.',
    whyLower: 'It cannot be lower than its default.',
  }),
  connectTimeout: integer({
    falsyIsNotGiven: true,
    default: 15_000,
    minimum: 1,
    maximum: LONGEST_MS,
    unit: 'ms',
    description: 'Maximum time to connect to a database.',
    whyRaise: 'Servers are far away, or slow to accept connections.',
    whyLower: 'A server that does not answer is to be reported sooner.',
    field: { name: 'connectTimeoutMs', factor: 1 },
  }),
  onError: choice(['exit', 'retry'], {
    description: 'What happens on an error: the process ends, or each destination is retried on its own.',
    whyRaise: "`'retry'`: with several destinations, one in trouble is not to hold back the others.",
    whyLower: "`'exit'`: a supervisor starts the process again and is to see every failure.",
  }),
  lanes: integer({
    default: 2,
    minimum: 1,
    maximum: 16,
    description:
      'Parallel copies into those destinations of a server that are far behind. Each destination has at least one; one that needs 5 ms and more to answer has just one.',
    whyRaise:
      'Servers of destinations have idle cores during a first load. Each lane is one more session on a server.',
    whyLower: 'Queries on the destinations need those cores, or sessions are scarce.',
  }),
  threads: integer({
    default: {
      value: Math.min(Math.max(availableParallelism() - 1, 1), 4),
      text: 'number of cores minus one, between 1 and 4',
    },
    minimum: 1,
    maximum: 64,
    description: 'Number of threads that write.',
    whyRaise:
      'Many destinations are written at the same time, and this machine has idle cores. A destination uses one thread.',
    whyLower: 'Other processes need the cores of this machine.',
  }),
  logInterval: integer({
    default: 10_000,
    minimum: 1,
    maximum: LONGEST_MS,
    unit: 'ms',
    description: 'Shortest time between two summary records of a destination.',
    whyRaise: 'The log is to be smaller.',
    whyLower: 'Progress and lag are to be seen sooner.',
    field: { name: 'logIntervalMs', factor: 1 },
  }),
  pollInterval: integer({
    default: 30_000,
    minimum: 100,
    maximum: LONGEST_MS,
    unit: 'ms',
    description: 'How often the source is queried even if no notification arrives.',
    whyRaise: 'The databases are to be queried less while nothing happens.',
    whyLower:
      'A lost notification, or a destination that somebody edits while nothing happens, is to be noticed sooner.',
    field: { name: 'pollIntervalMs', factor: 1 },
  }),
  heartbeatInterval: integer({
    default: HEARTBEAT_INTERVAL_MS,
    minimum: 1_000,
    maximum: LONGEST_MS,
    unit: 'ms',
    description:
      'How often each session is checked; an idle session is sent a query. A dead connection is found after about this time.',
    whyRaise: 'The network is slow or often silent: live connections are taken for dead.',
    whyLower: 'A dead connection is to be found sooner, at the price of more queries.',
    field: { name: 'heartbeatIntervalMs', factor: 1 },
  }),
  memoryBudgetMb: integer({
    default: 64,
    minimum: 16,
    unit: 'MiB',
    description: 'Memory for events on their way, shared by all destinations.',
    whyRaise: 'Transactions of the source are larger than this: each destination then reads them for itself.',
    whyLower: 'The process must fit into less memory.',
    field: { name: 'memoryBudgetBytes', factor: MEBIBYTE },
  }),
  synchronousCommit: choice(['off', 'local', 'remote_write', 'on', 'remote_apply'], {
    description: '`synchronous_commit` of the sessions that write.',
    whyRaise:
      "`'on'` or another: readers of a destination are never to see an event that a crash of its server can take back for a moment.",
    whyLower:
      "`'off'`: commits do not wait for the disk. What a crash takes back is found missing and copied again.",
  }),
  deferIndexes: flag({
    description: 'Build the secondary indexes of an empty destination after its first load.',
    whyRaise: '`true`: a first load of many events is to take less time; measure it first.',
    whyLower: '`false`: queries on the destination are to be fast from the beginning.',
  }),
  maxEventsPerRead: integer({
    falsyIsNotGiven: true,
    default: 50_000,
    minimum: 50_000,
    raisesToMinimum: true,
    description: 'Number of events compared at a time.',
    whyRaise: 'Fewer and longer queries are to be sent.',
    whyLower: 'It cannot be lower than its default.',
  }),
  maxDiffs: optionalInteger({
    minimum: 1,
    description: 'Stop after this many differences. Without it, all are reported.',
    whyRaise: 'More of the differences are to be listed.',
    whyLower: 'It is enough to know that tables differ: the comparison ends sooner.',
  }),
  events1Params: {
    ...connection,
    required: false,
    description: 'The first table. Without it, `eventSource` is taken.',
  },
  events2Params: {
    ...connection,
    required: false,
    description:
      'The second table. Without it, all `replicationDestinations` are taken, one after the other.',
  },
} as const satisfies Record<string, Option<unknown>>;

export type OptionName = keyof typeof OPTIONS;

/** What a key holds after validation. */
export type OptionValue<Name extends OptionName> = (typeof OPTIONS)[Name] extends {
  schema: (folder: string) => z.ZodType<infer Value>;
}
  ? Value
  : never;

const LOADER_KEYS = ['eventSource', 'connectTimeout'] as const;

/** The keys that each command reads; it ignores those of the others. */
export const COMMAND_KEYS = {
  'slate-replicator': [
    'eventSource',
    'replicationDestinations',
    'maxEventsPerWrite',
    'connectTimeout',
    'onError',
    'lanes',
    'threads',
    'logInterval',
    'pollInterval',
    'heartbeatInterval',
    'memoryBudgetMb',
    'synchronousCommit',
    'deferIndexes',
  ],
  'slate-loadPersonData': LOADER_KEYS,
  'slate-loadPerfTestData': LOADER_KEYS,
  'slate-eventsDiff': [
    'events1Params',
    'events2Params',
    'eventSource',
    'replicationDestinations',
    'maxEventsPerRead',
    'maxDiffs',
    'connectTimeout',
  ],
} as const satisfies Record<string, readonly OptionName[]>;
