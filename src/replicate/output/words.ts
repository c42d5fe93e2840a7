/** What a person reads instead of a record. */
import { describeError, mendLines } from '../../cli/describe-error.js';
import { counted, grouped } from '../../cli/words.js';
import type { FieldsOf, RecordName } from '../../log/records.js';

type Words = { readonly [Name in RecordName]?: (fields: FieldsOf<Name>) => string | readonly string[] };

/** Records without an entry here are shown as their text, then their fields. */
const WORDS: Words = {
  'configuration warning': ({ problem }) => problem,
  'configuration is valid (dry run: nothing was connected to)': ({ config }) => [
    'The configuration is valid. Nothing was connected to.',
    ...listed(config),
  ],
  started: ({ config, once }) => [
    once ? 'started: copies what is missing now, then ends' : 'started: runs until it is stopped',
    ...listed(databasesOf(config)),
  ],
  ended: ({ reason, err }) => (err === undefined ? `${reason}` : errorWords('ended', err)),
  'source checked': ({ sourceEvents, sourceMaxId }) => `the source holds ${held(sourceEvents, sourceMaxId)}`,
  'source does not notify, or its events can be changed': ({ problem }) => problem,
  'cannot look at the source: trying again': ({ err, pauseMs }) =>
    errorWords(`cannot look at the source, trying again in ${seconds(pauseMs)}`, err),
  'cannot listen to the source: trying again': ({ err, pauseMs }) =>
    errorWords(`cannot listen to the source, trying again in ${seconds(pauseMs)}`, err),
  'status and metrics are served': ({ url }) => `the state of all destinations: ${url}`,
  'status and metrics are served to other machines, without authentication': ({ hint }) => [
    'the state is served to other machines, without authentication',
    hint,
  ],
  'too few connections': ({ err }) => errorWords(undefined, err),
  'destination checked': ({ destinationEvents, destinationMaxId, sourceEvents, gaps }) => {
    const missing = BigInt(sourceEvents) - BigInt(destinationEvents);
    const inGaps = Number(gaps) > 0 ? `, some of them in ${counted(gaps, 'gap')}` : '';
    return `holds ${held(destinationEvents, destinationMaxId)}, lacks ${counted(missing, 'event')}${inGaps}`;
  },
  'destination has another writer: waiting for its end': ({ writer }) =>
    `waits for the end of another writer: ${writer}`,
  'destination left to a replicator that waits for its share': () =>
    'left to a replicator that waits for its share',
  'indexes wait until the destination has caught up': ({ indexesToBuild }) =>
    `${counted(indexesToBuild.length, 'index').replace(/indexs$/, 'indexes')} will be built after it has caught up`,
  'index built': ({ index, buildSeconds }) => `index ${index} built in ${buildSeconds} s`,
  'caught up': (fields) =>
    `caught up${Number(fields.events) === 0 ? '' : `, ${copiedWords(fields)}${pace(fields)}`}`,
  copied: (fields) => copiedWords(fields) + pace(fields) + lagWords(fields.lagEvents),
  heartbeat: ({ state, lagEvents }) => state + lagWords(lagEvents),
  summary: (fields) => `in this run ${copiedWords(fields)}`,
  'destination failed: trying again': ({ err, pauseMs }) =>
    errorWords(`failed, trying again in ${seconds(pauseMs)}`, err),
  'destination stopped: a person must act': ({ err }) => errorWords('stopped', err),
};

/** The words for a record, one or more lines; without time, level and destination. */
export function wordsFor<Name extends RecordName>(name: Name, fields: FieldsOf<Name>): readonly string[] {
  const words = WORDS[name] as ((fields: FieldsOf<Name>) => string | readonly string[]) | undefined;
  const text = words === undefined ? asItIs(name, fields) : words(fields);
  return typeof text === 'string' ? [text] : text;
}

/** An error and what to do about it. */
export function errorWords(what: string | undefined, error: unknown): string[] {
  const { message, hint, mend } = describeError(error);
  const first = what === undefined ? message : `${what}: ${message}`;
  return [first, ...(hint ? [hint] : []), ...mendLines(mend)];
}

function asItIs(name: string, fields: object): string {
  const { destination: _, ...rest } = fields as Record<string, unknown>;
  const shown = Object.entries(rest).filter(([, value]) => value !== undefined);
  if (shown.length === 0) return name;
  return `${name} (${shown.map(([field, value]) => `${field}: ${valueWords(value)}`).join(', ')})`;
}

function valueWords(value: unknown): string {
  if (value instanceof Error) return describeError(value).message;
  if (typeof value !== 'object' || value === null) return String(value);
  return JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner));
}

type Copied = FieldsOf<'summary'>;

function copiedWords({ events, from, to }: Omit<Copied, 'destination'>): string {
  const ids = from === undefined || to === undefined ? '' : ` (${idRange(from, to)})`;
  return `copied ${counted(events, 'event')}${ids}`;
}

function pace({ events, seconds: period }: Omit<Copied, 'destination'>): string {
  const perSecond = period > 0 ? Math.round(Number(events) / period) : 0;
  return ` in ${period.toFixed(1)} s${perSecond > 0 ? `, ${grouped(perSecond)}/s` : ''}`;
}

/** `id 7`, `ids 1 to 7` */
export function idRange(from: number | bigint, to: number | bigint): string {
  return from === to ? `id ${from}` : `ids ${from} to ${to}`;
}

function lagWords(lagEvents: number | bigint | undefined): string {
  if (lagEvents === undefined) return '';
  return Number(lagEvents) === 0 ? ', nothing is missing' : `, ${counted(lagEvents, 'event')} behind`;
}

function held(events: number | bigint, maxId: number | bigint | undefined): string {
  return maxId === undefined ? 'no event' : `${counted(events, 'event')} up to id ${maxId}`;
}

function seconds(ms: number | bigint): string {
  return `${(Number(ms) / 1000).toFixed(1)} s`;
}

const DESTINATIONS_LISTED = 5;

function databasesOf(config: object) {
  const { eventSource, replicationDestinations } = config as Record<string, unknown>;
  const all = Array.isArray(replicationDestinations) ? replicationDestinations : [];
  const more = all.length - DESTINATIONS_LISTED;
  const last = more > 0 ? [`and ${more} more`] : [];
  return { from: eventSource, to: [...all.slice(0, DESTINATIONS_LISTED), ...last] };
}

function listed(values: object): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    if (!Array.isArray(value)) return [`${key}: ${valueWords(value)}`];
    return value.length === 1 ? [`${key}: ${value[0]}`] : [`${key}:`, ...value.map((each) => `  ${each}`)];
  });
}
