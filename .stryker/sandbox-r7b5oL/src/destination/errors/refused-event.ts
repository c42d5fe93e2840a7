// @ts-nocheck
import type { Connection } from '../../pg/connection.js';
import { PROGRAM_LIMIT_EXCEEDED } from '../../pg/sqlstate.js';
import type { EventSource } from '../../source/event-source.js';
import { WriteError } from '../../threads/write-pool.js';
import { indexOfLongestValue } from '../indexes/long-value.js';

/**
 * Adds to the error of a write what the server and the worker could not know: which event of a giant was
 * refused, and for which index a value is too long. Returns any other error unchanged.
 */
export async function withDetails(
  error: unknown,
  source: EventSource,
  destination: Connection,
): Promise<unknown> {
  if (!(error instanceof WriteError)) return error;
  const lookUp = async () => {
    const eventId = error.eventId ?? (await source.ask((connection) => findRefused(connection, error)));
    const constraint = error.constraint ?? (await findIndex({ ...error, eventId }, source, destination));
    return new WriteError({ ...error, ok: false, message: error.message, eventId, constraint });
  };
  // If the details cannot be found, the error alone must do.
  return lookUp().catch(() => error);
}

async function findRefused(source: Connection, { refused }: WriteError): Promise<bigint | undefined> {
  if (refused === undefined) return undefined;
  const [event] = await source.query<{ id: bigint }>(
    'SELECT id FROM public.events WHERE id > $1::bigint ORDER BY id OFFSET $2::bigint LIMIT 1',
    [refused.after, refused.row - 1],
  );
  return event?.id;
}

async function findIndex(
  { code, eventId }: Pick<WriteError, 'code' | 'eventId'>,
  source: EventSource,
  destination: Connection,
): Promise<string | undefined> {
  if (code !== PROGRAM_LIMIT_EXCEEDED || eventId === undefined) return undefined;
  const [event] = await source.ask((connection) =>
    connection.query<{ id: bigint; event: string }>(
      'SELECT id, event::text AS event FROM public.events WHERE id = $1::bigint',
      [eventId],
    ),
  );
  return event && indexOfLongestValue(destination, event);
}
