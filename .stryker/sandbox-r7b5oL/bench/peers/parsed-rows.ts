// @ts-nocheck
import pg from 'pg';
import type { ConnectionParams } from '../../src/pg/connection-params.js';

/** Rows per query: the original's default. */
const PAGE_ROWS = 50_000;
const PAGE_SQL = 'SELECT id, ts, event FROM public.events WHERE id > $1 ORDER BY id LIMIT $2';

interface Row {
  readonly id: string;
  readonly ts: Date;
  readonly event: unknown;
}

/**
 * Compares two tables as version 0.1.4 did: page by page, every row parsed by the driver (dates to the millisecond, JSON to
 * objects) and compared in this process.
 * @returns whether they are equal, as far as that can tell.
 */
export async function compareParsedRows(left: ConnectionParams, right: ConnectionParams): Promise<boolean> {
  const clients = [open(left), open(right)];
  try {
    await Promise.all(clients.map((client) => client.connect()));
    return await comparePages(clients);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function comparePages(clients: readonly pg.Client[]): Promise<boolean> {
  for (let after = '0'; ; ) {
    const [ours, theirs] = await Promise.all(
      clients.map(async (client) => (await client.query<Row>(PAGE_SQL, [after, PAGE_ROWS])).rows),
    );
    if (JSON.stringify(ours) !== JSON.stringify(theirs)) return false;
    const last = ours?.at(-1);
    if (last === undefined) return true;
    after = last.id;
  }
}

function open({ host, port, databaseName: database, user, password }: ConnectionParams): pg.Client {
  return new pg.Client({
    host,
    port,
    database,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
  });
}
