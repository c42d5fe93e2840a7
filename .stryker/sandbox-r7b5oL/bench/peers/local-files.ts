// @ts-nocheck
import pg from 'pg';
import type { ConnectionParams } from '../../src/pg/connection-params.js';
import { execute, select } from '../measure/clusters.js';

/** Files on the destinations' server; disposing removes them. */
export interface LocalFiles extends AsyncDisposable {
  readonly paths: readonly string[];
}

/** Writes the events of a filled destination to two binary files on its server. */
export async function exportHalves(filled: ConnectionParams): Promise<LocalFiles> {
  const [row] = await select<{ folder: string; middle: bigint }>(
    filled,
    `SELECT current_setting('data_directory') AS folder, (min(id) + max(id)) / 2 AS middle FROM public.events`,
  );
  if (row === undefined) throw new Error(`${filled.databaseName} has no events to export`);
  const halves = [`id <= ${row.middle}`, `id > ${row.middle}`];
  const paths = halves.map((_, index) => `${row.folder}/${filled.databaseName}-half-${index + 1}`);
  for (const [index, path] of paths.entries()) {
    const half = `SELECT id, ts, event FROM public.events WHERE ${halves[index]} ORDER BY id`;
    await execute(filled, `COPY (${half}) TO ${pg.escapeLiteral(path)} (FORMAT binary)`);
  }
  const remove = paths.map((path) => `COPY (SELECT) TO PROGRAM ${pg.escapeLiteral(`rm -f '${path}'`)}`);
  return { paths, [Symbol.asyncDispose]: () => execute(filled, ...remove) };
}

/** What the machine can write at all: one session per file, no network, no source, nothing in order. */
export async function copyLocalFiles({ paths }: LocalFiles, destination: ConnectionParams): Promise<void> {
  await Promise.all(
    paths.map((path) =>
      execute(destination, `COPY public.events FROM ${pg.escapeLiteral(path)} (FORMAT binary)`),
    ),
  );
}
