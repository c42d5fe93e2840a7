import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { HEARTBEAT_INTERVAL_MS } from '../pg/heartbeat.js';
import { connectionSchema } from './connection-options.js';
import { choice, flag, integer, LONGEST_MS, type Option, optionalInteger } from './option.js';

const MEBIBYTE = 1024 * 1024;

const connection = { type: 'connection', required: true, schema: connectionSchema };

/** Every key that a configuration file may hold: validation, `--dry-run` and the README's table come from here. */
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
  }),
  connectTimeout: integer({
    falsyIsNotGiven: true,
    default: 15_000,
    minimum: 1,
    maximum: LONGEST_MS,
    unit: 'ms',
    description: 'Maximum time to connect to a database.',
    field: { name: 'connectTimeoutMs', factor: 1 },
  }),
  onError: choice(
    ['exit', 'retry'],
    'What happens on an error: the process ends, or each destination is retried on its own.',
  ),
  lanes: integer({
    default: 2,
    minimum: 1,
    maximum: 16,
    description:
      'Parallel copies into those destinations of a server that are far behind. Each destination has at least one; one that needs 5 ms and more to answer has just one.',
  }),
  threads: integer({
    default: {
      value: Math.min(Math.max(availableParallelism() - 1, 1), 4),
      text: 'number of cores minus one, between 1 and 4',
    },
    minimum: 1,
    maximum: 64,
    description: 'Number of threads that write.',
  }),
  logInterval: integer({
    default: 10_000,
    minimum: 1,
    maximum: LONGEST_MS,
    unit: 'ms',
    description: 'Shortest time between two summary records of a destination.',
    field: { name: 'logIntervalMs', factor: 1 },
  }),
  pollInterval: integer({
    default: 30_000,
    minimum: 100,
    maximum: LONGEST_MS,
    unit: 'ms',
    description: 'How often the source is queried even if no notification arrives.',
    field: { name: 'pollIntervalMs', factor: 1 },
  }),
  heartbeatInterval: integer({
    default: HEARTBEAT_INTERVAL_MS,
    minimum: 1_000,
    maximum: LONGEST_MS,
    unit: 'ms',
    description:
      'How often each session is checked; an idle session is sent a query. A dead connection is found after about this time.',
    field: { name: 'heartbeatIntervalMs', factor: 1 },
  }),
  memoryBudgetMb: integer({
    default: 64,
    minimum: 16,
    unit: 'MiB',
    description: 'Memory for events on their way, shared by all destinations.',
    field: { name: 'memoryBudgetBytes', factor: MEBIBYTE },
  }),
  synchronousCommit: choice(
    ['off', 'local', 'remote_write', 'on', 'remote_apply'],
    '`synchronous_commit` of the sessions that write.',
  ),
  deferIndexes: flag('Build the secondary indexes of an empty destination after its first load.'),
  maxEventsPerRead: integer({
    falsyIsNotGiven: true,
    default: 50_000,
    minimum: 50_000,
    raisesToMinimum: true,
    description: 'Number of events compared at a time.',
  }),
  maxDiffs: optionalInteger({
    minimum: 1,
    description: 'Stop after this many differences. Without it, all are reported.',
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
