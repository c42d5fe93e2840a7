/**
 * One table decides what an error means for a destination: SQLSTATE or errno → reaction.
 * `retry`: it passes by itself (a restart, a deadlock, a full disk, a failover). `stop`: a person must act.
 * `recheck`: the destination is not where we thought; look again at once, and the guard decides.
 */
import { OperatorError } from '../lifecycle/operator-error.js';
import { errorCode } from '../pg/error-code.js';
import { PREDECESSOR_MISSING } from '../pg/events-sql.js';

export type Reaction = 'retry' | 'stop' | 'recheck';

/** SQLSTATE classes (PostgreSQL manual, appendix A) and single codes; a single code wins over its class. */
const REACTIONS: Readonly<Record<string, Reaction>> = {
  '08': 'retry', // connection exception
  '25': 'retry', // invalid transaction state, read-only transaction among them
  '40': 'retry', // serialization failure, deadlock
  '53': 'retry', // disk full, out of memory, too many connections
  '55': 'retry', // object in use, lock not available
  '57': 'retry', // shutdown, crash, cannot connect now, query cancelled
  '58': 'retry', // system error, I/O error
  XX: 'retry', // internal error: a crashed server says so too
  '28': 'stop', // invalid authorization
  '3D': 'stop', // no such database
  '42': 'stop', // no such table or column, no right
  '22': 'stop', // data exception
  '23': 'stop', // constraint
  '23505': 'recheck', // unique violation: a second writer, or a commit whose reply was lost
  [PREDECESSOR_MISSING]: 'recheck',
};

/**
 * What to do about an error that a destination's run ended with. Refusals of our own have no cause; network
 * errors pass; unknown ones are tried again.
 */
export function reactionTo(error: unknown): Reaction {
  if (error instanceof OperatorError && error.cause === undefined) return 'stop';
  const code = errorCode(error);
  if (code === undefined) return 'retry';
  return REACTIONS[code] ?? REACTIONS[code.slice(0, 2)] ?? 'retry';
}
