// @ts-nocheck
import { compareWithAll } from '../../../../src/diff/compare/compare-tables.js';
import { describeResult } from '../../../../src/diff/report/describe.js';
import { type ConnectionParams, describeDatabase } from '../../../../src/pg/connection-params.js';
import { notAtTransactionEnds } from '../../databases/transaction-ends.js';
import { connectTo } from '../../postgres/databases.js';
import type { Crew } from './crew.js';
import { judgeDiverged } from './pasts.js';

const DIVERGED = 3;

/** Stops the replicator and looks for everything that must not be, but for what `settle` has found. */
export async function findViolations(crew: Crew): Promise<string[]> {
  const { replicator, observers } = crew;
  const diverged = divergedOf(crew);
  const { code, stderr } = await replicator.stop();
  const expectedCode = diverged.length > 0 ? DIVERGED : 0;
  const ends = [...replicator.unexpectedEnds, ...(code === expectedCode ? [] : [{ code, stderr }])];
  return [
    ...replicator.unexpectedStops.map((record) => `a destination was stopped: ${JSON.stringify(record)}`),
    ...ends.map((end) => `the replicator ended with ${end.code}: ${end.stderr}`),
    ...endedTooEarly(crew, diverged),
    ...observers.flatMap(({ violations }) => violations.map((what) => `1 prefix: ${what}`)),
    ...(crew.hasHoles ? await unsettled(crew) : await splitTransactions(crew)),
    ...(await wrongAccounts(crew)),
    ...(await differences(crew, diverged)),
  ];
}

/** The destinations that the replicator has stopped because they diverged. */
export function divergedOf({ field, replicator }: Crew): ConnectionParams[] {
  return field.destinations.filter((destination) => replicator.hasDiverged(destination));
}

/** It ends by itself only when no destination is left; and whatever has diverged once has not healed by itself. */
function endedTooEarly({ field, replicator }: Crew, diverged: readonly ConnectionParams[]): string[] {
  const forgotten = field.destinations.filter(
    (destination) => replicator.hasEverDiverged(destination) && !diverged.includes(destination),
  );
  const early = replicator.divergedEnds > 0 && diverged.length < field.destinations.length;
  return [
    ...forgotten.map((each) => `7 refusal: ${describeDatabase(each)} was stopped, and later written to`),
    ...(early ? ['the replicator ended because of divergence, while destinations were left'] : []),
  ];
}

async function splitTransactions({ field, observers }: Crew): Promise<string[]> {
  await using source = await connectTo(field.source);
  const seen = new Set(observers.flatMap((observer) => [...observer.seen.keys()]));
  const ended = await source.query<{ id: bigint }>('SELECT id FROM oracle.ends');
  for (const { id } of ended) seen.delete(id);
  const wrong = await notAtTransactionEnds(source, seen);
  return wrong.map((id) => `2 whole transactions: event ${id} was the last one, and ends no transaction`);
}

/** Whatever the source has up to an event that was seen as the last one must have been seen with it. */
async function unsettled({ field, observers }: Crew): Promise<string[]> {
  await using source = await connectTo(field.source);
  const rows = await source.query<{ id: bigint }>('SELECT id FROM public.events ORDER BY id');
  const counts = new Map(rows.map(({ id }, n) => [id, BigInt(n + 1)]));
  const looks = observers.flatMap(({ seen }) => [...seen]);
  const wrong = looks.filter(([last, count]) => last > 0n && counts.get(last) !== count);
  return wrong.map(
    ([last, count]) =>
      `8 settled: up to event ${last} there were ${count} events, the source has ${counts.get(last)}`,
  );
}

/** The source holds, or has lost, what loaders know to be committed, and nothing that they rolled back. */
async function wrongAccounts({ field, loaders }: Crew): Promise<string[]> {
  await using source = await connectTo(field.source);
  const [row] = await source.query<{ events: bigint }>(`
    SELECT (SELECT count(*) FROM public.events) + (SELECT count(*) FROM oracle.past)
         - (SELECT COALESCE(sum(count), 0) FROM oracle.others)::bigint AS events`);
  const events = Number(row?.events);
  const sum = (of: 'committed' | 'doubtful') => loaders.reduce((total, loader) => total + loader[of], 0);
  const [committed, doubtful] = [sum('committed'), sum('doubtful')];
  if (committed <= events && events <= committed + doubtful) return [];
  return [`the source was given ${events} events; ${committed} were committed, and perhaps ${doubtful} more`];
}

/** The shipped comparison: guarantees 3 and 4, and for destinations that were stopped, 7. */
async function differences({ field }: Crew, diverged: readonly ConnectionParams[]): Promise<string[]> {
  const others = field.destinations.filter((destination) => !diverged.includes(destination));
  const found = await Promise.all(diverged.map((destination) => whatIsWrong(field.source, destination)));
  if (others.length === 0) return found.flat();
  const outcomes = await compareWithAll(field.source, others);
  const different = outcomes.flatMap(({ right, comparison, trouble }) => {
    if (comparison?.equal) return [];
    const what = comparison === undefined ? String(trouble) : describeResult(comparison);
    return [`3 byte-equal, 4 once: ${describeDatabase(right)}: ${what}`];
  });
  return [...found.flat(), ...different];
}

async function whatIsWrong(source: ConnectionParams, destination: ConnectionParams): Promise<string[]> {
  await using ours = await connectTo(source);
  await using theirs = await connectTo(destination);
  const wrong = await judgeDiverged(ours, theirs);
  return wrong.map((what) => `${describeDatabase(destination)}: ${what}`);
}
