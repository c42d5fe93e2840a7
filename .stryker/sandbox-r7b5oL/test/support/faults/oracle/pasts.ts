/** Which past a destination holds: the source's as it is now, as it was before it lost events, or one that never was. */
// @ts-nocheck

import type { Connection } from '../../../../src/pg/connection.js';

/** An event, as far as it matters here. */
interface Held {
  readonly id: bigint;
  readonly digest: string;
}

interface Lost extends Held {
  readonly era: number;
}

const DIGEST = `md5(textsend(encode(timestamptz_send(ts), 'hex') || ' ' || event::text)) AS digest`;
const HELD_SQL = `SELECT id, ${DIGEST} FROM public.events ORDER BY id`;
const LOST_SQL = `SELECT era, id, ${DIGEST} FROM oracle.past ORDER BY era, id`;
const EDITED_SQL = `SELECT id, ${DIGEST} FROM oracle.edited`;

/**
 * What is wrong with a destination that the replicator has stopped because it diverged; empty when it was right: somebody edited
 * it, or it holds what the source has lost; up to its last event it is what the source was at some time, and nothing else was
 * ever written to it.
 */
export async function judgeDiverged(source: Connection, destination: Connection): Promise<string[]> {
  const held = await destination.query<Held>(HELD_SQL);
  const edited = byId(await destination.query<Held>(EDITED_SQL));
  const pasts = await pastsOf(source);
  const now = pasts.at(-1) ?? new Map();
  if (held.every(({ id, digest }) => now.get(id) === digest))
    return [`7 refusal: stopped at ${held.at(-1)?.id}, though it holds nothing that the source does not`];
  const gap = held.find(({ id }, n) => id !== BigInt(n + 1));
  if (gap !== undefined) return [`1 prefix: stopped with a gap before event ${gap.id}`];
  const isOf =
    (past: ReadonlyMap<bigint, string>) =>
    ({ id, digest }: Held) =>
      (edited.get(id) ?? past.get(id)) === digest;
  if (pasts.some((past) => held.every(isOf(past)))) return [];
  const parted = held.find((event) => !isOf(now)(event));
  return [
    `7 refusal: holds a past that never was: ${held.length} events, another one than the source's from ${parted?.id} on`,
  ];
}

/** What the source held at the end of each era, the present last. */
async function pastsOf(source: Connection): Promise<ReadonlyMap<bigint, string>[]> {
  const lost = await source.query<Lost>(LOST_SQL);
  let later: ReadonlyMap<bigint, string> = byId(await source.query<Held>(HELD_SQL));
  const pasts = [later];
  const eras = [...new Set(lost.map(({ era }) => era))].sort((a, b) => b - a);
  for (const era of eras) {
    const lostThen = lost.filter((event) => event.era === era);
    const kept = (lostThen[0]?.id ?? 1n) - 1n;
    later = new Map([...[...later].filter(([id]) => id <= kept), ...byId(lostThen)]);
    pasts.unshift(later);
  }
  return pasts;
}

function byId(events: readonly Held[]): ReadonlyMap<bigint, string> {
  return new Map(events.map(({ id, digest }) => [id, digest]));
}
