/**
 * One table decides what an error means for a destination: SQLSTATE or errno → reaction.
 * `retry`: it passes by itself (a restart, a deadlock, a full disk, a failover).
 * `retry a few times`: it may pass.
 * `recheck`: the destination does not hold what was expected. Validate it again at once; the guard decides.
 * `stop`: it never passes, a person must act.
 */

import { LookAgainError } from '../../common/look-again-error.js';
import { OperatorError } from '../../common/operator-error.js';
import { WRITE_REFUTED } from '../../events/events-sql.js';
import { errorCode, serverErrorFields } from '../../pg/error-code.js';
import { UNIQUE_VIOLATION } from '../../pg/sqlstate.js';
import { isQueueFull } from './full-queue.js';

export type Reaction = 'retry' | 'retry a few times' | 'recheck' | 'stop';

/** SQLSTATE classes (PostgreSQL manual, appendix A) and single codes; a single code wins over its class. */
const REACTIONS: Readonly<Record<string, Reaction>> = {
  '08': 'retry', // connection exception
  '25': 'retry', // invalid transaction state, read-only transaction among them
  '40': 'retry', // serialization failure, deadlock
  '53': 'retry', // disk full, out of memory, too many connections
  '55': 'retry', // object in use, lock not available
  '57': 'retry', // shutdown, crash, cannot connect now, query cancelled
  '58': 'retry', // system error, I/O error
  '40002': 'stop', // a deferred constraint, seen at the commit
  '53400': 'retry a few times', // a limit of the server's configuration, as temp_file_limit
  '55P02': 'stop', // a setting that cannot be changed
  '57P04': 'stop', // the database was dropped
  '58P01': 'retry a few times', // a file of the server is missing
  '58P02': 'retry a few times', // a file of the server is there already
  '0A': 'stop', // feature not supported, as COPY into a table with row-level security
  '22': 'stop', // data exception
  '23': 'stop', // constraint
  '28': 'stop', // invalid authorization
  '2B': 'stop', // something depends on it
  '2F': 'stop', // SQL function
  '3D': 'stop', // no such database
  '3F': 'stop', // no such schema
  '42': 'stop', // no such table or column, no right
  '44': 'stop', // WITH CHECK OPTION
  '54': 'stop', // program limit, as a value too long for an index
  P0: 'stop', // RAISE in PL/pgSQL
  XX001: 'stop', // data corrupted
  XX002: 'stop', // index corrupted
  [WRITE_REFUTED]: 'recheck',
  EPROTO: 'retry a few times', // the two ends do not speak the same TLS
  ABORT_ERR: 'retry', // a pipe that was left because a session was lost
  ERR_STREAM_PREMATURE_CLOSE: 'retry', // the same, seen by the pipe first
};

/**
 * An errno of the operating system or of the name lookup, such as ECONNREFUSED or EAI_AGAIN. Codes of Node
 * begin with ERR_.
 */
const ERRNO = /^E(?!RR_)[A-Z0-9_]+$/;

/** The reaction to an error that ended the run of a destination, or a look at the source. */
export function reactionTo(error: unknown): Reaction {
  if (error instanceof LookAgainError) return 'recheck';
  if (error instanceof OperatorError && error.cause === undefined) return 'stop';
  const code = errorCode(error);
  if (code === undefined) return 'retry a few times';
  if (code === UNIQUE_VIOLATION) return concernsId(error) ? 'recheck' : 'stop';
  if (isQueueFull(error)) return 'retry';
  return REACTIONS[code] ?? REACTIONS[code.slice(0, 2)] ?? (ERRNO.test(code) ? 'retry' : 'retry a few times');
}

/**
 * Whether a unique violation concerns `id`: that means a second writer, or a commit whose reply was lost. The
 * server names the column in the detail, `Key (id)=(7) already exists.`, in every language. (The name of the
 * index differs in each partition.) An error without detail counts as one about `id`.
 */
function concernsId(error: unknown): boolean {
  const { detail } = serverErrorFields(error);
  return detail === undefined || detail.includes('(id)=(');
}
