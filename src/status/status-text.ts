import { describeError, mendLines } from '../cli/describe-error.js';
import { tableLines } from '../cli/table.js';
import { counted, grouped } from '../cli/words.js';
import type { IdRange } from '../events/id-range.js';
import { describeDatabase, nameOf } from '../pg/connection-params.js';
import type { LockHolder, LockHolders } from '../schema/lock-holders.js';
import {
  type DestinationStatus,
  isWithin,
  type Limits,
  type SourceStatus,
  type StatusReport,
} from './status-report.js';

/** Gaps and indexes named for a destination: a person reads no more. */
const NAMED = 5;

/** What is not known. */
const UNKNOWN = '?';

const HEAD = ['destination', 'last id', 'events behind', 'seconds behind', 'gaps', 'written to by'];

/**
 * The report for people: a table, then what is to be said about single destinations, then the verdict.
 * @param columns of the terminal.
 * @param most how many destinations to show, the worst of them; the others are only counted.
 */
export function statusLines(
  report: StatusReport,
  { columns, most = Number.POSITIVE_INFINITY }: { readonly columns: number; readonly most?: number },
): string[] {
  const { destinations, limits } = report;
  const shown = destinations.length <= most ? destinations : worstFirst(destinations, limits).slice(0, most);
  const left = destinations.length - shown.length;
  return [
    ...sourceLines(report.source),
    ...tableLines([HEAD, ...shown.map(cellsOf)], columns),
    ...(left === 0 ? [] : [`and ${left} more`]),
    ...shown.flatMap((destination) => remarks(destination, limits)),
    verdict(report),
  ];
}

function sourceLines({ params, maxId, trouble }: SourceStatus): string[] {
  if (trouble !== undefined) return toldBy(trouble);
  const last = maxId === undefined ? 'no event' : `last id ${grouped(maxId)}`;
  return [`source ${describeDatabase(params)}: ${last}`];
}

function cellsOf({ params, isLeftOut, maxId, behind, gaps, holders }: DestinationStatus): string[] {
  if (isLeftOut) return [nameOf(params), '', '', '', '', 'paused'];
  const isKnown = behind !== undefined || maxId !== undefined;
  return [
    nameOf(params),
    maxId === undefined ? (isKnown ? '' : UNKNOWN) : grouped(maxId),
    behind === undefined ? UNKNOWN : grouped(behind.events),
    behind === undefined ? UNKNOWN : secondsText(behind.seconds),
    gaps === undefined ? UNKNOWN : grouped(gaps.ranges.length),
    holders === undefined ? UNKNOWN : writerText(holders),
  ];
}

/** `0`, `0.4`, `1,234` */
function secondsText(seconds: number): string {
  return seconds > 0 && seconds < 100 ? seconds.toFixed(1) : grouped(Math.round(seconds));
}

function writerText({ writer, hold }: LockHolders): string {
  if (hold !== undefined) return 'held';
  return writer === undefined ? 'nobody' : holderText(writer);
}

/** `10.0.0.5 since 2026-11-28 06:12:01 UTC` */
function holderText({ address = 'a local socket', since }: LockHolder): string {
  return since === undefined
    ? `${address}`
    : `${address} since ${since.replace('T', ' ').replace('Z', ' UTC')}`;
}

/** What does not fit into the table. */
function remarks(destination: DestinationStatus, limits: Limits): string[] {
  const { params, gaps, holders, indexesToBuild, problems, trouble } = destination;
  const about = [
    ...(params.paused && !destination.isLeftOut ? ['paused by the configuration'] : []),
    ...(holders?.hold === undefined ? [] : [heldBy(holders.hold)]),
    ...(gaps === undefined || gaps.ranges.length === 0
      ? []
      : [`lacks ${counted(gaps.events, 'event')} below its last id, in ids ${rangesText(gaps.ranges)}`]),
    ...(indexesToBuild.length === 0 ? [] : [`has indexes to build: ${indexesToBuild.join(', ')}`]),
    ...beyond(destination, limits),
  ];
  return [
    ...about.map((text) => `${nameOf(params)}: ${text}`),
    ...[...problems, ...(trouble === undefined ? [] : [trouble])].flatMap(toldBy),
  ];
}

function heldBy(hold: LockHolder): string {
  return `held by "${hold.application ?? 'unknown'}" from ${holderText(hold)}`;
}

function beyond({ behind }: DestinationStatus, { maxLagEvents, maxLagSeconds }: Limits): string[] {
  if (behind === undefined) return [];
  const [events, seconds] = [counted(behind.events, 'event'), `${secondsText(behind.seconds)} s`];
  return [
    ...(maxLagEvents !== undefined && behind.events > maxLagEvents
      ? [`${events} behind, more than ${grouped(maxLagEvents)}`]
      : []),
    ...(maxLagSeconds !== undefined && behind.seconds > maxLagSeconds
      ? [`${seconds} behind, more than ${grouped(maxLagSeconds)} s`]
      : []),
  ];
}

/** `5 to 9, 12, and 3 more` */
function rangesText(ranges: readonly IdRange[]): string {
  const named = ranges.slice(0, NAMED).map(({ from, to }) => (from === to ? `${from}` : `${from} to ${to}`));
  const more = ranges.length - named.length;
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

/** An error and what to do about it. */
function toldBy(error: unknown): string[] {
  const { message, hint, mend } = describeError(error);
  return [message, ...[...(hint === undefined ? [] : [hint]), ...mendLines(mend)].map((line) => `  ${line}`)];
}

/** Those that are not within the limits, then the unknown ones, then those that are most behind. */
function worstFirst(all: readonly DestinationStatus[], limits: Limits): DestinationStatus[] {
  const rank = (each: DestinationStatus) =>
    each.isLeftOut ? 3 : [false, undefined, true].indexOf(isWithin(each, limits));
  const events = (each: DestinationStatus) => each.behind?.events ?? 0n;
  return all.toSorted((a, b) => rank(a) - rank(b) || Number(events(b) - events(a)));
}

/** `4 destinations: 2 within the limits, 1 not, 1 unknown` */
function verdict({ destinations, limits }: StatusReport): string {
  const counting = destinations.filter(({ isLeftOut }) => !isLeftOut);
  const count = (holds: (each: DestinationStatus) => boolean) => counting.filter(holds).length;
  const within = (each: DestinationStatus) => isWithin(each, limits);
  const isLevel = (each: DestinationStatus) => each.behind?.events === 0n;
  const hasLimits = limits.maxLagEvents !== undefined || limits.maxLagSeconds !== undefined;
  const parts = [
    ...(hasLimits
      ? [{ number: count((each) => within(each) === true), what: 'within the limits' }]
      : [
          { number: count((each) => within(each) === true && isLevel(each)), what: 'up to date' },
          { number: count((each) => within(each) === true && !isLevel(each)), what: 'behind' },
        ]),
    { number: count((each) => within(each) === false), what: hasLimits ? 'not' : 'in trouble' },
    { number: count((each) => within(each) === undefined), what: 'unknown' },
    { number: destinations.length - counting.length, what: 'paused' },
  ];
  const told = parts.filter(({ number }) => number > 0).map(({ number, what }) => `${number} ${what}`);
  return `${counted(destinations.length, 'destination')}: ${told.join(', ')}`;
}
