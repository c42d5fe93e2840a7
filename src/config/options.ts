import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { HEARTBEAT_INTERVAL_MS } from '../pg/heartbeat.js';
import { connectionSchema, sourceSchema } from './connection-options.js';
import { httpSchema } from './http-options.js';
import { choice, flag, integer, LONGEST_MS, type Option, optionalInteger } from './option.js';

const MEBIBYTE = 1024 * 1024;

const connection = { type: 'connection', required: true, schema: connectionSchema };

/**
 * Every key that a configuration file may hold: validation, `--dry-run` and the tables of
 * docs/configuration.md come from here.
 */
export const OPTIONS = {
  eventSource: {
    ...connection,
    schema: sourceSchema,
    description: 'The database that events are read from.',
  },
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
    whyRaise: 'You want fewer and larger transactions in a first load.',
    whyLower: 'Not possible: the default is the minimum.',
  }),
  connectTimeout: integer({
    falsyIsNotGiven: true,
    default: 15_000,
    minimum: 1,
    maximum: LONGEST_MS,
    unit: 'ms',
    description: 'Maximum time to connect to a database.',
    whyRaise: 'Servers are far away, or slow to accept connections.',
    whyLower: 'You want to hear sooner of a server that does not answer.',
    field: { name: 'connectTimeoutMs', factor: 1 },
  }),
  onError: choice(['exit', 'retry'], {
    description: 'What happens on an error: the process ends, or each destination is retried on its own.',
    whyRaise: "`'retry'`: there are several destinations, and one in trouble must not hold back the others.",
    whyLower: "`'exit'`: a supervisor starts the process again, and must see every failure.",
  }),
  lanes: integer({
    default: 2,
    minimum: 1,
    maximum: 16,
    description:
      'Parallel copies into those destinations of a server that are far behind. Each destination has at least one; one that needs 5 ms and more to answer has just one.',
    whyRaise:
      'Servers of destinations have idle cores during a first load. Each lane costs one more session.',
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
    whyRaise: 'You want fewer records.',
    whyLower: 'You want to see progress and lag sooner.',
    field: { name: 'logIntervalMs', factor: 1 },
  }),
  pollInterval: integer({
    default: 30_000,
    minimum: 100,
    maximum: LONGEST_MS,
    unit: 'ms',
    description: 'How often the source is queried even if no notification arrives.',
    whyRaise: 'You want fewer queries while nothing happens.',
    whyLower: 'You want to notice a lost notification, or an edited destination, sooner.',
    field: { name: 'pollIntervalMs', factor: 1 },
  }),
  heartbeatInterval: integer({
    default: HEARTBEAT_INTERVAL_MS,
    minimum: 1_000,
    maximum: LONGEST_MS,
    unit: 'ms',
    description:
      'How often each session is checked; an idle session is sent a query. A dead connection is found after about this time.',
    whyRaise:
      'Live connections are taken for dead on a slow network. Above the default, another replicator takes over from a dead host only when the server has ended its sessions.',
    whyLower: 'You want to find dead connections sooner, at the price of more queries.',
    field: { name: 'heartbeatIntervalMs', factor: 1 },
  }),
  memoryBudgetMb: integer({
    default: 64,
    minimum: 16,
    unit: 'MiB',
    description: 'Memory for events on their way, shared by all destinations.',
    whyRaise: 'Transactions of the source are larger than this. Each destination then reads them for itself.',
    whyLower: 'The process must fit into less memory.',
    field: { name: 'memoryBudgetBytes', factor: MEBIBYTE },
  }),
  synchronousCommit: choice(['off', 'local', 'remote_write', 'on', 'remote_apply'], {
    description: '`synchronous_commit` of the sessions that write.',
    whyRaise:
      "`'on'` or another: readers of a destination must never see an event that a crash of its server takes back for a moment.",
    whyLower:
      "`'off'`: commits need not wait for the disk. Events that a crash takes back are found missing and copied again.",
  }),
  deferIndexes: flag({
    description: 'Build the secondary indexes of an empty destination after its first load.',
    whyRaise: '`true`: you want to load many events in less time. Measure it first.',
    whyLower: '`false`: queries on the destination must be fast from the beginning.',
  }),
  http: {
    type: 'object',
    schema: httpSchema,
    description:
      'Serves a status page, metrics for Prometheus and probes over HTTP (below). Not with `--once`, `--check` and `--dry-run`.',
    whyRaise: '`{ port: 9464 }`: you want to see the state of all destinations, or be alerted.',
    whyLower: 'Without it nothing listens: the log tells enough.',
  },
  maxEventsPerRead: integer({
    falsyIsNotGiven: true,
    default: 50_000,
    minimum: 50_000,
    raisesToMinimum: true,
    description: 'Number of events compared at a time.',
    whyRaise: 'You want fewer and longer queries.',
    whyLower: 'Not possible: the default is the minimum.',
  }),
  maxDiffs: optionalInteger({
    minimum: 1,
    description: 'Stop after this many differences. Without it, all are reported.',
    whyRaise: 'You want to see more of the differences.',
    whyLower: 'You only need to know that tables differ: the comparison ends sooner.',
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
    'http',
  ],
  'slate-loadPersonData': LOADER_KEYS,
  'slate-loadPerfTestData': LOADER_KEYS,
  'slate-hold': ['replicationDestinations', 'connectTimeout'],
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
