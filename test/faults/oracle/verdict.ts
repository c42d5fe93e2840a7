import { setTimeout as sleep } from 'node:timers/promises';
import { compareWithAll } from '../../../src/diff/compare-tables.js';
import { describeResult } from '../../../src/diff/describe.js';
import type { Connection } from '../../../src/pg/connect.js';
import { describeDatabase } from '../../../src/pg/connection-params.js';
import { connectTo } from '../../postgres/databases.js';
import { notAtTransactionEnds } from '../../replicate/transaction-ends.js';
import type { Crew } from './crew.js';
import type { Field } from './field.js';

/** The longest known ways back together: a pause of 30 s between attempts, and a COPY found dead after 40 s. */
const CATCH_UP_WITHIN_MS = 90_000;
const LOOK_AGAIN_MS = 100;
const COUNT_SQL = 'SELECT count(*) AS count FROM public.events';

/** Waits, without helping, until all destinations have as many events as the source (guarantee 6). */
export async function catchUp(field: Field) {
  const startedAt = performance.now();
  const [source, ...destinations] = await Promise.all([field.source, ...field.destinations].map(connectTo));
  const all = source === undefined ? [] : [source, ...destinations];
  try {
    const [events = 0n] = await Promise.all(all.slice(0, 1).map(count));
    for (;;) {
      const counts = await Promise.all(destinations.map(count));
      const catchUpMs = performance.now() - startedAt;
      if (counts.every((each) => each === events)) return { events, catchUpMs, violations: [] };
      if (catchUpMs > CATCH_UP_WITHIN_MS) return { events, catchUpMs, violations: [lagging(events, counts)] };
      await sleep(LOOK_AGAIN_MS);
    }
  } finally {
    await Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
  }
}

async function count(connection: Connection): Promise<bigint> {
  const [row] = await connection.query<{ count: bigint }>(COUNT_SQL);
  return row?.count ?? -1n;
}

function lagging(events: bigint, counts: readonly bigint[]): string {
  return `6 catch-up: the source has ${events} events, the destinations after ${CATCH_UP_WITHIN_MS / 1_000} s ${counts.join(', ')}`;
}

/** Stops the replicator and looks for everything else that must not be. */
export async function findViolations(crew: Crew): Promise<string[]> {
  const { field, replicator, observers } = crew;
  const stoppedForGood = replicator.records.filter(({ msg }) => msg.startsWith('destination stopped'));
  const { code, stderr } = await replicator.stop();
  const ends = [...replicator.unexpectedEnds, ...(code === 0 ? [] : [{ code, stderr }])];
  return [
    ...stoppedForGood.map((record) => `a destination was stopped: ${JSON.stringify(record)}`),
    ...ends.map((end) => `the replicator ended with ${end.code}: ${end.stderr}`),
    ...observers.flatMap(({ violations }) => violations.map((what) => `1 prefix: ${what}`)),
    ...(await splitTransactions(crew)),
    ...(await wrongAccounts(crew)),
    ...(await differences(field)),
  ];
}

async function splitTransactions({ field, observers }: Crew): Promise<string[]> {
  await using source = await connectTo(field.source);
  const seen = new Set(observers.flatMap(({ prefixesSeen }) => [...prefixesSeen]));
  const wrong = await notAtTransactionEnds(source, seen);
  return wrong.map((id) => `2 whole transactions: event ${id} was the last one, and ends no transaction`);
}

/** The source holds what loaders know to be committed, and nothing that they rolled back. */
async function wrongAccounts({ field, loaders }: Crew): Promise<string[]> {
  await using source = await connectTo(field.source);
  const events = Number(await count(source));
  const sum = (of: 'committed' | 'doubtful') => loaders.reduce((total, loader) => total + loader[of], 0);
  const [committed, doubtful] = [sum('committed'), sum('doubtful')];
  if (committed <= events && events <= committed + doubtful) return [];
  return [`the source has ${events} events; ${committed} were committed, and perhaps ${doubtful} more`];
}

/** The shipped comparison: guarantees 3 and 4. */
async function differences(field: Field): Promise<string[]> {
  const outcomes = await compareWithAll(field.source, field.destinations);
  return outcomes.flatMap(({ right, comparison, trouble }) => {
    if (comparison?.equal) return [];
    const what = comparison === undefined ? String(trouble) : describeResult(comparison);
    return [`3 byte-equal, 4 once: ${describeDatabase(right)}: ${what}`];
  });
}
