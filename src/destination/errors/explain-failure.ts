import pg from 'pg';
import { BugError } from '../../common/bug.js';
import { LookAgainError } from '../../common/look-again-error.js';
import { OperatorError } from '../../common/operator-error.js';
import type { ConnectionParams } from '../../pg/connection-params.js';
import { explainDatabaseError } from '../../pg/explain-error.js';
import { explainLogin } from '../../pg/login.js';
import { WriteError } from '../../threads/write-pool.js';
import { isQueueFull, QUEUE_FULL_HINT } from './full-queue.js';

/** The two databases of a run. */
export interface Sides {
  readonly source: ConnectionParams;
  readonly destination: ConnectionParams;
}

/** Turns the error of a run into one that says what happened, where, and what to do. */
export function explainFailure(error: unknown, sides: Sides): OperatorError {
  if (error instanceof WriteError) return explainWrite(error, sides);
  return explainDatabaseError(error, { doing: 'replicate to', params: sides.destination });
}

/** Adds a general hint to an error of a server, the network or a second validation that has none. */
export function withSomeHint(error: OperatorError): OperatorError {
  const { message, cause } = error;
  if (error.hint !== undefined) return error;
  if (error instanceof LookAgainError) return new OperatorError(message, { hint: LOOKED_AGAIN });
  return cause === undefined ? error : new OperatorError(message, { cause, hint: MEND });
}

const MEND = 'Fix what the message names, then restart the replicator.';
const LOOKED_AGAIN =
  'Checking again did not help. Find out what changes these databases, then restart the replicator.';

function explainWrite(error: WriteError, { source, destination }: Sides): OperatorError {
  if (error.kind === 'bug') return new BugError(error);
  if (error.kind === 'source')
    return explainDatabaseError(explainLogin(error, source), { doing: 'read events from', params: source });
  const event = error.eventId === undefined ? 'events' : `event ${error.eventId}`;
  const reason = explainLogin(error, destination);
  const explained = explainDatabaseError(reason, { doing: `write ${event} to`, params: destination });
  return new OperatorError(explained.message, { cause: reason, hint: hintFor(error) ?? explained.hint });
}

/** Hint for an event that something in the destination refuses. */
function hintFor(error: WriteError): string | undefined {
  const { code = '', constraint, where } = error;
  if (isQueueFull(error)) return QUEUE_FULL_HINT;
  if (constraint !== undefined && code.startsWith('54')) return dropIndexHint(constraint);
  if (constraint !== undefined && code.startsWith('23'))
    return `Drop constraint or index "${constraint}" of table "events": the source holds this event, so a copy must accept it.`;
  if (where !== undefined && code.startsWith('P0'))
    return `Fix or remove what raised this error in the destination: ${where.split('\n')[0]}.`;
  return undefined;
}

/** Hint for an index for which a value of an event is too long. */
function dropIndexHint(name: string): string {
  return (
    `The value is too long for the index. Run in the destination: DROP INDEX public.${pg.escapeIdentifier(name)}; ` +
    'An index on a digest of the value, such as md5(...), accepts any length.'
  );
}
