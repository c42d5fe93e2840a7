/** What `--check` found, as tables. */
// @ts-nocheck

import { tableLines } from '../../cli/table.js';
import { byteSize, counted, grouped } from '../../cli/words.js';
import type { FieldsOf } from '../../log/records.js';
import { errorWords, idRange } from './words.js';

export type Plan = FieldsOf<'plan'>;
export type Refusal = FieldsOf<'destination refused'>;
export type ServerSessions = FieldsOf<'sessions'>;

/** Gaps named for a destination: a person reads no more. */
const GAPS_NAMED = 5;

/** Lines for destinations, in the order in which they were validated. @param columns of the terminal. */
export function planLines(plans: readonly Plan[], refusals: readonly Refusal[], columns: number): string[] {
  const rows = plans.map((plan) => [
    plan.destination,
    grouped(plan.destinationEvents),
    grouped(plan.missingEvents),
    byteSize(plan.missingBytes),
    missingIds(plan),
  ]);
  const table = tableLines([['destination', 'holds', 'lacks', 'about', 'ids'], ...rows], columns);
  return [
    ...(plans.length === 0 ? [] : table),
    ...plans.flatMap(remarks),
    ...refusals.flatMap(({ destination, err }) => errorWords(`error: ${destination} is refused`, err)),
  ];
}

function missingIds({ firstMissingId, lastMissingId, missingRanges, moreMissingRanges = 0 }: Plan): string {
  if (firstMissingId === undefined || lastMissingId === undefined) return '';
  const ranges = missingRanges.length + Number(moreMissingRanges);
  return idRange(firstMissingId, lastMissingId) + (ranges > 1 ? `, ${grouped(ranges)} ranges` : '');
}

function remarks({
  destination,
  missingRanges,
  moreMissingRanges = 0,
  indexesToBuild,
  writer,
}: Plan): string[] {
  const more = missingRanges.length - GAPS_NAMED + Number(moreMissingRanges);
  const named = missingRanges.slice(0, GAPS_NAMED).map(({ from, to }) => idRange(from, to));
  const ranges =
    missingRanges.length > 1 ? [[...named, ...(more > 0 ? [`${more} more`] : [])].join('; ')] : [];
  return [
    ...ranges.map((text) => `${destination} lacks ${text}`),
    ...(indexesToBuild === undefined
      ? []
      : [`${destination}: indexes to build: ${indexesToBuild.join(', ')}`]),
    ...(writer === undefined ? [] : [`${destination} is written to now by ${writer}`]),
  ];
}

/** Lines for the sessions that a run needs. @param columns of the terminal. */
export function sessionLines(all: readonly ServerSessions[], columns: number): string[] {
  if (all.length === 0) return [];
  const [first] = all;
  const rows = all.map((each) =>
    [each.needed, each.free, each.maxConnections, each.reserved, each.inUse].map((count) => grouped(count)),
  );
  const head = ['server', 'sessions needed', 'free', 'max_connections', 'reserved', 'in use'];
  const of = `A run needs ${counted(first?.ofSource ?? 0, 'session')} in the source and ${first?.perDestination} in each destination.`;
  return [...tableLines([head, ...rows.map((row, n) => [all[n]?.server ?? '', ...row])], columns), of];
}
